//! Whether the document of a class is valid, as far as all dialects have it. What a dialect alone
//! knows of it the dialect checks, and the form of what tells how to reach and probe a connector
//! the one that publishes that form.

use serde_json::Value;

use super::{ApplicationType, Parameter, rows};
use crate::error::{FieldCode, FieldError};
use crate::fields::{FieldErrors, Fields};

/// Notes everything that is wrong with the document of a class.
pub fn check(doc: &Value, faults: &mut FieldErrors) {
    let Some(class) = faults.object("", doc) else {
        return;
    };
    for name in ["displayName", "description", "version"] {
        class.optional_string(name, faults);
    }
    class.optional_bool("opaque", faults);
    for name in ["status", "extensions"] {
        class.optional_object(name, faults);
    }
    if let Some(labels) = class.optional_object("labels", faults) {
        for name in labels.members().keys() {
            labels.optional_string(name, faults);
        }
    }
    for (at, parameter) in given(&class, "parameters", rows::parameters(&class, faults)) {
        check_values(&at, &parameter, faults);
    }
    let types = rows::application_types(&class, faults);
    check_application_types(&types, faults);
    check_references(doc, faults);
}

/// The parameters with their paths. Those that could not be read have been told of.
fn given(class: &Fields<'_>, name: &str, read: Vec<Parameter>) -> Vec<(String, Parameter)> {
    let items = class.get(name).and_then(Value::as_array);
    let items = items.map(Vec::as_slice).unwrap_or_default();
    let at = |parameter: Parameter| {
        let is_it = |item: &Value| item.get("name") == Some(&Value::from(&*parameter.name));
        let index = items.iter().position(is_it)?;
        Some((format!("{}[{index}]", class.path(name)), parameter))
    };
    read.into_iter().filter_map(at).collect()
}

/// The default of a parameter is a value that it may have. Rows carry numbers and booleans as text,
/// too.
fn check_values(at: &str, parameter: &Parameter, faults: &mut FieldErrors) {
    let Some(default) = &parameter.default else {
        return;
    };
    let text = default
        .as_str()
        .map_or_else(|| default.to_string(), str::to_owned);
    let (fits, expected) = match parameter.kind.as_str() {
        "number" => (text.parse::<f64>().is_ok(), "a number"),
        "boolean" => (text == "true" || text == "false", "true or false"),
        "array" => (default.is_array(), "an array"),
        "object" => (default.is_object(), "an object"),
        _ => (default.is_string(), "a string"),
    };
    let path = format!("{at}.default");
    if !fits {
        faults.wrong_type(&path, expected);
        return;
    }
    let chosen = match default {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    for value in chosen {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        if !parameter.allowed.is_empty() && !parameter.allowed.contains(&value) {
            let allowed = parameter.allowed.clone();
            faults.push(FieldError::unsupported(path.clone(), &value, allowed));
        }
    }
}

/// A type is there once, and so is a row in each of its lists.
fn check_application_types(types: &[ApplicationType], faults: &mut FieldErrors) {
    let names = types.iter().map(|one| one.name.as_str());
    check_once("applicationTypes", "type", names, faults);
    for (index, one) in types.iter().enumerate() {
        for (list, rows) in [
            ("appConfigs", &one.app_configs),
            ("deployConfigs", &one.deploy_configs),
        ] {
            let path = format!("applicationTypes[{index}].{list}");
            let names = rows.iter().map(|row| text(row, "name"));
            check_once(&path, "name", names, faults);
        }
    }
}

fn check_once<'n>(
    path: &str,
    member: &str,
    names: impl Iterator<Item = &'n str>,
    faults: &mut FieldErrors,
) {
    let mut seen = Vec::new();
    for (index, name) in names.enumerate() {
        if !name.is_empty() && seen.contains(&name) {
            let field = format!("{path}[{index}].{member}");
            faults.push(FieldError::new(
                field,
                FieldCode::Duplicate,
                "is there twice",
            ));
        }
        seen.push(name);
    }
}

