//! The rules between a connector and its class, where that is stored. A class that is not there,
//! and whatever is wrong with a Secret, are conditions and no reasons to refuse.

use hub::error::FieldError;
use hub::json::text_at;
use serde_json::Value;

use super::value::{self, list};
use crate::fault::{duplicate, forbidden, invalid, required, unsupported};

/// What is wrong with a connector's `spec` whatever its class is.
pub(crate) fn check(spec: &Value) -> Vec<FieldError> {
    const SECRET: &str = "spec.auth.secretRef";
    let mut faults = Vec::new();
    for (list_of, path) in [
        (list(spec, "params"), "spec.params"),
        (
            spec.get("auth")
                .map_or(&[][..], |auth| list(auth, "params")),
            "spec.auth.params",
        ),
    ] {
        check_names(list_of, path, &mut faults);
    }
    let reference = spec.pointer("/auth/secretRef").unwrap_or(&Value::Null);
    for (name, allowed) in [("kind", "Secret"), ("apiVersion", "v1")] {
        let given = text_at(reference, &format!("/{name}"));
        if !["", allowed].contains(&given) {
            faults.push(unsupported(&format!("{SECRET}.{name}"), given, &[allowed]));
        }
    }
    for name in ["uid", "resourceVersion"] {
        if !text_at(reference, &format!("/{name}")).is_empty() {
            let why = "a Secret is referred to by its name, whichever its version is";
            faults.push(forbidden(&format!("{SECRET}.{name}"), why));
        }
    }
    faults
}

/// What of a connector's `spec` its class does not allow. `class` is the `spec` of the class.
pub(crate) fn check_against(spec: &Value, class: &Value) -> Vec<FieldError> {
    let mut faults = Vec::new();
    check_address(spec, class, &mut faults);
    check_extensions(spec, class, &mut faults);
    let declared = list(class, "params");
    check_params(
        list(spec, "params"),
        declared,
        declared,
        "spec.params",
        &mut faults,
    );
    check_auth(spec.get("auth"), class, &mut faults);
    faults
}

fn check_address(spec: &Value, class: &Value, faults: &mut Vec<FieldError>) {
    let Some(declared) = class.get("address").filter(|declared| declared.is_object()) else {
        return;
    };
    match spec.get("address").filter(|address| *address != "") {
        Some(address) => value::check(address, declared, "spec.address", faults),
        None if declared.get("default").is_none() => {
            faults.push(required("spec.address", "its class has no default for it"))
        }
        None => {}
    }
}

/// Notes the rows that have the name of an earlier one.
pub(crate) fn check_names(rows: &[Value], path: &str, faults: &mut Vec<FieldError>) {
    let mut seen = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let name = text_at(row, "/name");
        if !name.is_empty() && seen.contains(&name) {
            faults.push(duplicate(&format!("{path}[{index}].name"), name));
        }
        seen.push(name);
    }
}

fn check_extensions(spec: &Value, class: &Value, faults: &mut Vec<FieldError>) {
    const PATH: &str = "spec.addressExtensions";
    let (given, declared) = (
        list(spec, "addressExtensions"),
        list(class, "addressExtensions"),
    );
    if class.get("addressExtensions").is_some() || !given.is_empty() {
        check_params(given, declared, declared, PATH, faults);
    }
    check_names(given, PATH, faults);
    for (index, extension) in given.iter().enumerate() {
        let value = text_at(extension, "/value");
        let host = value
            .strip_prefix("http://")
            .or_else(|| value.strip_prefix("https://"));
        let problem = if host.is_none_or(str::is_empty) {
            "must be an http or https URL"
        } else if value == text_at(spec, "/address") {
            "must not be spec.address"
        } else {
            continue;
        };
        faults.push(invalid(&format!("{PATH}[{index}].value"), value, problem));
    }
}

/// The name of its authentication is one of its class's; its parameters are those of the class's
/// probe, all of which are needed, and of the type itself.
fn check_auth(auth: Option<&Value>, class: &Value, faults: &mut Vec<FieldError>) {
    let Some(auth) = auth else { return };
    let types = class
        .get("auth")
        .map_or(&[][..], |auth| list(auth, "types"));
    let name = text_at(auth, "/name");
    if name.is_empty() {
        return;
    }
    let Some(of_name) = types.iter().find(|one| text_at(one, "/name") == name) else {
        let names: Vec<&str> = types.iter().map(|one| text_at(one, "/name")).collect();
        faults.push(unsupported("spec.auth.name", name, &names));
        return;
    };
    let probe = list(class, "authProbes")
        .iter()
        .find(|probe| text_at(probe, "/authName") == name);
    let needed = probe.map_or(&[][..], |probe| list(probe, "params"));
    let declared: Vec<Value> = needed
        .iter()
        .chain(list(of_name, "params"))
        .cloned()
        .collect();
    check_params(
        list(auth, "params"),
        &declared,
        needed,
        "spec.auth.params",
        faults,
    );
}

