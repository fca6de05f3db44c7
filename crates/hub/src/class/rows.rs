//! What a class says of the rows of its connectors, read from its document.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ApplicationType, Parameter};
use crate::error::{FieldCode, FieldError};
use crate::fields::{FieldErrors, Fields};

/// The types a parameter may have.
const PARAMETER_TYPES: [&str; 5] = ["string", "number", "boolean", "array", "object"];

pub(super) fn parameters(class: &Fields<'_>, faults: &mut FieldErrors) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for (path, item) in class
        .optional_array("parameters", faults)
        .unwrap_or_default()
    {
        let Some(fields) = faults.object(&path, item) else {
            continue;
        };
        let Some(name) = fields.string("name", faults) else {
            continue;
        };
        if parameters.iter().any(|known| known.name == name) {
            faults.push(FieldError::new(
                fields.path("name"),
                FieldCode::Duplicate,
                "is there twice",
            ));
            continue;
        }
        let kind = fields
            .optional_choice("type", &PARAMETER_TYPES, faults)
            .unwrap_or("string");
        parameters.push(Parameter {
            name: name.to_owned(),
            kind: kind.to_owned(),
            required: fields.optional_bool("required", faults).unwrap_or_default(),
            default: fields.get("default").cloned(),
            allowed: strings(&fields, "enum", faults),
            sensitive: fields.optional_bool("sensitive", faults),
            is_address: fields.optional_bool("address", faults).unwrap_or_default(),
            names: names(&fields, faults),
        });
    }
    parameters
}

/// `names`: what dialects call the parameter.
fn names(parameter: &Fields<'_>, faults: &mut FieldErrors) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let Some(given) = parameter.optional_object("names", faults) else {
        return names;
    };
    for dialect in given.members().keys() {
        if let Some(name) = given.string(dialect, faults) {
            names.insert(dialect.clone(), name.to_owned());
        }
    }
    names
}

pub(super) fn application_types(
    class: &Fields<'_>,
    faults: &mut FieldErrors,
) -> Vec<ApplicationType> {
    let mut types = Vec::new();
    for (path, item) in class
        .optional_array("applicationTypes", faults)
        .unwrap_or_default()
    {
        let Some(fields) = faults.object(&path, item) else {
            continue;
        };
        types.push(ApplicationType {
            name: fields.string("type", faults).unwrap_or_default().to_owned(),
            app_configs: rows(&fields, "appConfigs", faults),
            deploy_configs: rows(&fields, "deployConfigs", faults),
        });
    }
    types
}

fn rows(fields: &Fields<'_>, name: &str, faults: &mut FieldErrors) -> Vec<Value> {
    let mut rows = Vec::new();
    for (path, item) in fields.optional_array(name, faults).unwrap_or_default() {
        let Some(row) = faults.object(&path, item) else {
            continue;
        };
        row.string("name", faults);
        rows.push(item.clone());
    }
    rows
}

/// Texts, of which there is at least one where there are any.
fn strings(fields: &Fields<'_>, name: &str, faults: &mut FieldErrors) -> Vec<String> {
    let mut strings = Vec::new();
    let items = fields.optional_array(name, faults);
    if items.as_ref().is_some_and(Vec::is_empty) {
        let message = "must not be empty: leave it out for any value";
        faults.push(FieldError::new(
            fields.path(name),
            FieldCode::Empty,
            message,
        ));
    }
    for (path, item) in items.unwrap_or_default() {
        match item.as_str() {
            Some(text) => strings.push(text.to_owned()),
            None => faults.wrong_type(&path, "a string"),
        }
    }
    strings
}
