-- When each connector and each class is probed next, and by whom just now. No revision: it is nothing of the object.
-- Triggers keep it next to the log, so that whatever changes is due in the statement that changes it.
CREATE TABLE probe (
  object TEXT PRIMARY KEY,
  scope INTEGER NOT NULL,
  class TEXT NOT NULL,
  secret TEXT NOT NULL,
  ca_secret TEXT NOT NULL,
  -- Host and port of the address as they are written; empty where there is none.
  host TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  -- Whether it is due because something changed.
  changed INTEGER NOT NULL,
  -- Who probes it, and until when nobody else does.
  lease TEXT,
  leased_until INTEGER NOT NULL DEFAULT 0,
  -- The round that asked for it, see probe_round.
  round TEXT
) WITHOUT ROWID;

CREATE INDEX probe_by_due ON probe (due_at);

CREATE INDEX probe_by_change ON probe (due_at) WHERE changed = 1;

CREATE INDEX probe_by_host ON probe (host, leased_until);

CREATE INDEX probe_by_class ON probe (class);

CREATE INDEX probe_by_secret ON probe (scope, secret);

CREATE INDEX probe_by_ca_secret ON probe (scope, ca_secret) WHERE ca_secret <> '';

CREATE INDEX probe_by_round ON probe (round) WHERE round IS NOT NULL;

-- Hosts that did not answer, how often in a row, and until when they are left alone.
CREATE TABLE probe_host (
  host TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  not_before INTEGER NOT NULL
) WITHOUT ROWID;

-- Many probes asked for at once: how far it is follows from the rows of probe that still have its number.
CREATE TABLE probe_round (
  id TEXT PRIMARY KEY,
  scope INTEGER NOT NULL,
  total INTEGER NOT NULL,
  at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE VIEW probe_of_object AS
SELECT uid AS object, scope, coalesce(doc ->> '$.class', '') AS class,
  coalesce(doc ->> '$.auth.secretRef.name', '') AS secret,
  coalesce(doc ->> '$.caCertSecretRef.name', doc ->> '$.extensions.kubernetes.spec.caCertSecretRef.name', '') AS ca_secret,
  lower(CASE WHEN kind = 'connector' AND instr(doc ->> '$.address', '://') > 0 THEN substr(
    substr(doc ->> '$.address', instr(doc ->> '$.address', '://') + 3), 1,
    instr(substr(doc ->> '$.address', instr(doc ->> '$.address', '://') + 3) || '/', '/') - 1) ELSE '' END) AS host,
  updated_at AS due_at
FROM object WHERE kind IN ('connector', 'class');

INSERT INTO probe (object, scope, class, secret, ca_secret, host, due_at, changed)
SELECT object, scope, class, secret, ca_secret, host, due_at, 1 FROM probe_of_object;

-- A new object is due at once.
CREATE TRIGGER object_probe_create AFTER INSERT ON object WHEN NEW.kind IN ('connector', 'class')
BEGIN
  INSERT INTO probe (object, scope, class, secret, ca_secret, host, due_at, changed)
  SELECT object, scope, class, secret, ca_secret, host, due_at, 1 FROM probe_of_object WHERE object = NEW.uid;
END;

-- What is observed of an object may be written without its being due again, so its generation tells.
CREATE TRIGGER object_probe_update AFTER UPDATE ON object
WHEN NEW.kind IN ('connector', 'class') AND NEW.generation <> OLD.generation
BEGIN
  UPDATE probe SET (class, secret, ca_secret, host, due_at, changed) = (
    SELECT class, secret, ca_secret, host, due_at, 1 FROM probe_of_object WHERE object = NEW.uid)
  WHERE object = NEW.uid;
END;

CREATE TRIGGER object_probe_delete AFTER DELETE ON object WHEN OLD.kind IN ('connector', 'class')
BEGIN
  DELETE FROM probe WHERE object = OLD.uid;
END;

-- What a connector refers to has changed. Classes of the scope default are for all scopes.
CREATE TRIGGER revision_probe_class AFTER INSERT ON revision WHEN NEW.kind = 'class' AND NEW.operation <> 'status'
BEGIN
  UPDATE probe SET due_at = NEW.at, changed = 1
  WHERE class IN (NEW.slug, NEW.name)
    AND (scope = NEW.scope OR NEW.scope = (SELECT id FROM scope WHERE name = 'default'));
END;

CREATE TRIGGER revision_probe_secret AFTER INSERT ON revision WHEN NEW.kind = 'secret' AND NEW.operation <> 'status'
BEGIN
  UPDATE probe SET due_at = NEW.at, changed = 1
  WHERE object = NEW.parent OR (scope = NEW.scope AND (secret IN (NEW.slug, NEW.name) OR ca_secret IN (NEW.slug, NEW.name)));
END;
