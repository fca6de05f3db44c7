//! Versions of a connector (reference/versori.md, ConnectorVersion).
//!
//! The document is `{description?, publishedAt?, messages?}`. What a version is made of is a contents object that
//! belongs to it (see [`super::contents`]). Which one is the default is the connector's to know.

use hub::error::{FieldCode, FieldError};
use hub::fields::{FieldErrors, Fields};
use hub::object::Object;
use serde_json::{Map, Value, json};

use super::family::Family;
use super::limits;

/// Names that mean a version by what it is.
const RESERVED: [&str; 2] = ["latest", "default"];

/// What an update can change.
pub const UPDATE_RULES: &str = r#"{
    "immutable": [
        {"path": "/id"}, {"path": "/isLatest"}, {"path": "/createdAt"}, {"path": "/updatedAt"},
        {"path": "/publishedAt"}, {"path": "/messages"}
    ],
    "keep": ["/name", "/isDefault"]
}"#;

/// The members of a version as they are read.
pub const MEMBERS: [&str; 9] = [
    "id",
    "name",
    "description",
    "isLatest",
    "isDefault",
    "createdAt",
    "updatedAt",
    "publishedAt",
    "messages",
];

/// When a version was published.
pub fn published_at(version: &Object) -> Option<&str> {
    version.doc.get("publishedAt").and_then(Value::as_str)
}

/// Checks the name that a version is given.
pub fn check_name(fields: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    limits::length(fields, name, limits::NAME_MAX, faults);
    let text = fields.get(name).and_then(Value::as_str).unwrap_or_default();
    if RESERVED.contains(&text) {
        let message = format!("{text:?} is reserved: choose another name");
        faults.push(FieldError::new(
            fields.path(name),
            FieldCode::Invalid,
            message,
        ));
    }
    if text.contains('/') {
        let message = "must not have a slash: it is part of paths";
        faults.push(FieldError::new(
            fields.path(name),
            FieldCode::Invalid,
            message,
        ));
    }
}

/// A version as it is read.
pub fn print(version: &Object, family: &Family) -> Value {
    let is = |other: Option<&Object>| other.is_some_and(|other| other.uid == version.uid);
    let mut members = Map::new();
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("id", json!(version.uid.ulid()));
    set("name", json!(version.name));
    if let Some(description) = version.doc.get("description") {
        set("description", description.clone());
    }
    set("isLatest", json!(is(family.latest())));
    set("isDefault", json!(is(family.default())));
    set("createdAt", json!(version.created_at.rfc3339_millis()));
    set("updatedAt", json!(version.updated_at.rfc3339_millis()));
    set("publishedAt", json!(published_at(version)));
    if let Some(messages) = version.doc.get("messages") {
        set("messages", messages.clone());
    }
    Value::Object(members)
}
