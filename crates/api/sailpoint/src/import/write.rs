//! What is written for one object.

use std::collections::BTreeSet;

use api::task::{Context, MergeCore};
use hub::connector::{Rules, Secrets, settle_with, take};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Uniqueness};
use hub::scope::SecretStore;
use hub::secret::Raw;
use hub::slot::still_to_be_set;
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

use super::object::ImportedObject;
use crate::report::Report;
use crate::{types, wire};

/// What is written, and what it replaces.
pub(super) struct Write {
    before: Option<Value>,
    after: Option<Value>,
    /// The entries of secrets that are new.
    secrets: Vec<String>,
    /// The JSON Pointers of secrets that are still to be set.
    pub unset: Vec<String>,
    /// The changes; none when the object is as it should be.
    pub changes: Vec<Change>,
}

impl Write {
    /// What importing an object writes.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every field that holds a secret that was not known to be one when the
    /// job was accepted; [`Error::Internal`] when the host has no randomness to give.
    pub(super) fn of(
        object: ImportedObject<'_>,
        identity: &wire::Identity,
        context: &Context<'_>,
    ) -> Result<Self> {
        let (scope, connectors) = (context.scope, context.connectors);
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
        let sealed = match item.secrets.take() {
            Some(Value::Object(sealed)) => sealed,
            _ => Map::new(),
        };
        let now = Timestamp::now();
        let (name, doc) = wire::hub_object(item.doc, identity, target, connectors);
        let (doc, kept) = settled(doc, identity, target, &sealed, context)?;
        let mut write = Self {
            before: target.map(|target| wire::config_object(target, connectors)),
            after: None,
            secrets: sealed.keys().cloned().collect(),
            unset: still_to_be_set(&doc),
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
        write.after = target.map(|_| wire::config_object(&change.object, connectors));
        if target.is_some() && write.before == write.after && sealed.is_empty() {
            return Ok(write);
        }
        write.changes.push(change);
        if let Some(mut change) =
            secrets_change(sealed, &kept, stored_secrets, scope, &owner_name, now)?
        {
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
        changed.extend(
            self.secrets
                .iter()
                .map(|entry| format!("the secret {entry}")),
        );
        let text = format!(
            "Object to be updated: [{id}, {name}], changes: {}",
            changed.join(", ")
        );
        report.operation("IMPORT_PREVIEW_UPDATE", text);
        Ok(())
    }
}

/// The document with its masks resolved, and the entries of its secrets.
fn settled(
    doc: Value,
    identity: &wire::Identity,
    target: Option<&Object>,
    sealed: &Map<String, Value>,
    context: &Context<'_>,
) -> Result<(Value, BTreeSet<String>)> {
    let sealed = sealed.keys().cloned().collect();
    let current = target.map(|target| &target.doc);
    let is_connector = wire::kind_of(&identity.kind) == Kind::Connector;
    let rules = Rules {
        class: context.connectors.class_of(&doc).filter(|_| is_connector),
        store: SecretStore::Values,
        sealed: &sealed,
        suffix: "",
    };
    let (doc, secrets) = if is_connector {
        settle_with(Raw::new(doc), current, rules)?
    } else if types::find(&identity.kind).is_some_and(|known| known.signature_required) {
        (doc, Secrets::default())
    } else {
        let mut file = json!({"file": doc});
        let current = current.map(|current| json!({"file": current}));
        let secrets = take(&mut file, current.as_ref(), rules)?;
        let doc = file.get_mut("file").map(Value::take).unwrap_or_default();
        (doc, secrets)
    };
    // Here nothing can be sealed.
    let faults = secrets.new.iter().map(|(entry, _)| {
        let message = "is a secret here, which the file does not say: say \"sensitive\": true in its row of patchbay.params";
        FieldError::new(entry, FieldCode::Invalid, message)
    });
    Error::check(faults.collect())?;
    Ok((doc, secrets.kept))
}

/// The secrets that the object refers to: those that are stored and stay, and those that are new.
fn secrets_change(
    sealed: Map<String, Value>,
    kept: &BTreeSet<String>,
    stored: Option<&Object>,
    scope: ScopeId,
    name: &str,
    now: Timestamp,
) -> Result<Option<Change>> {
    let before = stored.and_then(|stored| stored.doc.get("data")?.as_object());
    let mut data = before.cloned().unwrap_or_default();
    data.extend(sealed);
    data.retain(|entry, _| kept.contains(entry));
    let Some(stored) = stored else {
        let has_any = !data.is_empty();
        let doc = json!({"data": data});
        let create = || Change::create(Kind::Secret, scope, name, doc, Uniqueness::None, now);
        return has_any.then(create).transpose();
    };
    if before == Some(&data) {
        return Ok(None);
    }
    let mut doc = stored.doc.clone();
    match doc.as_object_mut() {
        Some(members) => drop(members.insert("data".to_owned(), Value::Object(data))),
        None => doc = json!({"data": data}),
    }
    Ok(Some(Change::update(stored.clone(), doc, now)))
}
