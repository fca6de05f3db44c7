//! What a patch changes.

use hub::command::Edit;
use hub::error::{Error, Result};
use hub::json::text_at;
use serde_json::{Map, Value};

use super::options::{APPLY, WriteOptions};
use super::strict::{JSON_PATCH, undeclared};
use super::target::Target;
use crate::object::metadata;

/// The most operations of a JSON Patch, as an API server has it.
const MAX_OPERATIONS: usize = 10_000;
/// The media type of a strategic merge patch.
const STRATEGIC: &str = "application/strategic-merge-patch+json";

/// What a document of a media type changes.
///
/// # Errors
/// [`Error::UnsupportedMediaType`] when the resource takes no such patches; [`Error::Malformed`]
/// when the document is none; [`Error::TooLarge`] when it has too many operations.
pub(super) fn edit(
    document: &Value,
    media_type: &str,
    target: &Target,
    options: &WriteOptions,
) -> Result<Edit> {
    let supported = target.resource.patch_types();
    if !supported.contains(&media_type) {
        return Err(Error::UnsupportedMediaType {
            supported: supported.to_vec(),
        });
    }
    match media_type {
        JSON_PATCH => json_patch(document),
        APPLY => apply(document, target, options),
        _ if !document.is_object() => Err(not_a("merge patch, which is an object")),
        STRATEGIC => Ok(Edit::Strategic(document.clone())),
        _ => Ok(Edit::MergePatch(document.clone())),
    }
}

fn not_a(what: &str) -> Error {
    Error::Malformed(format!("the body is not a {what}"))
}

/// RFC 6902: that its operations have what they need is checked before any is carried out.
fn json_patch(document: &Value) -> Result<Edit> {
    let operations = document
        .as_array()
        .ok_or_else(|| not_a("JSON Patch, which is an array"))?;
    if operations.len() > MAX_OPERATIONS {
        return Err(Error::TooLarge {
            limit: u64::try_from(MAX_OPERATIONS).unwrap_or(u64::MAX),
        });
    }
    for (index, operation) in operations.iter().enumerate() {
        if let Some(problem) = broken(operation) {
            let message = format!("error decoding patch: operation {index}: {problem}");
            return Err(Error::Malformed(message));
        }
    }
    Ok(Edit::JsonPatch(document.clone()))
}

fn broken(operation: &Value) -> Option<String> {
    let Some(members) = operation.as_object() else {
        return Some("it must be an object".to_owned());
    };
    let is_pointer = |name: &str| {
        let pointer = members.get(name).and_then(Value::as_str);
        pointer.is_some_and(|pointer| pointer.is_empty() || pointer.starts_with('/'))
    };
    let needs = match text_at(operation, "/op") {
        "add" | "replace" | "test" if !members.contains_key("value") => Some("value"),
        "move" | "copy" if !is_pointer("from") => Some("from, a JSON Pointer"),
        "add" | "replace" | "test" | "remove" | "move" | "copy" => None,
        other => return Some(format!("unknown operation {other:?}")),
    };
    let needs = needs.or_else(|| (!is_pointer("path")).then_some("path, a JSON Pointer"));
    needs.map(|member| format!("it needs the member {member}"))
}

fn apply(document: &Value, target: &Target, options: &WriteOptions) -> Result<Edit> {
    let mut document = document.clone();
    let Some(members) = document.as_object_mut() else {
        return Err(not_a("configuration, which is an object"));
    };
    let is_text = |name: &str| members.get(name).is_some_and(Value::is_string);
    if !is_text("kind") || !is_text("apiVersion") {
        return Err(Error::Malformed(
            "the applied configuration must have its apiVersion and its kind".to_owned(),
        ));
    }
    let empty = Value::Object(Map::new());
    let metadata = members.entry("metadata").or_insert(empty);
    let Some(metadata) = metadata.as_object_mut() else {
        return Err(not_a("configuration: its metadata must be an object"));
    };
    if metadata
        .get("managedFields")
        .is_some_and(|fields| !fields.is_null())
    {
        return Err(Error::Malformed(
            "metadata.managedFields must be nil".to_owned(),
        ));
    }
    metadata.shift_remove("managedFields");
    metadata.shift_remove("creationTimestamp");
    if !target.resource.namespaced {
        metadata.shift_remove("namespace");
    }
    let url = &target.name;
    match metadata
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default()
    {
        "" => {
            return Err(Error::Malformed(format!(
                "the name of the object ({url} based on URL) was undeterminable: name must be provided"
            )));
        }
        given if given != url => {
            return Err(Error::Malformed(format!(
                "the name of the object ({given}) does not match the name on the URL ({url})"
            )));
        }
        _ => {}
    }
    metadata::drop_empty(&mut document);
    if let Some(field) = undeclared(&document, target.resource).first() {
        let resource = target.resource;
        return Err(Error::Malformed(format!(
            "failed to create typed patch object ({}/{url}; {}, Kind={}): .{field}: field not declared in schema",
            target.namespace,
            resource.api_version(),
            resource.kind
        )));
    }
    Ok(Edit::Apply {
        document,
        force: options.force,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn broken_operations_are_refused_before_any_is_carried_out() {
        let good = json!([
            {"op": "add", "path": "/a", "value": null}, {"op": "remove", "path": ""}, {"op": "move", "path": "/a", "from": "/b"},
        ]);
        assert!(json_patch(&good).is_ok());
        let bad = [
            json!({}),
            json!([5]),
            json!([{"op": "put", "path": "/a"}]),
            json!([{"op": 5, "path": "/a"}]),
            json!([{"op": "add", "path": "/a"}]),
            json!([{"op": "add", "value": 1}]),
            json!([{"op": "remove", "path": "a"}]),
            json!([{"op": "copy", "path": "/a"}]),
        ];
        for patch in bad {
            assert!(
                matches!(json_patch(&patch), Err(Error::Malformed(_))),
                "{patch}"
            );
        }
        let one = json!({"op": "remove", "path": "/a"});
        let many = Value::Array(vec![one; MAX_OPERATIONS + 1]);
        assert!(matches!(
            json_patch(&many),
            Err(Error::TooLarge { limit: 10_000 })
        ));
    }
}
