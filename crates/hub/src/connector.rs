//! Connectors in the form that every dialect converts to and from.
//!
//! The document of a connector:
//!
//! | member | what it is |
//! |---|---|
//! | `class` | the name of its class |
//! | `description` | what it is for |
//! | `address` | where the tool is: a URL |
//! | `params` | rows of its configuration |
//! | `auth` | `{name, params, secretRef}`: how it authenticates |
//! | `applications` | `[{appType, appConfigs, deployConfigs}]`, the last two being rows |
//! | `status` | what was observed of it |
//! | `extensions` | by dialect: what that dialect's form has and this one does not |
//!
//! A row is `{name, value, …}`. A sensitive row has no value but `secret`, the entry of the secret object that the
//! connector owns, or holds a reference to a secret elsewhere as its value.

use serde_json::{Map, Value, json};

use crate::class::{Class, Parameter};
use crate::error::{Error, FieldCode, FieldError, Result};
use crate::scope::SecretStore;
use crate::secret::{Clear, is_mask};

/// The member of a sensitive row that names its entry in the connector's secret object.
pub const SECRET: &str = "secret";

/// The lists of rows of an application.
const ROW_LISTS: [&str; 2] = ["appConfigs", "deployConfigs"];

/// Every row of the applications of a connector, with its path.
fn for_each_row(doc: &mut Value, mut visit: impl FnMut(String, String, &mut Map<String, Value>)) {
    let applications = doc
        .get_mut("applications")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten();
    for (index, application) in applications.enumerate() {
        let app_type = application
            .get("appType")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        for list in ROW_LISTS {
            let rows = application
                .get_mut(list)
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten();
            for (row_index, row) in rows.enumerate() {
                let Some(row) = row.as_object_mut() else {
                    continue;
                };
                let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
                let entry = format!("{app_type}.{list}.{name}");
                visit(
                    format!("applications[{index}].{list}[{row_index}]"),
                    entry,
                    row,
                );
            }
        }
    }
}

/// Checks every row of the applications against the class: required, type, enum.
///
/// A sensitive parameter is never missed: an export has none, and must be importable
/// (reference/privacera.md, round trip).
///
/// # Errors
/// [`Error::Invalid`] with every row that is wrong.
pub fn check_rows(doc: &mut Value, class: &Class) -> Result<()> {
    let mut faults = Vec::new();
    for_each_row(doc, |path, _, row| {
        let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
        let Some(parameter) = class
            .parameter(name)
            .filter(|parameter| !parameter.sensitive)
        else {
            return;
        };
        faults.extend(check_value(
            &format!("{path}.value"),
            row.get("value").unwrap_or(&Value::Null),
            parameter,
        ));
    });
    Error::check(faults)
}

fn check_value(path: &str, value: &Value, parameter: &Parameter) -> Option<FieldError> {
    let name = &parameter.name;
    if value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()) {
        return parameter.required.then(|| {
            FieldError::new(
                path,
                FieldCode::Required,
                format!("is required: {name} has no default"),
            )
        });
    }
    if !has_type(value, &parameter.kind) {
        return Some(FieldError::new(
            path,
            FieldCode::Type,
            format!("{name} must be a {}", parameter.kind),
        ));
    }
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    if !parameter.allowed.is_empty() && !parameter.allowed.contains(&text) {
        return Some(FieldError::unsupported(
            path,
            &text,
            parameter.allowed.clone(),
        ));
    }
    None
}

/// Whether a value has a parameter's type. Rows carry numbers and booleans as text as often as not.
fn has_type(value: &Value, kind: &str) -> bool {
    match kind {
        "number" => {
            value.is_number()
                || value
                    .as_str()
                    .is_some_and(|text| text.trim().parse::<f64>().is_ok())
        }
        "boolean" => value.is_boolean() || matches!(value.as_str(), Some("true" | "false")),
        "array" => value.is_array() || value.is_string(),
        "object" => value.is_object() || value.is_string(),
        _ => !value.is_array() && !value.is_object(),
    }
}

/// Takes the secrets out of the rows of a new connector: what is left in the document names the entries that are
/// returned. A mask stands for a secret that is not known here, and leaves the row without one.
///
/// # Errors
/// [`Error::Invalid`] with every row that holds a raw value where the scope wants references.
pub fn take_secrets(
    doc: &mut Value,
    class: &Class,
    store: SecretStore,
) -> Result<Vec<(String, Clear)>> {
    let (mut secrets, mut faults) = (Vec::new(), Vec::new());
    for_each_row(doc, |path, entry, row| {
        let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
        let marked = row
            .get("sensitive")
            .and_then(Value::as_bool)
            .unwrap_or_default();
        if !marked && !class.is_sensitive(name) {
            return;
        }
        match row.get("value") {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.is_empty() => {}
            Some(Value::String(text)) if is_mask(text) => {
                row.insert("value".to_owned(), json!(""));
            }
            Some(value) if is_reference(value) => {}
            Some(_) if store != SecretStore::Values => faults.push(FieldError::new(
                format!("{path}.value"),
                FieldCode::Invalid,
                "must be a reference to a secret, {\"secretRef\": {\"name\": …, \"key\": …}}: this runtime plane keeps its secrets elsewhere",
            )),
            Some(value) => {
                let clear = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                secrets.push((entry.clone(), Clear::new(clear)));
                row.shift_remove("value");
                row.insert(SECRET.to_owned(), json!(entry));
            }
        }
    });
    Error::check(faults)?;
    Ok(secrets)
}

/// Whether a value is `{"secretRef": {"name": …, "key": …}}`: a secret that is kept elsewhere.
fn is_reference(value: &Value) -> bool {
    let member = |name: &str| {
        value
            .pointer(name)
            .and_then(Value::as_str)
            .is_some_and(|text| !text.is_empty())
    };
    member("/secretRef/name") && member("/secretRef/key")
}