/// What is for one way to sign in names one that there is.
fn check_references(doc: &Value, faults: &mut FieldErrors) {
    const MEMBER: &str = "authName";
    let types = doc.get("auth").map_or(&[][..], |auth| list(auth, "types"));
    let known: Vec<&str> = types.iter().map(|one| text(one, "name")).collect();
    for name in ["authProbes", "configurations"] {
        for (index, one) in list(doc, name).iter().enumerate() {
            let wanted = text(one, MEMBER);
            if !wanted.is_empty() && !known.contains(&wanted) {
                let message = format!("names no auth type: {wanted:?} is not in auth.types");
                let field = format!("{name}[{index}].{MEMBER}");
                faults.push(FieldError::new(field, FieldCode::NotFound, message));
            }
        }
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    let items = value.get(name).and_then(Value::as_array);
    items.map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::class::Class;

    fn fields(doc: &Value) -> Vec<String> {
        let mut faults = FieldErrors::default();
        check(doc, &mut faults);
        let faults = faults.into_inner().into_iter();
        faults.map(|fault| fault.field).collect()
    }

    #[test]
    fn the_catalogue_is_valid() {
        for class in Class::catalogue() {
            assert_eq!(fields(&class.doc), Vec::<String>::new(), "{}", class.name);
        }
    }

    #[test]
    fn every_fault_is_told_with_its_path() {
        let table = [
            (json!([]), ""),
            (json!({"displayName": 1}), "displayName"),
            (json!({"description": {}}), "description"),
            (json!({"version": 2}), "version"),
            (json!({"opaque": "yes"}), "opaque"),
            (json!({"labels": []}), "labels"),
            (json!({"labels": {"a": 1}}), "labels.a"),
            (json!({"extensions": []}), "extensions"),
            (json!({"status": "x"}), "status"),
            (json!({"parameters": {}}), "parameters"),
            (json!({"parameters": ["a"]}), "parameters[0]"),
            (json!({"parameters": [{"name": 1}]}), "parameters[0].name"),
            (json!({"parameters": [{"name": " "}]}), "parameters[0].name"),
            (parameter(json!({"type": "text"})), "parameters[1].type"),
            (parameter(json!({"required": 1})), "parameters[1].required"),
            (
                parameter(json!({"sensitive": "x"})),
                "parameters[1].sensitive",
            ),
            (parameter(json!({"name": "a"})), "parameters[1].name"),
            (parameter(json!({"enum": []})), "parameters[1].enum"),
            (parameter(json!({"enum": [1]})), "parameters[1].enum[0]"),
            (parameter(json!({"default": 5})), "parameters[1].default"),
            (
                parameter(json!({"type": "number", "default": "x"})),
                "parameters[1].default",
            ),
            (
                parameter(json!({"type": "boolean", "default": 1})),
                "parameters[1].default",
            ),
            (
                parameter(json!({"type": "array", "enum": ["x"], "default": ["x", "y"]})),
                "parameters[1].default",
            ),
            (
                parameter(json!({"enum": ["x"], "default": "y"})),
                "parameters[1].default",
            ),
            (json!({"applicationTypes": {}}), "applicationTypes"),
            (
                json!({"applicationTypes": [{"type": "A"}, {"type": "A"}]}),
                "applicationTypes[1].type",
            ),
            (
                json!({"applicationTypes": [{"type": "A", "appConfigs": [{"name": "r"}, {"name": "r"}]}]}),
                "applicationTypes[0].appConfigs[1].name",
            ),
            (
                json!({"auth": {"types": [{"name": "a"}]}, "authProbes": [{"authName": "b"}]}),
                "authProbes[0].authName",
            ),
            (
                json!({"authProbes": [{"authName": "b"}]}),
                "authProbes[0].authName",
            ),
            (
                json!({"configurations": [{"name": "c", "authName": "b"}]}),
                "configurations[0].authName",
            ),
        ];
        for (doc, field) in table {
            assert_eq!(fields(&doc), [field], "{doc}");
        }
    }

    fn parameter(members: Value) -> Value {
        let mut parameter = json!({"name": "p"});
        for (name, value) in members.as_object().unwrap() {
            parameter[name] = value.clone();
        }
        json!({"parameters": [{"name": "a"}, parameter]})
    }

    #[test]
    fn numbers_and_booleans_may_be_text() {
        for (kind, default) in [
            ("number", json!("5")),
            ("number", json!(5.5)),
            ("boolean", json!("true")),
            ("boolean", json!(false)),
        ] {
            let doc = parameter(json!({"type": kind, "default": default}));
            assert_eq!(fields(&doc), Vec::<String>::new(), "{doc}");
        }
        assert_eq!(fields(&json!({"unknown": 1})), Vec::<String>::new());
    }
}
