//! Classes: what connectors are instances of, and the catalogue of those that come with Patchbay.
//!
//! A class that a scope has stored goes before the one of the same name in the catalogue. The members that tell
//! how to reach and probe a connector (`address`, `params`, `auth`, `livenessProbe`, `authProbes`, `api`, `proxy`,
//! `configurations`) have the form that the spec of a Kubernetes ConnectorClass gives them, for every dialect.

use serde_json::Value;

use crate::error::{FieldCode, FieldError, Result};
use crate::fields::{Faults, Fields};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// The types a parameter may have.
const PARAMETER_TYPES: [&str; 5] = ["string", "number", "boolean", "array", "object"];

/// A parameter that connectors of a class take.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The name of its row.
    pub name: String,
    /// One of `string`, `number`, `boolean`, `array` and `object`.
    pub kind: String,
    /// Whether a connector must have a value for it.
    pub required: bool,
    /// The value of a connector that gives none.
    pub default: Option<Value>,
    /// The values it may have; empty for any.
    pub allowed: Vec<String>,
    /// Whether its value is a secret.
    pub sensitive: bool,
}

/// A kind of application that connectors of a class deploy, with the rows it starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct ApplicationType {
    /// Its name: `ACCESS_CONTROL`.
    pub name: String,
    /// The rows of its configuration.
    pub app_configs: Vec<Value>,
    /// The rows of its deployment.
    pub deploy_configs: Vec<Value>,
}

/// A class: what is read from its document, and the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name: lower case, with hyphens.
    pub name: String,
    /// What a connector of it is configured by.
    pub parameters: Vec<Parameter>,
    /// What a connector of it can deploy.
    pub application_types: Vec<ApplicationType>,
    /// All of it, as it was written.
    pub doc: Value,
}

impl Class {
    /// Reads and checks the document of a class.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] with every field that is wrong.
    pub fn parse(name: &str, doc: Value) -> Result<Self> {
        let mut faults = Faults::default();
        let (parameters, application_types) = match faults.object("", &doc) {
            Some(fields) => (
                parameters(&fields, &mut faults),
                application_types(&fields, &mut faults),
            ),
            None => (Vec::new(), Vec::new()),
        };
        faults.finish(())?;
        Ok(Self {
            name: name.to_owned(),
            parameters,
            application_types,
            doc,
        })
    }

    /// The class of that name in the catalogue.
    ///
    /// # Errors
    /// Those of [`Class::parse`], which a test rules out.
    pub fn in_catalogue(name: &str) -> Option<Result<Self>> {
        let text = CATALOGUE
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| *text)?;
        Some(Self::from_text(name, text))
    }

    /// All the classes of the catalogue, by name.
    pub fn catalogue() -> impl Iterator<Item = Result<Self>> {
        CATALOGUE
            .iter()
            .map(|(name, text)| Self::from_text(name, text))
    }

    /// The parameter whose rows have that name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }

    /// Whether the row of that name holds a secret.
    pub fn is_sensitive(&self, name: &str) -> bool {
        self.parameter(name)
            .is_some_and(|parameter| parameter.sensitive)
    }

    fn from_text(name: &str, text: &str) -> Result<Self> {
        let doc = serde_json::from_str(text).map_err(|error| {
            crate::error::Error::Internal(format!("catalogue, {name}: {error}"))
        })?;
        Self::parse(name, doc)
    }
}

fn parameters(class: &Fields<'_>, faults: &mut Faults) -> Vec<Parameter> {
    let mut parameters: Vec<Parameter> = Vec::new();
    for (path, item) in class
        .optional_array("parameters", faults)
        .unwrap_or_default()
    {
        let Some(fields) = faults.object(&path, item) else {
            continue;
        };
        let name = fields.string("name", faults).unwrap_or_default();
        if parameters.iter().any(|known| known.name == name) {
            faults.push(FieldError::new(
                fields.path("name"),
                FieldCode::Duplicate,
                "is there twice",
            ));
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
            sensitive: fields
                .optional_bool("sensitive", faults)
                .unwrap_or_default(),
        });
    }
    parameters
}

fn application_types(class: &Fields<'_>, faults: &mut Faults) -> Vec<ApplicationType> {
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

fn rows(fields: &Fields<'_>, name: &str, faults: &mut Faults) -> Vec<Value> {
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

fn strings(fields: &Fields<'_>, name: &str, faults: &mut Faults) -> Vec<String> {
    let mut strings = Vec::new();
    for (path, item) in fields.optional_array(name, faults).unwrap_or_default() {
        match item.as_str() {
            Some(text) => strings.push(text.to_owned()),
            None => faults.wrong_type(&path, "a string"),
        }
    }
    strings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_the_catalogue_is_valid_and_complete() {
        for class in Class::catalogue() {
            let class = class.unwrap();
            assert!(crate::text::is_dns_name(&class.name), "{}", class.name);
            assert!(
                class.doc["description"].is_string(),
                "{} has no description",
                class.name
            );
            assert!(
                !class.parameters.is_empty(),
                "{} has no parameters",
                class.name
            );
        }
    }
}
