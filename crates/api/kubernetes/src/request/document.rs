//! The document that a create, a replacement or a patch sends, and whether it can be what it says
//! it is.

use hub::error::{Error, FieldCode, Result};
use hub::time::Timestamp;
use serde_json::Value;

use super::body::{self, Document};
use super::protobuf;
use crate::resource::Resource;
use crate::rules::kind;
use crate::schema::validate;
use api::request::Request;

/// The body of a request in the format that its media type says: YAML, or else JSON.
///
/// # Errors
/// [`Error::Malformed`] when it cannot be read, [`Error::UnsupportedMediaType`] when it is in
/// another format.
pub(super) fn read(request: &Request, resource: &Resource) -> Result<Document> {
    match request.media_type().as_str() {
        "application/yaml" | "application/apply-patch+yaml" => body::yaml(&request.body),
        "" | "application/json" => body::json(&request.body),
        // The other kinds are defined by a schema of their own, and so have no protobuf form.
        protobuf::MEDIA_TYPE if resource.is_core() => {
            let value = protobuf::document(resource.kind, &request.body)?;
            Ok(Document {
                value,
                duplicates: Vec::new(),
            })
        }
        media_type if media_type.ends_with("+json") => body::json(&request.body),
        _ => Err(Error::UnsupportedMediaType {
            supported: vec!["application/json", "application/yaml"],
        }),
    }
}

/// The document of a request of a kind that is never stored.
///
/// # Errors
/// As [`read`], and [`Error::Malformed`] for one of another kind.
pub(crate) fn document_of(request: &Request, kind: &'static str) -> Result<Value> {
    let document = match request.media_type().as_str() {
        "" | "application/json" => body::json(&request.body)?.value,
        "application/yaml" => body::yaml(&request.body)?.value,
        protobuf::MEDIA_TYPE => protobuf::document(kind, &request.body)?,
        _ => {
            return Err(Error::UnsupportedMediaType {
                supported: vec!["application/json", "application/yaml", protobuf::MEDIA_TYPE],
            });
        }
    };
    let given = document.get("kind").unwrap_or(&Value::Null);
    if document.is_object() && (given.is_null() || given == kind) {
        return Ok(document);
    }
    Err(Error::Malformed(format!("the body is not a {kind}")))
}

/// Refuses a whole document that says it is of another kind, or whose metadata cannot be read; what
/// is of the core group must be of the right type throughout.
///
/// # Errors
/// [`Error::Malformed`] saying why.
pub(super) fn check(document: &Value, resource: &Resource) -> Result<()> {
    let Some(members) = document.as_object() else {
        return Err(Error::Malformed("the body must be an object".to_owned()));
    };
    if !resource.is_core() {
        for (name, called) in [("kind", "Kind"), ("apiVersion", "apiVersion")] {
            let is_empty = |value: &Value| value.is_null() || value == "";
            if members.get(name).is_none_or(is_empty) {
                return Err(Error::Malformed(format!(
                    "Object '{called}' is missing in the body"
                )));
            }
        }
    }
    check_types(document, resource)?;
    kind::check(document, resource)
}

fn check_types(document: &Value, resource: &Resource) -> Result<()> {
    let unreadable = |problem: String| {
        let (kind, version) = (resource.kind, resource.version);
        Error::Malformed(format!(
            "{kind} in version {version:?} cannot be handled as a {kind}: {problem}"
        ))
    };
    let faults = validate(document, resource.schema(), "");
    let is_read = |field: &str| {
        let first = field.split(['.', '[']).next().unwrap_or_default();
        resource.is_core() || ["kind", "apiVersion", "metadata"].contains(&first)
    };
    let wrong = faults
        .iter()
        .find(|fault| fault.code == FieldCode::Type && is_read(&fault.field));
    if let Some(fault) = wrong {
        return Err(unreadable(fault.to_string()));
    }
    match times(document).find(|time| Timestamp::parse_rfc3339(time).is_none()) {
        Some(time) => Err(unreadable(format!("{time:?} is no time of RFC 3339"))),
        None => Ok(()),
    }
}

/// The times in the metadata of a document.
fn times(document: &Value) -> impl Iterator<Item = &str> {
    let metadata = document.get("metadata");
    let member = move |name: &str| metadata.and_then(|metadata| metadata.get(name));
    let own = ["creationTimestamp", "deletionTimestamp"].map(member);
    let entries = member("managedFields").and_then(Value::as_array);
    let of_entries = entries.into_iter().flatten().map(|entry| entry.get("time"));
    own.into_iter()
        .chain(of_entries)
        .flatten()
        .filter_map(Value::as_str)
}
