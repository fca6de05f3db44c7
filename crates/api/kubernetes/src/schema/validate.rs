//! Checks a document against its schema, with the messages of an API server.

use hub::error::{FieldCode, FieldError};
use serde_json::Value;

use super::types::{Items, Schema, Shape};
use crate::fault::{self, unsupported};

/// Every field of `value` that its schema refuses; `path` is where the value is.
pub(crate) fn validate(value: &Value, schema: &Schema, path: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    visit(value, schema, path, &mut faults);
    faults
}

/// `spec` and `params` as `spec.params`.
pub(crate) fn path_of(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn visit(value: &Value, schema: &Schema, path: &str, faults: &mut Vec<FieldError>) {
    match (&schema.shape, value) {
        (Shape::Any, _) | (Shape::Boolean, Value::Bool(_)) => {}
        (Shape::Integer, Value::Number(number)) if number.is_i64() || number.is_u64() => {}
        (Shape::String { allowed, .. }, Value::String(text)) => {
            if !allowed.is_empty() && !allowed.contains(&text.as_str()) {
                faults.push(unsupported(path, text, allowed));
            }
        }
        (
            Shape::Object {
                members, required, ..
            },
            Value::Object(found),
        ) => {
            for name in *required {
                if found.get(*name).is_none_or(Value::is_null) {
                    faults.push(fault::required(&path_of(path, name), ""));
                }
            }
            for (name, schema) in members {
                if let Some(value) = found.get(*name) {
                    visit(value, schema, &path_of(path, name), faults);
                }
            }
        }
        (Shape::Map(schema), Value::Object(found)) => {
            for (name, value) in found {
                visit(value, schema, &path_of(path, name), faults);
            }
        }
        (Shape::List { item, items }, Value::Array(found)) => {
            for (index, value) in found.iter().enumerate() {
                visit(value, item, &format!("{path}[{index}]"), faults);
            }
            faults.extend(duplicates(found, *items, path));
        }
        (shape, value) => faults.push(wrong_type(path, expected(shape), value)),
    }
}

/// The items of a keyed list or a set that are there twice.
fn duplicates(found: &[Value], items: Items, path: &str) -> Vec<FieldError> {
    let identity = |value: &Value| match items {
        Items::Atomic => None,
        Items::Set => Some(value.clone()),
        Items::ByKey(key) => value.get(key).cloned(),
    };
    let mut seen = std::collections::HashSet::new();
    let mut faults = Vec::new();
    for (index, value) in found.iter().enumerate() {
        let Some(identity) = identity(value) else {
            continue;
        };
        if seen.insert(identity.to_string()) {
            continue;
        }
        let shown = match items {
            Items::ByKey(key) => serde_json::json!({key: identity}).to_string(),
            _ => identity.to_string(),
        };
        faults.push(FieldError::new(
            format!("{path}[{index}]"),
            FieldCode::Duplicate,
            format!("Duplicate value: {shown}"),
        ));
    }
    faults
}

fn wrong_type(path: &str, expected: &str, value: &Value) -> FieldError {
    let found = type_name(value);
    let place = if path.is_empty() { "<nil>" } else { path };
    FieldError::new(
        place,
        FieldCode::Type,
        format!("Invalid value: {found:?}: {path} in body must be of type {expected}: {found:?}"),
    )
}

const fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::String { .. } => "string",
        Shape::Integer => "integer",
        Shape::Boolean => "boolean",
        Shape::Object { .. } | Shape::Map(_) => "object",
        Shape::List { .. } => "array",
        Shape::Any => "any",
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{connector, connector_class};

    fn texts(value: &Value, schema: &Schema) -> Vec<String> {
        validate(value, schema, "")
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn every_fault_of_a_connector_is_found() {
        let document = json!({
            "spec": {"address": 1, "params": [{"name": "p"}], "auth": {"secretRef": []}},
            "status": {"observedGeneration": 1.5},
        });
        let expected = [
            "spec.address: Invalid value: \"integer\": spec.address in body must be of type string: \"integer\"",
            "spec.auth.secretRef: Invalid value: \"array\": spec.auth.secretRef in body must be of type object: \"array\"",
            "spec.params[0].value: Required value",
            "status.observedGeneration: Invalid value: \"number\": status.observedGeneration in body must be of type integer: \"number\"",
        ];
        assert_eq!(texts(&document, &connector()), expected);
    }

    #[test]
    fn keys_and_choices_of_a_class_are_checked() {
        let document = json!({"spec": {
            "auth": {"types": [{"name": "a"}, {"name": "a"}]},
            "livenessProbe": {"http": {"method": "PUT", "httpHeaders": {"Authorization": "x"}}},
        }});
        let expected = [
            "spec.auth.types[1]: Duplicate value: {\"name\":\"a\"}",
            "spec.livenessProbe.http.path: Required value",
            "spec.livenessProbe.http.httpHeaders: Invalid value: \"object\": spec.livenessProbe.http.httpHeaders in body must be of type array: \"object\"",
            "spec.livenessProbe.http.method: Unsupported value: \"PUT\": supported values: \"GET\", \"POST\"",
        ];
        assert_eq!(texts(&document, &connector_class()), expected);
    }
}
