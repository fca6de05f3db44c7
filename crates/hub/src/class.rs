//! Classes: what connectors are instances of, and the catalogue of those that come with Patchbay.
//!
//! A class that a scope has stored goes before the one of the same name in the catalogue. The members that tell
//! how to reach and probe a connector (`address`, `params`, `auth`, `livenessProbe`, `authProbes`, `api`, `proxy`,
//! `configurations`) have the form that the spec of a Kubernetes ConnectorClass gives them, for every dialect.

use std::borrow::Cow;
use std::sync::OnceLock;

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
    use std::collections::BTreeSet;

    use super::*;

    fn array<'a>(doc: &'a Value, pointer: &str) -> &'a [Value] {
        doc.pointer(pointer)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The member of that name of every object in a list, where a name may not be there twice.
    fn names<'a>(class: &str, items: &'a [Value], member: &str) -> BTreeSet<&'a str> {
        let mut names = BTreeSet::new();
        for item in items {
            let name = item[member].as_str().unwrap_or_default();
            assert!(!name.is_empty(), "{class}: no {member} in {item}");
            assert!(names.insert(name), "{class}: {name} is there twice");
        }
        names
    }

    #[test]
    fn every_class_of_the_catalogue_is_valid_and_complete() {
        for class in Class::catalogue() {
            let class = class.unwrap();
            assert!(crate::text::is_dns_name(&class.name), "{}", class.name);
            for member in ["displayName", "description", "version"] {
                assert!(
                    class.doc[member].is_string(),
                    "{} has no {member}",
                    class.name
                );
            }
            assert!(
                !class.parameters.is_empty(),
                "{} has no parameters",
                class.name
            );
        }
    }

    #[test]
    fn the_catalogue_holds_what_the_dialects_promise() {
        let named = [
            "snowflake",
            "databricks-unity-catalog",
            "postgres",
            "s3",
            "bigquery",
            "http",
            "smtp",
            "git",
        ];
        for name in named {
            let class = Class::in_catalogue(name).unwrap().unwrap();
            assert!(!class.application_types.is_empty(), "{name}");
        }
        assert!(Class::catalogue().count() >= 20, "PingOne needs twenty");
    }

    #[test]
    fn parameters_of_the_catalogue_agree_with_themselves() {
        for class in Class::catalogue() {
            let class = class.unwrap();
            for (parameter, doc) in class
                .parameters
                .iter()
                .zip(array(&class.doc, "/parameters"))
            {
                let at = format!("{}: {}", class.name, parameter.name);
                let category = doc["category"].as_str().unwrap_or_default();
                assert!(
                    ["BASIC", "ADVANCED", "CREDENTIALS"].contains(&category),
                    "{at}: category"
                );
                assert!(doc["displayName"].is_string(), "{at}: displayName");
                assert!(doc["description"].is_string(), "{at}: description");
                let Some(default) = &parameter.default else {
                    // A form could not show which of its choices applies.
                    assert!(parameter.allowed.is_empty(), "{at}: a choice has a default");
                    continue;
                };
                assert!(!parameter.required, "{at}: required, with a default");
                assert!(!parameter.sensitive, "{at}: a secret with a default");
                let text = default
                    .as_str()
                    .map_or_else(|| default.to_string(), str::to_owned);
                // The rows of a data source carry numbers and booleans as text.
                let fits = match parameter.kind.as_str() {
                    "number" => text.parse::<f64>().is_ok(),
                    "boolean" => text == "true" || text == "false",
                    "array" => default.is_array(),
                    "object" => default.is_object(),
                    _ => default.is_string(),
                };
                assert!(fits, "{at}: the default is no {}", parameter.kind);
                assert!(
                    parameter.allowed.is_empty() || parameter.allowed.contains(&text),
                    "{at}: the default is not allowed"
                );
            }
        }
    }

    #[test]
    fn templates_of_the_catalogue_start_from_the_defaults_of_the_parameters() {
        for class in Class::catalogue() {
            let class = class.unwrap();
            let types = array(&class.doc, "/applicationTypes");
            names(&class.name, types, "type");
            for application in &class.application_types {
                let at = format!("{}: {}", class.name, application.name);
                names(&at, &application.app_configs, "name");
                names(&at, &application.deploy_configs, "name");
                for row in &application.app_configs {
                    let parameter = class
                        .parameter(row["name"].as_str().unwrap())
                        .unwrap_or_else(|| panic!("{at}: no parameter for {row}"));
                    let default = parameter.default.clone().unwrap_or_else(|| "".into());
                    assert_eq!(row["value"], default, "{at}: {}", parameter.name);
                }
                for row in &application.deploy_configs {
                    assert!(row["value"].is_string(), "{at}: {row}");
                }
            }
        }
    }

    #[test]
    fn pingone_views_of_the_catalogue_show_the_parameters() {
        let mut ids = BTreeSet::new();
        for class in Class::catalogue() {
            let class = class.unwrap();
            let at = &class.name;
            let pingone = &class.doc["pingone"];
            let id = pingone["id"].as_str().unwrap_or_default().to_owned();
            assert!(!id.is_empty(), "{at} has no id for PingOne");
            assert!(ids.insert(id), "{at}: its id is that of another class");
            let kind = pingone["type"].as_str().unwrap_or_default();
            assert!(["core", "ping", "service"].contains(&kind), "{at}: {kind}");
            assert!(pingone["vendor"].is_string(), "{at}: vendor");
            for member in ["canvas", "canvasText", "dark"] {
                assert!(pingone["colors"][member].is_string(), "{at}: {member}");
            }
            assert!(
                pingone["logos"]["canvas"]["imageFileName"].is_string(),
                "{at}: logo"
            );
            let capabilities = pingone["capabilities"].as_object().unwrap();
            assert!(!capabilities.is_empty(), "{at} can do nothing");
            assert!(capabilities.values().all(Value::is_object), "{at}");
            assert!(
                pingone["accountConfigView"]["componentViewSize"].is_string(),
                "{at}: componentViewSize"
            );

            let account = array(pingone, "/accountConfigView/items");
            let shown = names(at, account, "propertyName");
            let known: BTreeSet<_> = class.parameters.iter().map(|one| &*one.name).collect();
            assert_eq!(shown, known, "{at}");
            let secrets: BTreeSet<_> = class
                .parameters
                .iter()
                .filter(|one| one.sensitive)
                .map(|one| &*one.name)
                .collect();
            assert!(pingone["credentialsView"]["items"].is_array(), "{at}");
            let credentials = array(pingone, "/credentialsView/items");
            assert_eq!(names(at, credentials, "propertyName"), secrets, "{at}");
            for member in ["/sections", "/flowSections"] {
                let sections = array(pingone, member);
                assert!(!names(at, sections, "name").is_empty(), "{at}: {member}");
                names(at, sections, "value");
            }
        }
    }

    #[test]
    fn probes_of_the_catalogue_are_for_the_ways_to_sign_in() {
        for class in Class::catalogue() {
            let class = class.unwrap();
            let at = &class.name;
            let doc = &class.doc;
            let types = names(at, array(doc, "/auth/types"), "name");
            let probes = array(doc, "/authProbes");
            assert!(names(at, probes, "authName").is_subset(&types), "{at}");
            if !types.is_empty() || !probes.is_empty() {
                assert_eq!(doc["address"]["name"], "address", "{at}");
            }
            let auth = probes.iter().map(|probe| &probe["probe"]);
            for probe in auth.chain(doc.get("livenessProbe")) {
                let http = &probe["http"];
                let path = http["path"].as_str().unwrap_or_default();
                assert!(path.starts_with('/') || path.starts_with("{{"), "{at}");
                let method = http["method"].as_str().unwrap_or_default();
                assert!(["GET", "POST"].contains(&method), "{at}: {method}");
                for header in array(http, "/httpHeaders") {
                    assert!(header["name"].is_string(), "{at}: {header}");
                    assert!(header["value"].is_string(), "{at}: {header}");
                }
            }
        }
    }
}
