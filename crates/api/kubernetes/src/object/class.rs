//! ConnectorClass. The members of `spec` are members of the hub's document, which has their form
//! (see [`hub::class`]).

use serde_json::{Map, Value};

use super::member::{extension, object_of, set, set_extension};
use crate::resource::CONNECTOR_CLASS;
use crate::schema::{Shape, prune};

/// `spec` and `status`.
pub(crate) fn show(doc: &Value) -> Map<String, Value> {
    let mut spec = Map::new();
    for name in members() {
        if let Some(value) = doc.get(name).filter(|value| !value.is_null()) {
            spec.insert(name.to_owned(), value.clone());
        }
    }
    let mut shown = Map::new();
    if !spec.is_empty() || extension(doc, "spec").is_some() {
        shown.insert("spec".to_owned(), Value::Object(spec));
    }
    if let Some(status) = doc.get("status") {
        shown.insert("status".to_owned(), status.clone());
    }
    let mut shown = Value::Object(shown);
    prune(&mut shown, CONNECTOR_CLASS.schema());
    object_of(Some(shown))
}

/// Reads `spec` and `status`.
pub(crate) fn read(wire: &Value, doc: &mut Map<String, Value>) {
    let spec = wire.get("spec");
    for name in members() {
        set(doc, name, spec.and_then(|spec| spec.get(name)).cloned());
    }
    // That there is an empty spec has nowhere else to go.
    let empty = spec.filter(|spec| spec.as_object().is_some_and(Map::is_empty));
    set_extension(doc, "spec", empty.cloned());
    set(doc, "status", wire.get("status").cloned());
}

/// The path of a field of the hub's document as this API has it.
pub(crate) fn path_of(field: &str) -> String {
    let first = field.split(['.', '[']).next().unwrap_or_default();
    if members().any(|member| member == first) {
        format!("spec.{field}")
    } else {
        field.to_owned()
    }
}

/// The members of `spec`.
fn members() -> impl Iterator<Item = &'static str> {
    let spec = CONNECTOR_CLASS.schema().member("spec");
    let members = match spec.map(|spec| &spec.shape) {
        Some(Shape::Object { members, .. }) => members.as_slice(),
        _ => &[],
    };
    members.iter().map(|(name, _)| *name)
}
