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
//! A row is `{name, value, …}`. In place of a secret there is a slot ([`crate::slot`]), which names
//! its entry of the secret object that the connector owns, or a reference to a secret elsewhere.
//! What is a secret [`crate::secrecy`] says. Values of parameters are there once
//! ([`parameters`]).

pub mod applications;
mod counterpart;
pub mod parameters;
mod rows;
mod secrets;
pub mod upgrade;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::class::{Class, Parameter};
use crate::error::{Error, FieldCode, FieldError, Result};

use crate::scope::SecretStore;
use crate::secret::Raw;

pub use secrets::{Rules, Secrets, take};

use self::rows::{for_each_row, places_in};

/// The document of a connector as it is stored, and its secrets: what every way to the store goes
/// through. `current` is the document as it is stored now.
///
/// # Errors
/// Those of [`take`].
pub fn settle(
    doc: Raw,
    current: Option<&Value>,
    class: Option<&Class>,
    store: SecretStore,
) -> Result<(Value, Secrets)> {
    let rules = Rules {
        class,
        store,
        sealed: &BTreeSet::new(),
        suffix: "",
    };
    settle_with(doc, current, rules)
}

/// The same of a document whose secrets may be sealed already.
///
/// # Errors
/// Those of [`take`].
pub fn settle_with(
    doc: Raw,
    current: Option<&Value>,
    rules: Rules<'_>,
) -> Result<(Value, Secrets)> {
    let mut doc = doc.into_inner();
    let current = current.map(applications::expanded);
    let mut secrets = take(&mut doc, current.as_deref(), rules)?;
    if let Some(class) = rules.class {
        applications::fold(&mut doc, class, &mut secrets);
    }
    Ok((doc, secrets))
}

/// Whether a value is `{"secretRef": {"name": …, "key": …}}`: a secret that is kept elsewhere.
pub fn is_reference(value: &Value) -> bool {
    let member = |name: &str| {
        value
            .pointer(name)
            .and_then(Value::as_str)
            .is_some_and(|text| !text.is_empty())
    };
    member("/secretRef/name") && member("/secretRef/key")
}

/// The error with the fields of the document that was sent in place of those of the one that it was
/// merged into. A row that was not sent is named by the list that lacks it.
#[must_use]
pub fn fields_as_sent(error: Error, merged: &Value, sent: &Value) -> Error {
    let Error::Invalid(mut faults) = error else {
        return error;
    };
    let places = places_in(merged, sent);
    for fault in &mut faults {
        let ends = fault
            .field
            .match_indices(']')
            .map(|(at, _)| at.saturating_add(1));
        let row = ends
            .filter_map(|end| fault.field.split_at_checked(end))
            .find_map(|(row, rest)| Some((places.get(row)?, rest)));
        fault.field = match row {
            Some((place, rest)) if place.ends_with(']') => format!("{place}{rest}"),
            Some((list, _)) => list.clone(),
            None => continue,
        };
    }
    Error::Invalid(faults)
}

/// Checks every row against the class: required, type, enum.
///
/// A sensitive parameter is never missed: an export has none, and must be importable.
///
/// # Errors
/// [`Error::Invalid`] with every row that is wrong.
pub fn check_rows(doc: &mut Value, class: &Class) -> Result<()> {
    let mut faults = Vec::new();
    for_each_row(doc, |path, row| {
        let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
        let Some(parameter) = class
            .parameter(name)
            .filter(|parameter| !parameter.is_sensitive())
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
                format!("{name} is required and has no default"),
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

#[cfg(test)]
#[path = "connector_tests.rs"]
mod tests;
