//! Classes: what connectors are instances of, and the catalogue of those that come with Patchbay.
//!
//! A class that a scope has stored goes before the one of the same name in the catalogue. The
//! members that tell how to reach and probe a connector (`address`, `params`, `auth`,
//! `livenessProbe`, `authProbes`, `api`, `proxy`, `configurations`) have the form that the spec of
//! a Kubernetes ConnectorClass gives them, for every dialect.

mod catalogue;
mod rows;
mod validate;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::fields::FieldErrors;
use crate::object::Object;
use crate::secrecy::is_secret_name;

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
    pub fn new(stored: impl IntoIterator<Item = (String, Value)>) -> Self {
        let mut classes: Vec<Class> = Vec::new();
        for (name, doc) in stored {
            if !classes.iter().any(|class| class.name == name) {
                classes.push(Class::read(&name, doc));
            }
        }
        Self(classes)
    }

    /// The same of the objects that they are stored as.
    pub fn of(stored: Vec<Object>) -> Self {
        Self::new(stored.into_iter().map(|class| (class.name, class.doc)))
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
