//! Classes: what connectors are instances of, and the catalogue of those that come with Patchbay.
//!
//! A class that a scope has stored goes before the one of the same name in the catalogue. The
//! members that tell how to reach and probe a connector (`address`, `params`, `auth`,
//! `livenessProbe`, `authProbes`, `api`, `proxy`, `configurations`) have the form that the spec of
//! a Kubernetes ConnectorClass gives them, for every dialect.

mod catalogue;
mod rows;
mod validate;

use serde_json::Value;

use crate::fields::FieldErrors;

pub use catalogue::CATALOGUE_DIGEST;
pub use validate::check;

/// The label that says where a class is from which the scope has not stored. It is the server's:
/// no document that is stored has it.
pub const SOURCE_LABEL: &str = "patchbay.dev/source";

/// The source of the classes of the catalogue.
pub const CATALOGUE: &str = "catalogue";

/// Takes the label out that says where a class is from: what is stored is the scope's own.
pub fn take_source(doc: &mut Value) {
    let Some(members) = doc.as_object_mut() else {
        return;
    };
    let labels = members.get_mut("labels").and_then(Value::as_object_mut);
    let is_last = labels
        .is_some_and(|labels| labels.shift_remove(SOURCE_LABEL).is_some() && labels.is_empty());
    if is_last {
        members.shift_remove("labels");
    }
}

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
    /// Reads the document of a class that is there. What of it is not valid ([`check`]) is as if it
    /// was not there: it may be from before classes were checked, and is no reason to show no
    /// others.
    pub fn read(name: &str, doc: Value) -> Self {
        let mut passed_over = FieldErrors::default();
        let (parameters, application_types) = match passed_over.object("", &doc) {
            Some(fields) => (
                rows::parameters(&fields, &mut passed_over),
                rows::application_types(&fields, &mut passed_over),
            ),
            None => (Vec::new(), Vec::new()),
        };
        Self {
            name: name.to_owned(),
            parameters,
            application_types,
            doc,
        }
    }

    /// What a dialect calls it: the `id` of the dialect's part of the document, or else its name.
    pub fn id_in(&self, dialect: &str) -> &str {
        let part = self.doc.get(dialect);
        let id = part.and_then(|part| part.get("id")).and_then(Value::as_str);
        id.filter(|id| !id.is_empty()).unwrap_or(&self.name)
    }

    /// Whether nothing is known of what its connectors are configured by.
    pub fn is_opaque(&self) -> bool {
        self.doc.get("opaque").and_then(Value::as_bool) == Some(true)
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
}

/// The classes that connectors of a scope can have: those that were stored, and those of the
/// catalogue that none of them hides.
#[derive(Clone, Debug, Default)]
pub struct Classes(Vec<Class>);

impl Classes {
    /// Reads the stored ones. Of several of a name the first counts.
    pub fn new(stored: impl IntoIterator<Item = (String, Value)>) -> Self {
        let mut classes: Vec<Class> = Vec::new();
        for (name, doc) in stored {
            if !classes.iter().any(|class| class.name == name) {
                classes.push(Class::read(&name, doc));
            }
        }
        Self(classes)
    }

    /// The class of that name that was stored.
    pub fn stored(&self, name: &str) -> Option<&Class> {
        self.0.iter().find(|class| class.name == name)
    }

    /// The class of that name.
    pub fn get(&self, name: &str) -> Option<&Class> {
        self.stored(name).or_else(|| Class::in_catalogue(name))
    }

    /// The class that a dialect calls so ([`Class::id_in`]): a stored one goes first.
    pub fn with_id(&self, dialect: &str, id: &str) -> Option<&Class> {
        let stored = self.0.iter().find(|class| class.id_in(dialect) == id);
        stored.or_else(|| {
            let named = || Class::in_catalogue(id).filter(|class| class.id_in(dialect) == id);
            let class = Class::with_id_in_catalogue(dialect, id).or_else(named)?;
            // A stored class of its name hides it, whatever that is called in the dialect.
            self.stored(&class.name).is_none().then_some(class)
        })
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