fn check_params(
    given: &[Value],
    declared: &[Value],
    needed: &[Value],
    path: &str,
    faults: &mut Vec<FieldError>,
) {
    for (index, param) in given.iter().enumerate() {
        let name = text_at(param, "/name");
        match declared.iter().find(|one| text_at(one, "/name") == name) {
            Some(declaration) => {
                let value = param.get("value").unwrap_or(&Value::Null);
                value::check(
                    value,
                    declaration,
                    &format!("{path}[{index}].value"),
                    faults,
                );
            }
            None => {
                let names: Vec<&str> = declared.iter().map(|one| text_at(one, "/name")).collect();
                faults.push(unsupported(&format!("{path}[{index}].name"), name, &names));
            }
        }
    }
    for declaration in needed.iter().filter(|one| one.get("default").is_none()) {
        let name = text_at(declaration, "/name");
        if !given.iter().any(|param| text_at(param, "/name") == name) {
            faults.push(required(
                path,
                &format!("the class has no default for {name:?}"),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn class() -> Value {
        json!({
            "address": {"name": "address", "enum": ["https://a", "https://b"]},
            "params": [{"name": "p"}, {"name": "q", "default": "1"}, {"name": "r", "type": "array", "default": []}],
            "auth": {"types": [{"name": "basicAuth"}, {"name": "token"}]},
            "authProbes": [{"authName": "basicAuth", "params": [{"name": "repository"}]}],
        })
    }

    fn fields(spec: &Value) -> Vec<String> {
        check_against(spec, &class())
            .into_iter()
            .map(|fault| fault.field)
            .collect()
    }

    #[test]
    fn a_connector_that_fits_its_class_is_accepted() {
        let spec = json!({
            "address": "https://a",
            "params": [{"name": "p", "value": "x"}, {"name": "r", "value": ["y"]}],
            "auth": {"name": "basicAuth", "params": [{"name": "repository", "value": "z"}]},
        });
        assert_eq!(fields(&spec), Vec::<String>::new());
    }

    #[test]
    fn every_fault_is_told() {
        let spec = json!({
            "address": "https://c",
            "params": [{"name": "q", "value": 1}, {"name": "s", "value": ""}],
            "auth": {"name": "basic-auth"},
            "addressExtensions": [{"name": "web", "value": "ftp://x"}],
        });
        let expected = [
            "spec.address",
            "spec.addressExtensions[0].name",
            "spec.addressExtensions[0].value",
            "spec.params[0].value",
            "spec.params[1].name",
            "spec.params",
            "spec.auth.name",
        ];
        assert_eq!(fields(&spec), expected);
        let no_probe_params = json!({"address": "https://a", "params": [{"name": "p", "value": ""}], "auth": {"name": "basicAuth"}});
        assert_eq!(fields(&no_probe_params), ["spec.auth.params"]);
    }

    #[test]
    fn objects_have_the_members_that_are_declared() {
        let class = json!({"params": [{"name": "o", "type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "array"}}}]});
        let fields = |value: Value| -> Vec<String> {
            let spec = json!({"params": [{"name": "o", "value": value}]});
            check_against(&spec, &class)
                .into_iter()
                .map(|fault| fault.field)
                .collect()
        };
        assert_eq!(fields(json!({"a": "x", "b": []})), Vec::<String>::new());
        assert_eq!(
            fields(json!({"a": 1, "c": 2})),
            [
                "spec.params[0].value.a",
                "spec.params[0].value.b",
                "spec.params[0].value.c"
            ]
        );
        assert_eq!(fields(json!("x")), ["spec.params[0].value"]);
    }

    #[test]
    fn names_are_there_once_and_secrets_are_named_only() {
        let row = json!({"name": "p", "value": "x"});
        let spec = json!({
            "params": [row, row],
            "auth": {"params": [row, row], "secretRef": {"name": "s", "kind": "ConfigMap", "apiVersion": "v2", "uid": "u", "resourceVersion": "1"}},
        });
        let fields: Vec<String> = check(&spec).into_iter().map(|fault| fault.field).collect();
        let expected = [
            "spec.params[1].name",
            "spec.auth.params[1].name",
            "spec.auth.secretRef.kind",
            "spec.auth.secretRef.apiVersion",
            "spec.auth.secretRef.uid",
            "spec.auth.secretRef.resourceVersion",
        ];
        assert_eq!(fields, expected);
        let good =
            json!({"auth": {"secretRef": {"name": "s", "kind": "Secret", "apiVersion": "v1"}}});
        assert_eq!(check(&good), Vec::new());
    }
}
