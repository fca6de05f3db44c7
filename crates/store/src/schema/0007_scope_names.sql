-- The names that dialects have for a scope, from the member `names` of its document.
CREATE TABLE scope_name (
  dialect TEXT NOT NULL,
  value TEXT NOT NULL,
  scope INTEGER NOT NULL,
  PRIMARY KEY (dialect, value)
) WITHOUT ROWID;

CREATE INDEX scope_name_by_scope ON scope_name (scope);

UPDATE object SET doc = json_set(
  json_remove(doc, '$.environmentId', '$.organisationId', '$.runtimePlaneId', '$.tenant'),
  '$.names', json_object('pingone', doc ->> '$.environmentId', 'versori', doc ->> '$.organisationId',
    'privacera', doc ->> '$.runtimePlaneId', 'sailpoint', doc ->> '$.tenant'))
WHERE kind = 'scope';

INSERT INTO scope_name (dialect, value, scope)
SELECT names.key, names.value, object.id FROM object, json_each(object.doc, '$.names') AS names WHERE object.kind = 'scope';

DROP TRIGGER revision_create_scope;

DROP TRIGGER revision_update_scope;

DROP TRIGGER revision_delete_scope;

DROP TABLE scope;

-- Its own name is its slug, which is unique as every slug is.
CREATE VIEW scope AS SELECT id, slug AS name FROM object WHERE kind = 'scope' AND scope = 0;

CREATE TRIGGER revision_create_scope AFTER INSERT ON revision WHEN NEW.kind = 'scope' AND NEW.operation = 'create'
BEGIN
  INSERT INTO scope_name (dialect, value, scope) SELECT key, value, NEW.revision FROM json_each(NEW.doc, '$.names');
END;

CREATE TRIGGER revision_update_scope AFTER INSERT ON revision
WHEN NEW.kind = 'scope' AND NEW.operation IN ('update', 'status')
BEGIN
  DELETE FROM scope_name WHERE scope = NEW.id;
  INSERT INTO scope_name (dialect, value, scope) SELECT key, value, NEW.id FROM json_each(NEW.doc, '$.names');
END;

CREATE TRIGGER revision_delete_scope AFTER INSERT ON revision WHEN NEW.kind = 'scope' AND NEW.operation = 'delete'
BEGIN
  DELETE FROM scope_name WHERE scope = NEW.id;
END;
