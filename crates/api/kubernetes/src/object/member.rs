//! Members of documents, and what the hub keeps for Kubernetes alone.

use serde_json::{Map, Value};

/// The member of that name under `extensions.kubernetes`.
pub(crate) fn extension<'a>(doc: &'a Value, name: &str) -> Option<&'a Value> {
    doc.get("extensions")?.get("kubernetes")?.get(name)
}

/// Sets the member of that name under `extensions.kubernetes`, or takes it out.
pub(super) fn set_extension(doc: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    let mut extensions = object_of(doc.shift_remove("extensions"));
    let mut own = object_of(extensions.shift_remove("kubernetes"));
    set(&mut own, name, value);
    let own = (!own.is_empty()).then_some(Value::Object(own));
    set(&mut extensions, "kubernetes", own);
    let extensions = (!extensions.is_empty()).then_some(Value::Object(extensions));
    set(doc, "extensions", extensions);
}

/// Sets a member, or takes it out.
pub(crate) fn set(members: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => {
            members.insert(name.to_owned(), value);
        }
        None => {
            members.shift_remove(name);
        }
    }
}

/// The members of a value; none of what is no object.
pub(crate) fn object_of(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}
