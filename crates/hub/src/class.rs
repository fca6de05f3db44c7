//! Classes: what connectors are instances of, and the catalogue of those that come with Patchbay.
//!
//! A class that a scope has stored goes before the one of the same name in the catalogue. The
//! members that tell how to reach and probe a connector (`address`, `params`, `auth`,
//! `livenessProbe`, `authProbes`, `api`, `proxy`, `configurations`) have the form that the spec of
//! a Kubernetes ConnectorClass gives them, for every dialect.

mod catalogue;
mod rows;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::error::Result;
use crate::fields::FieldErrors;
use crate::secrecy::is_secret_name;

pub use catalogue::CATALOGUE_DIGEST;

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
    /// Whether its value is a secret, if the class says so or the contrary.
    pub sensitive: Option<bool>,
    /// Whether its value is the address of the tool.
    pub is_address: bool,
    /// What dialects call it that have another name for it, by the dialect's name.
    pub names: BTreeMap<String, String>,
}

impl Parameter {
    /// What a dialect calls it.
    pub fn name_in(&self, dialect: &str) -> &str {
        self.names.get(dialect).unwrap_or(&self.name)
    }

    /// Whether its value is a secret.
    pub fn is_sensitive(&self) -> bool {
        self.says_sensitive()
            .unwrap_or_else(|| is_secret_name(&self.name))
    }

    /// What the class says of that. A switch and a number are none by their name alone.
    fn says_sensitive(&self) -> Option<bool> {
        let is_plain = ["boolean", "number"].contains(&self.kind.as_str());
        self.sensitive.or(is_plain.then_some(false))
    }
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

impl ApplicationType {
    /// The one of a class that says none.
    pub const ONLY: &str = "CONNECTOR";
    /// The dialect whose form applications have.
    const DIALECT: &str = "privacera";
}

impl Class {
    /// Reads and checks the document of a class.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] with every field that is wrong.
    pub fn parse(name: &str, doc: Value) -> Result<Self> {
        let mut faults = FieldErrors::default();
        let (parameters, application_types) = match faults.object("", &doc) {
            Some(fields) => (
                rows::parameters(&fields, &mut faults),
                rows::application_types(&fields, &mut faults),
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

    /// The parameter whose rows have that name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.name == name)
    }

    /// The parameter that a dialect calls so.
    pub fn parameter_in(&self, dialect: &str, name: &str) -> Option<&Parameter> {
        let called = |parameter: &&Parameter| parameter.name_in(dialect) == name;
        self.parameters
            .iter()
            .find(called)
            .or_else(|| self.parameter(name))
    }

    /// What a connector of it deploys: its application types, or else one application that has its
    /// parameters.
    pub fn applications(&self) -> Cow<'_, [ApplicationType]> {
        if !self.application_types.is_empty() {
            return Cow::Borrowed(&self.application_types);
        }
        let rows = self.parameters.iter().map(|parameter| {
            let value = parameter.default.clone().unwrap_or_else(|| json!(""));
            json!({"name": parameter.name_in(ApplicationType::DIALECT), "value": value})
        });
        Cow::Owned(vec![ApplicationType {
            name: ApplicationType::ONLY.to_owned(),
            app_configs: rows.collect(),
            deploy_configs: Vec::new(),
        }])
    }

    /// The parameter whose value is the address of the tool.
    pub fn address(&self) -> Option<&Parameter> {
        self.parameters.iter().find(|known| known.is_address)
    }

    /// Whether the row of that name holds a secret.
    pub fn is_sensitive(&self, name: &str) -> bool {
        self.says_sensitive(name)
            .unwrap_or_else(|| is_secret_name(name))
    }

    /// What the class says of whether the value at a path is a secret: the names of a parameter and
    /// of what is inside of it, with dots between them.
    pub fn says_sensitive(&self, path: &str) -> Option<bool> {
        let known = self.parameter(path).or_else(|| {
            let nested = self.parameters.iter().filter(|one| one.name.contains('.'));
            nested.into_iter().find(|one| flat(&one.name) == path)
        });
        known?.says_sensitive()
    }
}

/// The path of a value without the members that only hold others.
fn flat(path: &str) -> String {
    let names = path.split('.');
    let names: Vec<&str> = names
        .filter(|name| !["properties", "value"].contains(name))
        .collect();
    names.join(".")
}

/// The classes that connectors of a scope can have: those that were stored, and those of the
/// catalogue that none of them hides.
#[derive(Clone, Debug, Default)]
pub struct Classes(Vec<Class>);

impl Classes {
    /// Reads the stored ones. Of several of a name the first counts.
    ///
    /// # Errors
    /// Those of [`Class::parse`].
    pub fn new(stored: impl IntoIterator<Item = (String, Value)>) -> Result<Self> {
        let mut classes: Vec<Class> = Vec::new();
        for (name, doc) in stored {
            if !classes.iter().any(|class| class.name == name) {
                classes.push(Class::parse(&name, doc)?);
            }
        }
        Ok(Self(classes))
    }

    /// The class of that name that was stored.
    pub fn stored(&self, name: &str) -> Option<&Class> {
        self.0.iter().find(|class| class.name == name)
    }

    /// The class of that name.
    pub fn get(&self, name: &str) -> Option<&Class> {
        self.stored(name).or_else(|| Class::in_catalogue(name))
    }

    /// All of them, by name.
    pub fn all(&self) -> Vec<&Class> {
        let mut classes: Vec<&Class> = self.0.iter().collect();
        for class in Class::catalogue() {
            if self.stored(&class.name).is_none() {
                classes.push(class);
            }
        }
        classes.sort_by(|one, other| one.name.cmp(&other.name));
        classes
    }
}

#[cfg(test)]
#[path = "class_tests.rs"]
mod tests;
