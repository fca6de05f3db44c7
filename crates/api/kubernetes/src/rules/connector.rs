//! The rules between a connector and its class, where that is stored. A class that is not there,
//! and whatever is wrong with a Secret, are conditions and no reasons to refuse.

use hub::class::Class;
use hub::error::FieldError;
use hub::json::text_at;
use hub::secrecy::has_password;
use serde_json::Value;

use super::params;
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
    // Nobody is to read it there, and a mask in it would be no URL.
    if has_password(text_at(spec, "/address")) {
        let why = "must have no password in it: give it as a parameter or by a Secret";
        faults.push(invalid("spec.address", "<redacted>", why));
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

/// What of a connector's `spec` its class does not allow. `known` is the spec as it is shown: rows
/// that are as they were are not refused.
pub(crate) fn check_against(spec: &Value, known: Option<&Value>, class: &Class) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let doc = &class.doc;
    check_address(spec, doc, &mut faults);
    check_extensions(spec, known, doc, &mut faults);
    let declared = list(doc, "params");
    let of_class = Declared {
        rows: declared.iter().collect(),
        needed: declared,
        names: params::names(class),
    };
    // The row of the address says what its field says.
    let given: Vec<(usize, &Value)> = list(spec, "params").iter().enumerate().collect();
    let given = given.into_iter().filter(|(_, row)| {
        let parameter = class.parameter(text_at(row, "/name"));
        parameter.is_none_or(|parameter| !parameter.is_address)
    });
    let given: Vec<(usize, &Value)> = given.collect();
    check_rows(&given, known, &of_class, "params", &mut faults);
    check_auth(spec.get("auth"), known, doc, &mut faults);
    faults
}

/// What a class says of a list of rows.
struct Declared<'a> {
    /// What the rows can be.
    rows: Vec<&'a Value>,
    /// Of these, those that must be there if they have no default.
    needed: &'a [Value],
    /// Names of rows of which more is said elsewhere.
    names: Vec<&'a str>,
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

fn check_extensions(
    spec: &Value,
    known: Option<&Value>,
    class: &Value,
    faults: &mut Vec<FieldError>,
) {
    const PATH: &str = "spec.addressExtensions";
    const NAME: &str = "addressExtensions";
    let (given, needed) = (list(spec, NAME), list(class, NAME));
    let declared = Declared {
        rows: needed.iter().collect(),
        needed,
        names: Vec::new(),
    };
    let rows: Vec<(usize, &Value)> = given.iter().enumerate().collect();
    check_rows(&rows, known, &declared, NAME, faults);
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
fn check_auth(
    auth: Option<&Value>,
    known: Option<&Value>,
    class: &Value,
    faults: &mut Vec<FieldError>,
) {
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
    let declared = Declared {
        rows: needed.iter().chain(list(of_name, "params")).collect(),
        needed,
        names: Vec::new(),
    };
    let known = known.and_then(|known| known.get("auth"));
    let known = known.filter(|known| text_at(known, "/name") == name);
    let given: Vec<(usize, &Value)> = list(auth, "params").iter().enumerate().collect();
    let mut found = Vec::new();
    check_rows(&given, known, &declared, "params", &mut found);
    faults.extend(found.into_iter().map(|fault| FieldError {
        field: fault.field.replacen("spec.", "spec.auth.", 1),
        ..fault
    }));
}

/// Notes what is wrong with the rows of the list of that name in `known`, which is what is shown.
fn check_rows(
    given: &[(usize, &Value)],
    known: Option<&Value>,
    declared: &Declared<'_>,
    name: &str,
    faults: &mut Vec<FieldError>,
) {
    let path = format!("spec.{name}");
    for (index, row) in given {
        if params::is_known(row, known, name) {
            continue;
        }
        let row_name = text_at(row, "/name");
        let declaration = declared
            .rows
            .iter()
            .find(|one| text_at(one, "/name") == row_name);
        let value = row.get("value").unwrap_or(&Value::Null);
        if let Some(declaration) = declaration {
            let path = format!("{path}[{index}].value");
            value::check(value, declaration, &path, faults);
        } else if !declared.names.contains(&row_name) {
            let names = declared.rows.iter().map(|one| text_at(one, "/name"));
            let names: Vec<&str> = names.chain(declared.names.iter().copied()).collect();
            faults.push(unsupported(
                &format!("{path}[{index}].name"),
                row_name,
                &names,
            ));
        }
    }
    let needed = declared.needed.iter();
    for declaration in needed.filter(|one| one.get("default").is_none()) {
        let row_name = text_at(declaration, "/name");
        let is_it = |row: &Value| text_at(row, "/name") == row_name;
        let was_missing = known.is_some_and(|known| !list(known, name).iter().any(is_it));
        if !was_missing && !given.iter().any(|(_, row)| is_it(row)) {
            let why = format!("the class has no default for {row_name:?}");
            faults.push(required(&path, &why));
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
        check_against(spec, None, &Class::read("c", class()))
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
        let class = Class::read("c", class);
        let fields = |value: Value| -> Vec<String> {
            let spec = json!({"params": [{"name": "o", "value": value}]});
            check_against(&spec, None, &class)
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
