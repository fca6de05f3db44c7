//! Versions as they are sent and answered (ConnectorVersion of the published form).
//!
//! The stored document is `{description?, publishedAt?, messages?}`. What a version is made of is
//! an object of its own that belongs to it: its contents (see [`crate::part::contents`]). The
//! connector knows which version is the default.

use hub::error::{FieldCode, FieldError};
use hub::fields::{FieldErrors, Fields};
use hub::object::Object;
use serde::Serialize;
use serde_json::Value;

use crate::family::Family;
use crate::rules;
use crate::text::Members;

/// Names that mean a version by what it is.
const RESERVED: [&str; 2] = ["latest", "default"];

/// What an update can change.
pub(crate) const UPDATE_RULES: &str = r#"{
    "immutable": [
        {"path": "/id"}, {"path": "/isLatest"}, {"path": "/createdAt"}, {"path": "/updatedAt"},
        {"path": "/publishedAt"}, {"path": "/messages"}
    ],
    "keep": ["/name", "/isDefault"]
}"#;

/// The members of a version as they are read.
pub(crate) const MEMBERS: [&str; 9] = [
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
pub(crate) fn published_at(version: &Object) -> Option<&str> {
    version.doc.text_at("publishedAt")
}

/// Checks the name that a version is given.
pub(crate) fn check_name(fields: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    rules::path_segment(fields, name, faults);
    let text = fields.members().text_at(name).unwrap_or_default();
    if RESERVED.contains(&text) {
        let message = format!("{text:?} is reserved: choose another name");
        faults.push(FieldError::new(
            fields.path(name),
            FieldCode::Invalid,
            message,
        ));
    }
}

/// A ConnectorVersion.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VersionBody {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Value>,
    is_latest: bool,
    is_default: bool,
    created_at: String,
    updated_at: String,
    published_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Value>,
}

/// A version as it is read.
pub(crate) fn print(version: &Object, family: &Family) -> VersionBody {
    let is = |other: Option<&Object>| other.is_some_and(|other| other.uid == version.uid);
    VersionBody {
        id: version.uid.ulid(),
        name: version.name.clone(),
        description: version.doc.get("description").cloned(),
        is_latest: is(family.latest()),
        is_default: is(family.default()),
        created_at: version.created_at.rfc3339_millis(),
        updated_at: version.updated_at.rfc3339_millis(),
        published_at: published_at(version).map(str::to_owned),
        messages: version.doc.get("messages").cloned(),
    }
}
