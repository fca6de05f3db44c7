//! Unknown fields and fields that are there twice, as `fieldValidation` wants them treated.

use hub::error::{Error, Result};
use hub::object::Kind;
use serde_json::Value;

use super::body::{self, Document};
use super::options::{FieldValidation, Options};
use super::resource::Resource;
use super::schema::{Schema, Shape, path_of, prune};
use super::{path, protobuf};
use api::request::Request;

/// The body of a request in the format that its media type says: YAML, or else JSON.
///
/// # Errors
/// [`Error::Malformed`] when it cannot be read, [`Error::UnsupportedMediaType`] when it is in another format.
pub fn document(request: &Request) -> Result<Document> {
    match request.media_type().as_str() {
        "application/yaml" | "application/apply-patch+yaml" => body::yaml(&request.body),
        "" | "application/json" => body::json(&request.body),
        protobuf::MEDIA_TYPE if is_about_secrets(request) => {
            let value = protobuf::secret(&request.body)?;
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

/// The other kinds are defined by a schema of their own, and so have no protobuf form.
fn is_about_secrets(request: &Request) -> bool {
    path::target(request).is_some_and(|target| target.resource.hub == Kind::Secret)
}

/// Refuses a request that wants to be refused for what [`findings`] finds.
///
/// # Errors
/// [`Error::Malformed`] with everything that was found.
pub fn enforce(request: &Request, resource: &Resource, options: &Options) -> Result<()> {
    if options.field_validation != FieldValidation::Strict {
        return Ok(());
    }
    let found = findings(request, resource)?;
    if found.is_empty() {
        return Ok(());
    }
    let (kind, version) = (resource.kind, resource.version);
    Err(Error::Malformed(format!(
        "{kind} in version {version:?} cannot be handled as a {kind}: strict decoding error: {}",
        found.join(", ")
    )))
}

/// `duplicate field "spec.address"`, `unknown field "spec.bogus"`: all of them.
///
/// # Errors
/// Those of [`document`].
pub fn findings(request: &Request, resource: &Resource) -> Result<Vec<String>> {
    let document = document(request)?;
    let mut found: Vec<String> = document
        .duplicates
        .iter()
        .map(|path| format!("duplicate field {path:?}"))
        .collect();
    let unknown = if request.media_type() == "application/json-patch+json" {
        // Paths in an array of operations say nothing about the object.
        found.clear();
        in_json_patch(&document.value, resource.schema())
    } else {
        undeclared(&document.value, resource)
    };
    found.extend(unknown.iter().map(|path| format!("unknown field {path:?}")));
    Ok(found)
}

/// The paths of the fields of a document, or of a part of one, that its schema does not have.
pub fn undeclared(document: &Value, resource: &Resource) -> Vec<String> {
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
        let text = |name: &str| {
            operation
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        if matches!(text("op"), "add" | "replace") {
            unknown.extend(at_pointer(text("path"), value, schema));
        }
    }
    unknown
}

fn at_pointer(pointer: &str, value: &Value, schema: &Schema) -> Vec<String> {
    let (mut path, mut schema) = (String::new(), schema);
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
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
