-- A secret that changes has those connectors probed soon that use it: each way in which they do is found by an index of its
-- own. With an OR between them all probes of the scope were looked at.
DROP TRIGGER revision_probe_secret;

CREATE TRIGGER revision_probe_secret AFTER INSERT ON revision WHEN NEW.kind = 'secret' AND NEW.operation <> 'status'
BEGIN
  UPDATE probe SET due_at = NEW.at, changed = 1 WHERE object = NEW.parent;
  UPDATE probe SET due_at = NEW.at, changed = 1 WHERE scope = NEW.scope AND secret IN (NEW.slug, NEW.name);
  UPDATE probe SET due_at = NEW.at, changed = 1
  WHERE scope = NEW.scope AND ca_secret IN (NEW.slug, NEW.name) AND ca_secret <> '';
END;
