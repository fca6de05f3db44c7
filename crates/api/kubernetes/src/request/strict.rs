//! Unknown fields and fields that are there twice, as `fieldValidation` wants them treated.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::json::text_at;
use hub::pointer::unescaped;
use serde_json::Value;

use super::body::Document;
use super::options::{FieldValidation, WriteOptions};
use crate::resource::Resource;
use crate::schema::{Schema, Shape, path_of, prune};

/// The media type of a JSON Patch.
pub(super) const JSON_PATCH: &str = "application/json-patch+json";
/// The field that a patch is called by in errors about what comes of it.
pub(crate) const PATCH: &str = "patch";

/// Refuses a request that wants to be refused for what was found in its document: a patch as one
/// that leads to an object that is not valid, everything else as one that cannot be read.
///
/// # Errors
/// [`Error::Malformed`] or [`Error::Invalid`] with everything that was found.
pub(super) fn enforce(
    findings: &[String],
    is_patch: bool,
    resource: &Resource,
    options: &WriteOptions,
) -> Result<()> {
    if options.field_validation != FieldValidation::Strict || findings.is_empty() {
        return Ok(());
    }
    let found = format!("strict decoding error: {}", findings.join(", "));
    if is_patch {
        let message = format!("Invalid value: {found}");
        return Err(Error::field(FieldError::new(
            PATCH,
            FieldCode::Invalid,
            message,
        )));
    }
    let (kind, version) = (resource.kind, resource.version);
    Err(Error::Malformed(format!(
        "{kind} in version {version:?} cannot be handled as a {kind}: {found}"
    )))
}

/// `duplicate field "spec.address"`, `unknown field "spec.bogus"`: all of them.
pub(super) fn findings(document: &Document, media_type: &str, resource: &Resource) -> Vec<String> {
    // Paths in an array of operations say nothing about the object.
    let (duplicates, unknown) = if media_type == JSON_PATCH {
        (&[][..], in_json_patch(&document.value, resource.schema()))
    } else {
        let unknown = undeclared(&document.value, resource);
        (document.duplicates.as_slice(), unknown)
    };
    let duplicates = duplicates
        .iter()
        .map(|path| format!("duplicate field {path:?}"));
    let unknown = unknown.iter().map(|path| format!("unknown field {path:?}"));
    duplicates.chain(unknown).collect()
}

/// The paths of the fields of a document, or of a part of one, that its schema does not have.
pub(super) fn undeclared(document: &Value, resource: &Resource) -> Vec<String> {
    prune(&mut document.clone(), resource.schema())
        .into_iter()
        .filter(|path| !path.split('.').any(|name| name.starts_with('$')))
        .collect()
}

/// The fields that a JSON Patch adds or replaces and the schema does not have.
fn in_json_patch(patch: &Value, schema: &Schema) -> Vec<String> {
    let mut unknown = Vec::new();
    for operation in patch.as_array().into_iter().flatten() {
        let Some(value) = operation.get("value") else {
            continue;
        };
        if matches!(text_at(operation, "/op"), "add" | "replace") {
            unknown.extend(at_pointer(text_at(operation, "/path"), value, schema));
        }
    }
    unknown
}

fn at_pointer(pointer: &str, value: &Value, schema: &Schema) -> Vec<String> {
    let (mut path, mut schema) = (String::new(), schema);
    for token in pointer.split('/').skip(1) {
        let token = unescaped(token);
        schema = match &schema.shape {
            Shape::List { item, .. } => {
                path.push_str(&format!("[{token}]"));
                item
            }
            Shape::Object { .. } | Shape::Map(_) => {
                path = path_of(&path, &token);
                match schema.member(&token) {
                    Some(member) => member,
                    None => return vec![path],
                }
            }
            _ => return Vec::new(),
        };
    }
    prune(&mut value.clone(), schema)
        .into_iter()
        .map(|below| path_of(&path, &below))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::connector;

    #[test]
    fn a_json_patch_is_looked_into() {
        let patch = json!([
            {"op": "add", "path": "/spec/bogus", "value": 1},
            {"op": "replace", "path": "/spec/params/0/value", "value": {"anything": 1}},
            {"op": "add", "path": "/spec/auth", "value": {"name": "x", "nom": "y"}},
            {"op": "add", "path": "/metadata/labels/a~1b", "value": "c"},
            {"op": "remove", "path": "/spec/other"},
        ]);
        assert_eq!(
            in_json_patch(&patch, &connector()),
            ["spec.bogus", "spec.auth.nom"]
        );
    }
}
