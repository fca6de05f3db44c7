//! Objects as files have them (`ConfigObject` in the published API), to and from the hub.
//!
//! A SOURCE is a connector. What its `object` says stands in the hub's document where that has a
//! place for it:
//!
//! | of the object | in the hub |
//! |---|---|
//! | `name` | the name |
//! | `connector`, or else `type` | `class`, as a DNS name |
//! | `description` | `description` |
//! | `connectorAttributes` | `params`; one that is the URL of the tool is `address` |
//! | `patchbay` | what else the hub knows of the connector from other dialects |
//! | all else, and the signature | `extensions.sailpoint` |
//!
//! An object of any other type is kept as the file has it. The `self` of an object stays as it
//! came: it is the id that a scope knows the object by, also when the object came from another
//! scope.

mod attributes;
mod connector;
mod keep;
mod members;
mod secrets;
mod source;

use api::task::Connectors;
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::slot::{MASKED, shown};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::types::{self, SOURCE};
use members::extension;

pub(crate) use members::faults;
pub(crate) use secrets::take_secrets;

/// What an object goes by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id, as a file has it.
    pub id: String,
    /// The name that its `self` has.
    pub name: String,
}

impl Identity {
    /// As a file refers to it.
    pub(crate) fn reference(&self) -> Value {
        json!(self)
    }
}

/// The kind that objects of a type are of in the hub.
pub(crate) fn kind_of(object_type: &str) -> Kind {
    if object_type == SOURCE {
        Kind::Connector
    } else {
        Kind::ConfigObject
    }
}

/// The uid of the object that a file knows by this type and id. It follows from both and from the
/// scope, so that two jobs cannot create the same object twice. Of some types a scope has only one
/// object, whatever its id.
pub(crate) fn uid(scope: ScopeId, kind: &str, id: Option<&str>, name: &str) -> Uid {
    let scope = scope.to_string();
    if types::find(kind).is_some_and(|known| known.one_per_tenant) {
        return Uid::derived(&["sailpoint", &scope, kind]);
    }
    match id {
        Some(id) => Uid::derived(&["sailpoint", &scope, kind, "id", id]),
        None => Uid::derived(&["sailpoint", &scope, kind, "name", name]),
    }
}

/// What an object goes by.
pub(crate) fn identity(object: &Object) -> Identity {
    let (itself, kind) = match object.kind {
        Kind::Connector => (extension(&object.doc, "self"), SOURCE),
        _ => {
            let itself = object.doc.get("self");
            (itself, text(itself, "type").unwrap_or_default())
        }
    };
    Identity {
        kind: kind.to_owned(),
        id: text(itself, "id").map_or_else(|| object.uid.uuid(), str::to_owned),
        name: text(itself, "name").unwrap_or(&object.name).to_owned(),
    }
}

fn text<'a>(value: Option<&'a Value>, member: &str) -> Option<&'a str> {
    value?.get(member)?.as_str()
}

/// Takes out by what files know another object, and what its signature is about.
pub(crate) fn strip_identity(doc: &mut Map<String, Value>) {
    let extensions = doc.get_mut("extensions").and_then(Value::as_object_mut);
    let own = extensions.and_then(|extensions| extensions.get_mut("sailpoint")?.as_object_mut());
    if let Some(own) = own {
        own.retain(|name, _| !["self", "config", "unnamed"].contains(&name.as_str()));
    }
}

/// An object as a file has it, with masks in place of its secrets.
pub(crate) fn config_object(object: &Object, connectors: &Connectors) -> Value {
    let mut config = Map::from_iter([
        ("version".to_owned(), json!(1)),
        ("self".to_owned(), identity(object).reference()),
    ]);
    if object.kind == Kind::Connector {
        config.insert("object".to_owned(), source::source(object, connectors));
        let signature = extension(&object.doc, "config").and_then(Value::as_object);
        config.extend(signature.cloned().unwrap_or_default());
    } else if let Some(members) = object.doc.as_object() {
        let members = members.iter().filter(|(name, _)| *name != "self");
        config.extend(members.map(|(name, value)| (name.clone(), value.clone())));
        return shown(&Value::Object(config), MASKED).unwrap_or_default();
    }
    Value::Object(config)
}

/// The name and the document that an object of a file has in the hub. Its secrets have been taken
/// out, and its masks are still to be resolved. Of a connector that is there already, what no file
/// shows stays as it is.
pub(crate) fn hub_object(
    config: Value,
    identity: &Identity,
    current: Option<&Object>,
    connectors: &Connectors,
) -> (String, Value) {
    let object_name = text(config.get("object"), "name").map(str::to_owned);
    let name = object_name.clone().unwrap_or_else(|| identity.name.clone());
    if kind_of(&identity.kind) == Kind::ConfigObject {
        let mut doc = config;
        if let Some(members) = doc.as_object_mut() {
            members.insert("self".to_owned(), identity.reference());
        }
        if let Some(current) = current {
            doc = keep::keep(doc, &current.doc);
        }
        return (name, doc);
    }
    let Value::Object(mut config) = config else {
        return (name, Value::Null);
    };
    let object = match config.shift_remove("object") {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    };
    config.shift_remove("self");
    config.shift_remove("version");
    let mut itself = Map::from_iter([("id".to_owned(), json!(identity.id))]);
    if identity.name != name {
        itself.insert("name".to_owned(), json!(identity.name));
    }
    let mut extension = Map::from_iter([("self".to_owned(), Value::Object(itself))]);
    if !config.is_empty() {
        extension.insert("config".to_owned(), Value::Object(config));
    }
    if object_name.is_none() {
        extension.insert("unnamed".to_owned(), json!(true));
    }
    let doc = connector::connector_doc(
        object,
        extension,
        current.map(|current| &current.doc),
        connectors,
    );
    (name, doc)
}

#[cfg(test)]
mod tests;
