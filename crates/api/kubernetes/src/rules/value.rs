//! The values of parameters, as a class declares them.

use hub::error::{FieldCode, FieldError};
use hub::json::text_at;
use serde_json::Value;

use crate::fault::{required, unsupported};

/// The types that a parameter can have; the first where none is given.
pub(super) const TYPES: [&str; 3] = ["string", "array", "object"];

/// The members of a list; none of what is no list.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Notes what is wrong with a value that a parameter declares.
pub(super) fn check(value: &Value, declared: &Value, path: &str, faults: &mut Vec<FieldError>) {
    let expected = type_of(declared);
    if name_of(value) != expected {
        faults.push(wrong_type(path, expected, value));
        return;
    }
    let allowed: Vec<&str> = list(declared, "enum")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let values = match value {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    for value in values.iter().filter_map(Value::as_str) {
        if !allowed.is_empty() && !allowed.contains(&value) {
            faults.push(unsupported(path, value, &allowed));
        }
    }
    check_properties(value, declared, path, faults);
}

/// An object has the members that its parameter declares, and no others. Where none is declared it
/// may have any.
fn check_properties(value: &Value, declared: &Value, path: &str, faults: &mut Vec<FieldError>) {
    let properties = declared.get("properties").and_then(Value::as_object);
    let (Some(members), Some(properties)) = (
        value.as_object(),
        properties.filter(|properties| !properties.is_empty()),
    ) else {
        return;
    };
    for (name, property) in properties {
        let path = format!("{path}.{name}");
        match members.get(name) {
            None => faults.push(required(&path, "the class declares it")),
            Some(member) if name_of(member) != type_of(property) => {
                faults.push(wrong_type(&path, type_of(property), member));
            }
            Some(_) => {}
        }
    }
    let names: Vec<&str> = properties.keys().map(String::as_str).collect();
    for name in members
        .keys()
        .filter(|name| !properties.contains_key(*name))
    {
        faults.push(unsupported(&format!("{path}.{name}"), name, &names));
    }
}

/// The type that a parameter or a property declares.
pub(super) fn type_of(declared: &Value) -> &str {
    match text_at(declared, "/type") {
        "" => "string",
        other => other,
    }
}

const fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Null => "null",
    }
}

fn wrong_type(path: &str, expected: &str, value: &Value) -> FieldError {
    let found = name_of(value);
    let message =
        format!("Invalid value: {found:?}: {path} in body must be of type {expected}: {found:?}");
    FieldError::new(path, FieldCode::Type, message)
}
