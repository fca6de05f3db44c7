//! Classes: what connectors are instances of, and the catalogue of those that come with Patchbay.
//!
//! A class that a scope has stored goes before the one of the same name in the catalogue. The members that tell
//! how to reach and probe a connector (`address`, `params`, `auth`, `livenessProbe`, `authProbes`, `api`, `proxy`,
//! `configurations`) have the form that the spec of a Kubernetes ConnectorClass gives them, for every dialect.

mod rows;

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::Value;

use crate::error::Result;
use crate::fields::Faults;

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

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

/// The classes that connectors of a scope can have: those that were stored, and those of the catalogue that none of
/// them hides.
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
    pub fn get(&self, name: &str) -> Option<Cow<'_, Class>> {
        self.stored(name)
            .map(Cow::Borrowed)
            .or_else(|| Class::in_catalogue(name)?.ok().map(Cow::Owned))
    }

    /// All of them, by name.
    pub fn all(&self) -> Vec<&Class> {
        let hidden = |class: &&Class| self.0.iter().any(|stored| stored.name == class.name);
        let catalogue = whole_catalogue().iter().filter(|class| !hidden(class));
        let mut classes: Vec<&Class> = catalogue.chain(&self.0).collect();
        classes.sort_by(|one, other| one.name.cmp(&other.name));
        classes
    }
}

/// The catalogue, read once an instance: that takes some milliseconds.
fn whole_catalogue() -> &'static [Class] {
    static CATALOGUE: OnceLock<Vec<Class>> = OnceLock::new();
    CATALOGUE.get_or_init(|| Class::catalogue().flatten().collect())
}

#[cfg(test)]
#[path = "class_tests.rs"]
mod tests;
