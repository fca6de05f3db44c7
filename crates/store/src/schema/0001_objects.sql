-- Every change of every object, for ever. resourceVersion, watch, history, rollback and audit are read from it, and
-- it is the only table that is written to by hand: triggers keep the others.
CREATE TABLE revision (
  revision INTEGER PRIMARY KEY AUTOINCREMENT,
  -- The plan that it is part of, and its place in it. No place: it follows from another change of the plan.
  plan INTEGER NOT NULL,
  step INTEGER,
  operation TEXT NOT NULL,
  uid TEXT NOT NULL,
  -- None for a create, whose revision is its id.
  id INTEGER,
  scope INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  parent TEXT,
  generation INTEGER NOT NULL,
  expected INTEGER,
  claim TEXT NOT NULL,
  actor TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  doc TEXT NOT NULL
);

CREATE INDEX revision_by_kind ON revision (kind, scope, revision);

CREATE INDEX revision_by_uid ON revision (uid, revision);

-- What there is now.
CREATE TABLE object (
  id INTEGER PRIMARY KEY,
  uid TEXT NOT NULL UNIQUE,
  scope INTEGER NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  parent TEXT,
  generation INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  doc TEXT NOT NULL
);

-- Kind first, so that a list over all scopes is in order too.
CREATE UNIQUE INDEX object_by_slug ON object (kind, scope, slug);

CREATE INDEX object_by_name ON object (kind, scope, name);

CREATE INDEX object_by_parent ON object (parent) WHERE parent IS NOT NULL;

-- The names that each dialect has for a scope, read from the scope's document.
CREATE TABLE scope (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  environment_id TEXT NOT NULL UNIQUE,
  organisation_id TEXT NOT NULL UNIQUE,
  runtime_plane_id INTEGER NOT NULL UNIQUE,
  tenant TEXT NOT NULL UNIQUE
);

-- When a key was last used. No revision: it is not a change of the key.
CREATE TABLE key_use (
  key TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;

-- The first step of a plan decides whether the plan is carried out: ignored, it is missing from the log. Later steps
-- are ignored with it, but undo the statement when it was carried out and they cannot be. A plan's rows stand together
-- in the statement, and no other writer can come between: so the gate was written just when the newest row is its plan's.
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

-- A slug that is taken gets the end of the uid, cut so that it stays within the 253 characters of a DNS name.
CREATE TRIGGER revision_create AFTER INSERT ON revision WHEN NEW.operation = 'create'
BEGIN
  UPDATE revision SET slug = rtrim(substr(slug, 1, 244), '-.') || '-' || substr(uid, -8)
  WHERE revision = NEW.revision
    AND EXISTS (SELECT 1 FROM object WHERE kind = NEW.kind AND scope = NEW.scope AND slug = NEW.slug);
  INSERT INTO object (id, uid, scope, kind, name, slug, parent, generation, revision, created_at, updated_at, doc)
  SELECT revision, uid, scope, kind, name, slug, parent, generation, revision, created_at, at, doc
  FROM revision WHERE revision = NEW.revision;
END;

CREATE TRIGGER revision_update AFTER INSERT ON revision WHEN NEW.operation = 'update'
BEGIN
  UPDATE object SET name = NEW.name, slug = NEW.slug, parent = NEW.parent, generation = NEW.generation,
    revision = NEW.revision, updated_at = NEW.at, doc = NEW.doc
  WHERE uid = NEW.uid;
END;

CREATE TRIGGER revision_status AFTER INSERT ON revision WHEN NEW.operation = 'status'
BEGIN
  UPDATE object SET revision = NEW.revision, updated_at = NEW.at, doc = NEW.doc WHERE uid = NEW.uid;
END;

-- What belongs to a deleted object goes with it, each with a revision of its own; a scope takes all that is in it.
CREATE TRIGGER revision_delete_below AFTER INSERT ON revision WHEN NEW.operation = 'delete' AND NEW.step IS NOT NULL
BEGIN
  INSERT INTO revision (plan, step, operation, uid, id, scope, kind, name, slug, parent, generation, expected, claim,
    actor, created_at, at, doc)
  SELECT NEW.plan, NULL, 'delete', uid, id, scope, kind, name, slug, parent, generation, NULL, '',
    NEW.actor, created_at, NEW.at, doc
  FROM object
  WHERE uid IN (
    WITH RECURSIVE below (uid) AS (
      SELECT uid FROM object WHERE parent = NEW.uid
      UNION SELECT uid FROM object WHERE NEW.kind = 'scope' AND scope = NEW.id
      UNION SELECT object.uid FROM below JOIN object ON object.parent = below.uid)
    SELECT uid FROM below)
  ORDER BY id;
END;

CREATE TRIGGER revision_delete AFTER INSERT ON revision WHEN NEW.operation = 'delete'
BEGIN
  DELETE FROM object WHERE uid = NEW.uid;
  DELETE FROM key_use WHERE key = NEW.uid;
END;

CREATE TRIGGER revision_create_scope AFTER INSERT ON revision WHEN NEW.kind = 'scope' AND NEW.operation = 'create'
BEGIN
  INSERT INTO scope (id, name, environment_id, organisation_id, runtime_plane_id, tenant)
  SELECT NEW.revision, NEW.doc ->> 'name', NEW.doc ->> 'environmentId', NEW.doc ->> 'organisationId',
    NEW.doc ->> 'runtimePlaneId', NEW.doc ->> 'tenant';
END;

CREATE TRIGGER revision_update_scope AFTER INSERT ON revision WHEN NEW.kind = 'scope' AND NEW.operation IN ('update', 'status')
BEGIN
  UPDATE scope SET name = NEW.doc ->> 'name', environment_id = NEW.doc ->> 'environmentId',
    organisation_id = NEW.doc ->> 'organisationId', runtime_plane_id = NEW.doc ->> 'runtimePlaneId',
    tenant = NEW.doc ->> 'tenant'
  WHERE id = NEW.id;
END;

CREATE TRIGGER revision_delete_scope AFTER INSERT ON revision WHEN NEW.kind = 'scope' AND NEW.operation = 'delete'
BEGIN
  DELETE FROM scope WHERE id = NEW.id;
END;
