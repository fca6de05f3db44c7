//! What is written for one object.

use api::task::MergeCore;
use hub::error::Result;
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Uniqueness};
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

use super::object::ImportedObject;
use crate::report::Report;
use crate::wire;

/// What is written, and what it replaces.
pub(super) struct Write {
    before: Option<Value>,
    after: Option<Value>,
    /// The places of secrets that are new.
    secrets: Vec<String>,
    /// The changes; none when the object is as it should be.
    pub changes: Vec<Change>,
}

impl Write {
    /// What importing an object writes.
    ///
    /// # Errors
    /// [`hub::error::Error::Internal`] when the host has no randomness to give.
    pub(super) fn of(
        object: ImportedObject<'_>,
        identity: &wire::Identity,
        scope: ScopeId,
    ) -> Result<Self> {
        let ImportedObject {
            mut item,
            target,
            stored_secrets,
            ..
        } = object;
        if let Some(own) = item.doc.pointer_mut("/object/id")
            && own.as_str().is_some()
            && own.as_str() == item.id.as_deref()
        {
            *own = json!(identity.id);
        }
        let secrets = match item.secrets.take() {
            Some(Value::Object(secrets)) => Some(secrets),
            _ => None,
        };
        let now = Timestamp::now();
        let (name, doc) = wire::hub_object(item.doc, identity, target, secrets.as_ref());
        let mut write = Self {
            before: target.map(wire::config_object),
            after: None,
            secrets: secrets
                .iter()
                .flat_map(|secrets| secrets.keys().cloned())
                .collect(),
            changes: Vec::new(),
        };
        let change = match target {
            Some(target) => {
                let mut change = Change::update(target.clone(), doc, now);
                change.object.name = name;
                change
            }
            None => {
                let kind = wire::kind_of(&identity.kind);
                let mut change = Change::create(kind, scope, &name, doc, Uniqueness::None, now)?;
                change.object.uid =
                    wire::uid(scope, &identity.kind, item.id.as_deref(), &item.name);
                change
            }
        };
        let (owner, owner_name) = (change.object.uid, change.object.name.clone());
        // Of a new object there is nothing to compare or to tell.
        write.after = target.map(|_| wire::config_object(&change.object));
        if target.is_none() || write.before != write.after {
            write.changes.push(change);
        }
        if let Some(secrets) = secrets {
            let mut change = secrets_change(secrets, stored_secrets, scope, &owner_name, now)?;
            change.object.parent = Some(owner);
            write.changes.push(change);
        }
        Ok(write)
    }

    /// Tells what it would do.
    ///
    /// # Errors
    /// Those of the merge core.
    pub(super) fn tell(
        &self,
        core: &dyn MergeCore,
        identity: &wire::Identity,
        report: &mut Report,
    ) -> Result<()> {
        let wire::Identity { id, name, .. } = identity;
        let (Some(before), Some(after)) = (&self.before, &self.after) else {
            report.operation(
                "IMPORT_PREVIEW_CREATE",
                format!("Object to be created: [{id}, {name}]"),
            );
            return Ok(());
        };
        if self.changes.is_empty() {
            let text = format!("Object is as it is in the file already: [{id}, {name}]");
            report.operation("IMPORT_PREVIEW_UNCHANGED", text);
            return Ok(());
        }
        let mut changed = core.changed(before, after)?;
        changed.extend(self.secrets.iter().map(|place| format!("/object{place}")));
        let text = format!(
            "Object to be updated: [{id}, {name}], changes: {}",
            changed.join(", ")
        );
        report.operation("IMPORT_PREVIEW_UPDATE", text);
        Ok(())
    }
}

/// New secrets are added to those that are stored, and replace those of the same place.
fn secrets_change(
    secrets: Map<String, Value>,
    stored: Option<&Object>,
    scope: ScopeId,
    name: &str,
    now: Timestamp,
) -> Result<Change> {
    let Some(stored) = stored else {
        let doc = json!({"data": secrets});
        return Change::create(Kind::Secret, scope, name, doc, Uniqueness::None, now);
    };
    let mut doc = stored.doc.clone();
    match doc.get_mut("data").and_then(Value::as_object_mut) {
        Some(data) => data.extend(secrets),
        None => doc = json!({"data": secrets}),
    }
    Ok(Change::update(stored.clone(), doc, now))
}
