-- A connector that gives no address is where its class says, so the host that it is probed at follows from the class.
-- Of the classes that come with Patchbay the store knows only this; it is derived from the catalogue at start.
CREATE TABLE catalogue_address (
  class TEXT PRIMARY KEY,
  address TEXT NOT NULL
) WITHOUT ROWID;

-- The stored class that a connector is of, as Store::class finds it: of its own scope or else of the scope default, by DNS
-- name or else by name. No ORDER BY that looks outside: SQLite before 3.50 then misses columns.
CREATE VIEW class_of_connector AS
SELECT uid AS object, coalesce(
  (SELECT class.uid FROM object AS class WHERE class.kind = 'class' AND class.scope = object.scope
    AND class.slug = object.doc ->> '$.class'),
  (SELECT class.uid FROM object AS class WHERE class.kind = 'class' AND class.scope = object.scope
    AND class.name = object.doc ->> '$.class' ORDER BY class.id LIMIT 1),
  (SELECT class.uid FROM object AS class WHERE class.kind = 'class'
    AND class.scope = (SELECT id FROM scope WHERE name = 'default') AND class.slug = object.doc ->> '$.class'),
  (SELECT class.uid FROM object AS class WHERE class.kind = 'class'
    AND class.scope = (SELECT id FROM scope WHERE name = 'default') AND class.name = object.doc ->> '$.class'
    ORDER BY class.id LIMIT 1)) AS class
FROM object WHERE kind = 'connector';

CREATE VIEW address_of_connector AS
SELECT uid AS object, coalesce(
  nullif(doc ->> '$.address', ''),
  (SELECT class.doc ->> '$.address.default' FROM object AS class
    WHERE class.uid = (SELECT class FROM class_of_connector WHERE class_of_connector.object = object.uid)),
  (SELECT address FROM catalogue_address WHERE class = object.doc ->> '$.class'),
  '') AS address
FROM object WHERE kind = 'connector';

-- What stands between `://` and the path, the query or the fragment.
CREATE VIEW host_of_connector AS
SELECT object, lower(substr(rest, 1, min(instr(rest || '/', '/'), instr(rest || '?', '?'), instr(rest || '#', '#')) - 1)) AS host
FROM (SELECT object, substr(address, instr(address, '://') + 3) AS rest
  FROM address_of_connector WHERE instr(address, '://') > 0);

DROP VIEW probe_of_object;

CREATE VIEW probe_of_object AS
SELECT uid AS object, scope, coalesce(doc ->> '$.class', '') AS class,
  coalesce(doc ->> '$.auth.secretRef.name', '') AS secret,
  coalesce(doc ->> '$.caCertSecretRef.name', doc ->> '$.extensions.kubernetes.spec.caCertSecretRef.name', '') AS ca_secret,
  coalesce((SELECT host FROM host_of_connector WHERE host_of_connector.object = uid), '') AS host,
  updated_at AS due_at
FROM object WHERE kind IN ('connector', 'class');

UPDATE probe SET host = (SELECT host FROM probe_of_object WHERE probe_of_object.object = probe.object);

CREATE TRIGGER object_probe_class_create AFTER INSERT ON object WHEN NEW.kind = 'class'
BEGIN
  UPDATE probe SET host = (SELECT host FROM probe_of_object WHERE probe_of_object.object = probe.object)
  WHERE class IN (NEW.slug, NEW.name) AND (scope = NEW.scope OR NEW.scope = (SELECT id FROM scope WHERE name = 'default'));
END;

CREATE TRIGGER object_probe_class_update AFTER UPDATE ON object
WHEN NEW.kind = 'class' AND NEW.doc ->> '$.address.default' IS NOT OLD.doc ->> '$.address.default'
BEGIN
  UPDATE probe SET host = (SELECT host FROM probe_of_object WHERE probe_of_object.object = probe.object)
  WHERE class IN (NEW.slug, NEW.name) AND (scope = NEW.scope OR NEW.scope = (SELECT id FROM scope WHERE name = 'default'));
END;

CREATE TRIGGER object_probe_class_delete AFTER DELETE ON object WHEN OLD.kind = 'class'
BEGIN
  UPDATE probe SET host = (SELECT host FROM probe_of_object WHERE probe_of_object.object = probe.object)
  WHERE class IN (OLD.slug, OLD.name) AND (scope = OLD.scope OR OLD.scope = (SELECT id FROM scope WHERE name = 'default'));
END;

-- What changed goes before what is only due, and each by its time.
DROP INDEX probe_by_due;

DROP INDEX probe_by_change;

CREATE INDEX probe_by_turn ON probe (changed, due_at);
