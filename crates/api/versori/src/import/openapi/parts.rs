//! What the readers of a document and of its operations share.

use serde_json::{Value, json};

use crate::part::contents::named;

/// The members of the object at a pointer.
pub(super) fn members<'a>(
    document: &'a Value,
    pointer: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    document
        .pointer(pointer)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// A definition of the data of a media type.
pub(super) fn definition(name: &str, accept: &str, schema: &Value) -> Value {
    let members = json!({"accept": [accept], "schema": schema});
    named(name, members.as_object().cloned().unwrap_or_default())
}
