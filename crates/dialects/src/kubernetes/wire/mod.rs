//! Documents: to and from the hub's form.
//!
//! | Kubernetes | hub |
//! |---|---|
//! | `metadata.name` | the object's name and slug |
//! | `metadata.namespace` | its scope |
//! | `metadata.uid`, `generation`, `resourceVersion`, `creationTimestamp` | its uid, generation, revision and time |
//! | `metadata.labels` | `labels` |
//! | `metadata.annotations["cpaas.io/description"]` | `description` |
//! | the rest of `metadata` | `extensions.kubernetes.metadata` |
//! | `spec`, `status`, `data` | see [`connector`], [`class`] and [`secret`] |

pub mod class;
pub mod connector;
pub mod metadata;
pub mod namespace;
pub mod secret;

use hub::object::{Kind, Object};
use serde_json::{Map, Value, json};

use super::resource::{CONNECTOR, CONNECTOR_CLASS, NAMESPACE, Resource, SECRET};

/// The resource that shows objects of a kind.
pub fn resource_of(kind: Kind) -> Option<&'static Resource> {
    [&CONNECTOR, &CONNECTOR_CLASS, &SECRET, &NAMESPACE]
        .into_iter()
        .find(|resource| resource.hub == kind)
}

/// The document that shows an object of the scope of that name.
pub fn show(resource: &Resource, object: &Object, scope: &str) -> Value {
    let namespace = resource.namespaced.then_some(scope);
    let mut document = Map::new();
    document.insert("apiVersion".to_owned(), json!(resource.api_version()));
    document.insert("kind".to_owned(), json!(resource.kind));
    document.insert("metadata".to_owned(), metadata::show(object, namespace));
    let rest = match resource.hub {
        Kind::Connector => connector::show(&object.doc),
        Kind::Class => class::show(&object.doc),
        Kind::Secret => secret::show(&object.doc),
        _ => namespace::show(),
    };
    document.extend(rest);
    Value::Object(document)
}

/// The hub's document of a Kubernetes document that is valid; what Kubernetes does not show of `current` stays.
pub fn read(resource: &Resource, wire: &Value, current: Option<&Value>) -> Value {
    let mut doc = match current {
        Some(Value::Object(members)) => members.clone(),
        _ => Map::new(),
    };
    match resource.hub {
        Kind::Connector => connector::read(wire, &mut doc),
        Kind::Class => class::read(wire, &mut doc),
        _ => secret::read(wire, &mut doc),
    }
    metadata::read(wire, &mut doc);
    Value::Object(doc)
}

/// The member of that name under `extensions.kubernetes`.
fn extension<'a>(doc: &'a Value, name: &str) -> Option<&'a Value> {
    doc.get("extensions")?.get("kubernetes")?.get(name)
}

/// Sets the member of that name under `extensions.kubernetes`, or takes it out.
fn set_extension(doc: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    let mut extensions = object_of(doc.shift_remove("extensions"));
    let mut own = object_of(extensions.shift_remove("kubernetes"));
    set(&mut own, name, value);
    let own = (!own.is_empty()).then_some(Value::Object(own));
    set(&mut extensions, "kubernetes", own);
    let extensions = (!extensions.is_empty()).then_some(Value::Object(extensions));
    set(doc, "extensions", extensions);
}

/// Sets a member, or takes it out.
pub fn set(members: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => {
            members.insert(name.to_owned(), value);
        }
        None => {
            members.shift_remove(name);
        }
    }
}

fn object_of(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}
