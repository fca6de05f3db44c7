-- What the sweep needs of the document of a connector or a class is computed before it is written (hub::probing::Target) and
-- is in these columns, with which no other kind has anything to do.
ALTER TABLE revision ADD COLUMN class TEXT;

ALTER TABLE revision ADD COLUMN secret TEXT;

ALTER TABLE revision ADD COLUMN ca_secret TEXT;

ALTER TABLE revision ADD COLUMN host TEXT;

-- The host of the object's own address. NULL: it has no address, and a connector is then where its class says.
ALTER TABLE probe ADD COLUMN own_host TEXT;

UPDATE probe SET own_host = (
  SELECT CASE WHEN instr(address, '://') = 0 THEN '' ELSE lower(substr(rest, 1,
    min(instr(rest || '/', '/'), instr(rest || '?', '?'), instr(rest || '#', '#')) - 1)) END
  FROM (SELECT address, substr(address, instr(address, '://') + 3) AS rest
    FROM (SELECT nullif(CASE kind WHEN 'connector' THEN doc ->> '$.address' ELSE doc ->> '$.address.default' END, '') AS address
      FROM object WHERE uid = probe.object))
  WHERE address IS NOT NULL);

-- A class is of no class.
UPDATE probe SET class = '' WHERE object IN (SELECT uid FROM object WHERE kind = 'class');

DROP TRIGGER object_probe_create;

DROP TRIGGER object_probe_update;

DROP TRIGGER object_probe_delete;

DROP TRIGGER object_probe_class_create;

DROP TRIGGER object_probe_class_update;

DROP TRIGGER object_probe_class_delete;

DROP TRIGGER revision_probe_class;

DROP VIEW probe_of_object;

DROP VIEW host_of_connector;

DROP VIEW address_of_connector;

DROP VIEW class_of_connector;

DROP TABLE catalogue_address;

