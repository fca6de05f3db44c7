//! The secrets of connectors and connections. Stored documents have slots in place of them
//! ([`hub::slot`]); what a client sends has them in the clear until the plan is settled. Neither is
//! ever shown.

use std::collections::BTreeSet;

use hub::class::{Class, Classes};
use hub::connector::{Rules, take};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::{Kind, Object};
use hub::operation::{View, World};
use hub::scope::{Scope, SecretStore};
use hub::slot::{self, MASKED, Slot};
use serde_json::{Map, Value, json};

use crate::text::Members;

/// What a scope says that keeps its secrets elsewhere.
const ELSEWHERE: &str = "is a secret, and this scope keeps its secrets elsewhere: leave it out here, and put it where \
     the scope's secrets are; the Kubernetes API and a credential's data take a reference to it, \
     {\"secretRef\": {\"name\": …, \"key\": …}}";

/// The class of a connector.
pub(crate) fn class_of<'c>(connector: &Object, classes: &'c Classes) -> Option<&'c Class> {
    classes.get(connector.doc.text_at("class")?)
}

/// A document as it may be shown: with masks for the secrets that are set, also for those that are
/// not taken out yet.
pub(crate) fn shown(doc: &Value, class: Option<&Class>) -> Value {
    let mut doc = doc.clone();
    let sealed = slot::entries(&doc);
    let rules = Rules {
        class,
        store: SecretStore::Values,
        sealed: &sealed,
        suffix: "",
    };
    match take(&mut doc, None, rules) {
        Ok(_) => slot::shown(&doc, MASKED).unwrap_or_default(),
        // A scope that takes values refuses none.
        Err(_) => Value::Null,
    }
}

/// An object with its document as it may be shown.
pub(crate) fn shown_object(object: &Object, class: Option<&Class>) -> Object {
    Object {
        doc: shown(&object.doc, class),
        ..object.clone()
    }
}

/// What is given, with what is stored in the place of each member that is given as it is shown.
pub(crate) fn kept(given: &Map<String, Value>, stored: &Map<String, Value>) -> Map<String, Value> {
    let shown = shown(&Value::Object(stored.clone()), None);
    let keep = |(name, value): (&String, &Value)| {
        let stored = stored.get(name).filter(|_| shown.get(name) == Some(value));
        (name.clone(), stored.unwrap_or(value).clone())
    };
    given.iter().map(keep).collect()
}

/// A stored value with the secrets of its owner in place of their slots, to be copied or used. One
/// that is not there is still to be set.
///
/// # Errors
/// Those of [`World::open`] and of the store.
pub(crate) fn opened(value: &Value, owner: &Object, world: &dyn World) -> Result<Value> {
    if slot::entries(value).is_empty() {
        return Ok(value.clone());
    }
    let owned = world.children(&[owner.uid], &[Kind::Secret])?;
    let owned = owned.first().and_then(|owned| owned.doc.get("data"));
    let mut value = value.clone();
    open(&mut value, owned, world)?;
    Ok(value)
}

fn open(value: &mut Value, owned: Option<&Value>, world: &dyn World) -> Result<()> {
    if let Some(slot) = Slot::of(value) {
        let sealed = match slot {
            Slot::Set(entry) => owned
                .and_then(|owned| owned.text_at(entry))
                .map(|sealed| (entry, sealed)),
            Slot::Unset => None,
        };
        *value = match sealed {
            Some((entry, sealed)) => json!(world.open(entry, sealed)?.expose()),
            None => Slot::Unset.to_value(),
        };
        return Ok(());
    }
    match value {
        Value::Object(members) => members
            .values_mut()
            .try_for_each(|member| open(member, owned, world)),
        Value::Array(items) => items
            .iter_mut()
            .try_for_each(|item| open(item, owned, world)),
        _ => Ok(()),
    }
}

/// Refuses new secrets in a document where the scope does not take them. `field` names a field of
/// the document as the client sent it.
///
/// # Errors
/// [`Error::Invalid`] with every such field.
pub(crate) fn check(
    doc: &Value,
    current: Option<&Value>,
    class: Option<&Class>,
    view: &dyn View,
    field: impl Fn(&str) -> String,
) -> Result<()> {
    let rules = Rules {
        class,
        store: view.scope().secret_store,
        sealed: &BTreeSet::new(),
        suffix: "",
    };
    match take(&mut doc.clone(), current, rules) {
        Err(Error::Invalid(faults)) => {
            let fault = |fault: FieldError| elsewhere(field(&fault.field));
            Error::check(faults.into_iter().map(fault).collect())
        }
        other => other.map(drop),
    }
}

/// Whether a scope takes values of secrets.
pub(crate) fn takes_values(scope: &Scope) -> bool {
    scope.secret_store == SecretStore::Values
}

/// The refusal of a secret's value in a scope that takes none.
pub(crate) fn elsewhere(field: String) -> FieldError {
    FieldError::new(field, FieldCode::Invalid, ELSEWHERE)
}

/// A field of a connector's document as this API names it.
pub(crate) fn field_of_connector(field: &str) -> String {
    match field {
        "address" => "baseUrl".to_owned(),
        other => other
            .strip_prefix("extensions.versori.")
            .unwrap_or(other)
            .to_owned(),
    }
}
