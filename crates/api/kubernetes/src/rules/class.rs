//! What a class must be beyond its schema: its parameters, and the files of its configurations.

use hub::error::FieldError;
use hub::json::text_at;
use serde_json::Value;

use super::connector::check_names;
use super::secret::key_problem;
use super::value::{self, TYPES, list, type_of};
use crate::fault::{invalid, unsupported};
use crate::schema::path_of;

/// What is wrong with the `spec` of a class, which is at `path`: of a document of ours its members
/// stand at the top.
pub(crate) fn check(spec: &Value, path: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if let Some(address) = spec.get("address") {
        check_parameter(address, &path_of(path, "address"), &mut faults);
    }
    check_parameters(spec, path, "params", &mut faults);
    check_parameters(spec, path, "addressExtensions", &mut faults);
    let auth = spec.get("auth").unwrap_or(&Value::Null);
    for (owners, name) in [
        (list(auth, "types"), "auth.types"),
        (list(spec, "authProbes"), "authProbes"),
        (list(spec, "configurations"), "configurations"),
    ] {
        for (index, owner) in owners.iter().enumerate() {
            let path = format!("{}[{index}]", path_of(path, name));
            check_parameters(owner, &path, "params", &mut faults);
            check_files(owner, &path, &mut faults);
        }
    }
    faults
}

fn check_parameters(owner: &Value, path: &str, name: &str, faults: &mut Vec<FieldError>) {
    let path = path_of(path, name);
    let parameters = list(owner, name);
    check_names(parameters, &path, faults);
    for (index, parameter) in parameters.iter().enumerate() {
        check_parameter(parameter, &format!("{path}[{index}]"), faults);
    }
}

fn check_parameter(parameter: &Value, path: &str, faults: &mut Vec<FieldError>) {
    let is_known = |declared: &Value, path: &str, faults: &mut Vec<FieldError>| {
        let known = TYPES.contains(&type_of(declared));
        if !known {
            let given = text_at(declared, "/type");
            faults.push(unsupported(&format!("{path}.type"), given, &TYPES));
        }
        known
    };
    let properties = parameter.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        is_known(property, &format!("{path}.properties.{name}"), faults);
    }
    let default = parameter
        .get("default")
        .filter(|default| !default.is_null());
    if is_known(parameter, path, faults)
        && let Some(default) = default
    {
        value::check(default, parameter, &format!("{path}.default"), faults);
    }
}

/// The files of a configuration, whose names are those of entries of a ConfigMap.
fn check_files(configuration: &Value, path: &str, faults: &mut Vec<FieldError>) {
    let files = configuration.get("data").and_then(Value::as_object);
    for name in files.into_iter().flat_map(|files| files.keys()) {
        if let Some(problem) = key_problem(name) {
            faults.push(invalid(&format!("{path}.data[{name}]"), name, problem));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(spec: &Value) -> Vec<String> {
        check(spec, "spec")
            .into_iter()
            .map(|fault| fault.field)
            .collect()
    }

    #[test]
    fn every_list_of_parameters_is_checked() {
        let bad = json!([
            {"name": "a", "type": "number"}, {"name": "a"}, {"name": "b", "type": "String"}, {"name": "c", "type": "boolean"},
            {"name": "d", "enum": ["x"], "default": "y"}, {"name": "e", "type": "array", "default": "x"},
            {"name": "f", "type": "object", "properties": {"k": {"type": "int"}}},
        ]);
        let of = |path: &str| {
            [
                "[1].name",
                "[0].type",
                "[2].type",
                "[3].type",
                "[4].default",
                "[5].default",
                "[6].properties.k.type",
            ]
            .map(|field| format!("{path}{field}"))
        };
        let cases = [
            (json!({"params": bad}), "spec.params"),
            (json!({"addressExtensions": bad}), "spec.addressExtensions"),
            (
                json!({"auth": {"types": [{"name": "t", "params": bad}]}}),
                "spec.auth.types[0].params",
            ),
            (
                json!({"authProbes": [{"authName": "t", "params": bad}]}),
                "spec.authProbes[0].params",
            ),
            (
                json!({"configurations": [{"params": bad}]}),
                "spec.configurations[0].params",
            ),
        ];
        for (spec, path) in cases {
            assert_eq!(fields(&spec), of(path));
        }
        assert_eq!(
            fields(&json!({"address": {"name": "a", "type": "number"}})),
            ["spec.address.type"]
        );
    }

    #[test]
    fn of_a_document_of_ours_the_members_stand_at_the_top() {
        let doc = json!({"address": {"type": "number"}, "params": [{"name": "a"}, {"name": "a"}], "auth": {"types": [{"name": "t", "params": [{"name": "p", "type": "x"}]}]}});
        let fields: Vec<String> = check(&doc, "").into_iter().map(|one| one.field).collect();
        assert_eq!(
            fields,
            [
                "address.type",
                "params[1].name",
                "auth.types[0].params[0].type"
            ]
        );
    }

    #[test]
    fn good_classes_are_accepted() {
        let spec = json!({
            "address": {"name": "a", "type": "string", "enum": ["x", "y"], "default": "x"},
            "params": [{"name": "p", "type": "array", "enum": ["x"], "default": ["x"]},
                       {"name": "q", "type": "object", "properties": {"k": {"type": "string"}}, "default": {"k": "v"}}],
            "configurations": [{"data": {".npmrc": "x", "settings.xml": "y"}}],
        });
        assert_eq!(fields(&spec), Vec::<String>::new());
        let files = json!({"configurations": [{"data": {"a/b": "x", "..": "y", "": "z"}}]});
        assert_eq!(fields(&files).len(), 3);
    }
}