-- The hosts of the classes that come with Patchbay, and what they were derived from: a single row, which is updated when
-- another catalogue is compiled in.
CREATE TABLE catalogue_host (
  class TEXT PRIMARY KEY,
  host TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE catalogue (
  digest TEXT NOT NULL,
  hosts TEXT NOT NULL
);

INSERT INTO catalogue (digest, hosts) VALUES ('', '[]');

-- The stored class that a connector is of, as Store::class finds it: of its own scope or else of the scope default, by DNS
-- name or else by name. No ORDER BY that looks outside: SQLite before 3.50 then misses columns.
CREATE VIEW class_of_connector AS
SELECT probe.object AS object, coalesce(
  (SELECT class.uid FROM object AS class WHERE class.kind = 'class' AND class.scope = probe.scope AND class.slug = probe.class),
  (SELECT class.uid FROM object AS class WHERE class.kind = 'class' AND class.scope = probe.scope AND class.name = probe.class
    ORDER BY class.id LIMIT 1),
  (SELECT class.uid FROM object AS class WHERE class.kind = 'class'
    AND class.scope = (SELECT id FROM scope WHERE name = 'default') AND class.slug = probe.class),
  (SELECT class.uid FROM object AS class WHERE class.kind = 'class'
    AND class.scope = (SELECT id FROM scope WHERE name = 'default') AND class.name = probe.class
    ORDER BY class.id LIMIT 1)) AS class
FROM probe WHERE probe.class <> '';

-- Where a connector is whose document has no address.
CREATE VIEW host_of_class AS
SELECT probe.object AS object, coalesce(
  (SELECT coalesce(stored.own_host, '') FROM probe AS stored
    WHERE stored.object = (SELECT class_of_connector.class FROM class_of_connector WHERE class_of_connector.object = probe.object)),
  (SELECT catalogue_host.host FROM catalogue_host WHERE catalogue_host.class = probe.class),
  '') AS host
FROM probe;

CREATE VIEW probe_of_object AS
SELECT object.uid AS object, object.scope AS scope, coalesce(revision.class, '') AS class, coalesce(revision.secret, '') AS secret,
  coalesce(revision.ca_secret, '') AS ca_secret, revision.host AS own_host, object.updated_at AS due_at
FROM object JOIN revision ON revision.revision = object.revision;

-- A new object is due at once. A new class is where the connectors that name it are.
CREATE TRIGGER object_probe_create AFTER INSERT ON object WHEN NEW.kind IN ('connector', 'class')
BEGIN
  INSERT INTO probe (object, scope, class, secret, ca_secret, own_host, host, due_at, changed)
  SELECT object, scope, class, secret, ca_secret, own_host, CASE NEW.kind WHEN 'connector' THEN coalesce(own_host, '') ELSE '' END,
    due_at, 1
  FROM probe_of_object WHERE object = NEW.uid;
  UPDATE probe SET host = (SELECT host FROM host_of_class WHERE host_of_class.object = probe.object)
  WHERE NEW.kind = 'connector' AND object = NEW.uid AND own_host IS NULL;
  UPDATE probe SET host = (SELECT host FROM host_of_class WHERE host_of_class.object = probe.object)
  WHERE NEW.kind = 'class' AND class IN (NEW.slug, NEW.name) AND class <> '' AND own_host IS NULL
    AND (scope = NEW.scope OR NEW.scope = (SELECT id FROM scope WHERE name = 'default'));
END;

-- What is observed of an object may be written without its being due again, so its generation tells.
CREATE TRIGGER object_probe_update AFTER UPDATE ON object
WHEN NEW.kind IN ('connector', 'class') AND NEW.generation <> OLD.generation
BEGIN
  UPDATE probe SET (class, secret, ca_secret, own_host, host, due_at, changed) = (
    SELECT class, secret, ca_secret, own_host, CASE NEW.kind WHEN 'connector' THEN coalesce(own_host, '') ELSE '' END, due_at, 1
    FROM probe_of_object WHERE object = NEW.uid)
  WHERE object = NEW.uid;
  UPDATE probe SET host = (SELECT host FROM host_of_class WHERE host_of_class.object = probe.object)
  WHERE NEW.kind = 'connector' AND object = NEW.uid AND own_host IS NULL;
  UPDATE probe SET host = (SELECT host FROM host_of_class WHERE host_of_class.object = probe.object)
  WHERE NEW.kind = 'class' AND class IN (NEW.slug, NEW.name) AND class <> '' AND own_host IS NULL
    AND (scope = NEW.scope OR NEW.scope = (SELECT id FROM scope WHERE name = 'default'));
END;

CREATE TRIGGER object_probe_delete AFTER DELETE ON object WHEN OLD.kind IN ('connector', 'class')
BEGIN
  DELETE FROM probe WHERE object = OLD.uid;
  UPDATE probe SET host = (SELECT host FROM host_of_class WHERE host_of_class.object = probe.object)
  WHERE OLD.kind = 'class' AND class IN (OLD.slug, OLD.name) AND class <> '' AND own_host IS NULL
    AND (scope = OLD.scope OR OLD.scope = (SELECT id FROM scope WHERE name = 'default'));
END;

-- What a connector refers to has changed. Classes of the scope default are for all scopes. A connector without a class is of
-- none, whatever a class is called.
CREATE TRIGGER revision_probe_class AFTER INSERT ON revision WHEN NEW.kind = 'class' AND NEW.operation <> 'status'
BEGIN
  UPDATE probe SET due_at = NEW.at, changed = 1
  WHERE class IN (NEW.slug, NEW.name) AND class <> ''
    AND (scope = NEW.scope OR NEW.scope = (SELECT id FROM scope WHERE name = 'default'));
END;

CREATE TRIGGER catalogue_update AFTER UPDATE ON catalogue
BEGIN
  DELETE FROM catalogue_host;
  INSERT INTO catalogue_host (class, host) SELECT value ->> 0, value ->> 1 FROM json_each(NEW.hosts);
  UPDATE probe SET host = (SELECT host FROM host_of_class WHERE host_of_class.object = probe.object)
  WHERE own_host IS NULL
    AND class IN (SELECT value ->> 0 FROM json_each(OLD.hosts) UNION SELECT value ->> 0 FROM json_each(NEW.hosts));
END;

-- As before, and an object without a slug is refused: by no path could it be named again.
DROP TRIGGER revision_check;

CREATE TRIGGER revision_check BEFORE INSERT ON revision WHEN NEW.step IS NOT NULL
BEGIN
  SELECT RAISE(IGNORE)
  WHERE NEW.step > 0 AND (SELECT plan FROM revision ORDER BY revision DESC LIMIT 1) IS NOT NEW.plan;
  SELECT CASE NEW.step WHEN 0 THEN RAISE(IGNORE) ELSE RAISE(ABORT, 'a step of the plan is refused') END
  WHERE
    CASE NEW.operation
      WHEN 'create' THEN NEW.scope <> 0 AND NOT EXISTS (SELECT 1 FROM scope WHERE id = NEW.scope)
      ELSE NOT EXISTS (
        SELECT 1 FROM object
        WHERE uid = NEW.uid AND scope = NEW.scope AND kind = NEW.kind
          AND (NEW.expected IS NULL OR revision = NEW.expected))
    END
    OR (NEW.slug = '' AND NEW.operation IN ('create', 'update'))
    OR (NEW.parent IS NOT NULL AND NEW.operation IN ('create', 'update')
      AND NOT EXISTS (SELECT 1 FROM object WHERE uid = NEW.parent AND scope = NEW.scope))
    OR CASE NEW.claim
      WHEN 'name' THEN EXISTS (
        SELECT 1 FROM object
        WHERE kind = NEW.kind AND scope = NEW.scope AND name = NEW.name AND uid <> NEW.uid)
      WHEN 'slug' THEN EXISTS (
        SELECT 1 FROM object
        WHERE kind = NEW.kind AND scope = NEW.scope AND slug = NEW.slug AND uid <> NEW.uid)
      ELSE 0
    END;
END;

-- What was made of a document that named nothing: it has no slug, or a name that is empty and no class. It goes as if it were
-- deleted, with what belongs to it.
INSERT INTO revision (plan, step, operation, uid, id, scope, kind, name, slug, parent, generation, expected, claim, actor,
  created_at, at, doc)
SELECT abs(random() / 2), 0, 'delete', uid, id, scope, kind, name, slug, parent, generation, NULL, '', 'system',
  created_at, CAST(strftime('%s', 'now') AS INTEGER) * 1000, doc
FROM object
WHERE slug = '' OR (name = '' AND (kind = 'class' OR (kind = 'connector' AND doc ->> '$.class' IS NULL)))
ORDER BY id;
