//! What a probe is about: a connector with its class and its secret, as templates and scripts see
//! them.

use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hub::connector::parameters::{self, Shown};
use hub::json::text_at;
use hub::object::Object;
use hub::secret::{Clear, MASK};
use hub::slot::{Shows, Slot, shown};
use serde_json::{Map, Value, json};

use crate::authentication::Authentication;
use crate::budget::Budget;
use crate::definition::{AuthType, Definition};

/// A secret, in the clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    pub name: String,
    /// Its type, which may be empty.
    pub kind: String,
    /// Its entries, in order.
    pub data: Vec<(String, Clear)>,
}

impl Secret {
    pub fn entry(&self, name: &str) -> Option<&Clear> {
        self.data
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value)
    }

    /// All entries as JSON, each as `print` makes it.
    pub fn json(&self, print: impl Fn(&str) -> String) -> Value {
        let entries = self.data.iter();
        let entries: Map<String, Value> = entries
            .map(|(name, value)| (name.clone(), json!(print(value.expose()))))
            .collect();
        Value::Object(entries)
    }
}

/// What is known of a secret that is referred to.
#[derive(Clone, Debug)]
pub enum LoadedSecret {
    /// None is referred to.
    None,
    /// There is none of that name.
    Missing(String),
    /// It cannot be decrypted.
    Unreadable(String),
    /// It is there.
    Secret(Secret),
    /// The connector has credentials, and its class does not say how they are used.
    Unmapped,
}

impl LoadedSecret {
    /// The secret, if it is there.
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Secret(secret) => Some(secret),
            _ => None,
        }
    }
}

/// A connector and what its class says.
#[derive(Clone, Copy, Debug)]
pub struct ProbeTarget<'a> {
    pub connector: &'a Object,
    /// Its scope's name, which is its namespace.
    pub namespace: &'a str,
    /// What its class says.
    pub definition: &'a Definition,
    /// What its code may use, all together.
    pub budget: &'a Rc<Budget>,
}

impl<'a> ProbeTarget<'a> {
    /// Where the tool is: as the connector says, in a row of an application where it was stored
    /// before parameters had one place, or the default of the class. Empty when none says it.
    pub fn address(&self) -> &'a str {
        let given = text_at(&self.connector.doc, "/address");
        if !given.is_empty() {
            return given;
        }
        let address = self.parameters().into_iter().find(Shown::is_address);
        let text = address.and_then(|address| address.value?.as_str());
        text.filter(|text| !text.is_empty())
            .or(self.definition.address.as_deref())
            .unwrap_or_default()
    }

    fn parameters(&self) -> Vec<Shown<'a>> {
        parameters::list(&self.connector.doc, Some(&self.definition.class))
    }

    /// How the connector authenticates.
    pub fn authentication(&self) -> Authentication<'a> {
        Authentication {
            doc: &self.connector.doc,
            definition: self.definition,
        }
    }

    /// The way in which the connector authenticates; empty when it does not.
    pub fn auth_name(&self) -> &'a str {
        match text_at(&self.connector.doc, "/auth/name") {
            "" => self.auth_type().map_or("", |auth_type| &auth_type.name),
            name => name,
        }
    }

    /// The type of that name.
    pub fn auth_type(&self) -> Option<&'a AuthType> {
        self.authentication().auth_type()
    }

    /// The name of the secret that the connector refers to; empty when it refers to none.
    pub fn secret_name(&self) -> &'a str {
        text_at(&self.connector.doc, "/auth/secretRef/name")
    }

    /// `.Connector` and `.Secret` of templates, under the names of Go's structs. Data of a secret
    /// is text there too: Go prints bytes so.
    pub fn template_data(&self, secret: Option<&Secret>) -> gotmpl::Value {
        let doc = &self.connector.doc;
        let auth_defaults = self
            .definition
            .auth_probe(self.auth_name())
            .map(|probe| probe.defaults.as_slice());
        let secret = secret.map(|secret| {
            let entries = secret.json(str::to_owned);
            json!({"Name": secret.name, "Namespace": self.namespace, "Type": secret.kind, "StringData": entries, "Data": entries})
        });
        let data = json!({
            "Connector": {
                "Name": self.connector.slug,
                "Namespace": self.namespace,
                "Spec": {
                    "Address": self.address(),
                    "ConnectorClassName": text_at(doc, "/class"),
                    "Params": params(self.given(), &self.definition.defaults),
                    "Auth": {
                        "Name": self.auth_name(),
                        "Params": params(rows(doc.pointer("/auth/params")), auth_defaults.unwrap_or_default()),
                        "SecretRef": {"Name": self.secret_name(), "Namespace": self.namespace},
                    },
                },
            },
            "Secret": secret,
        });
        gotmpl::to_value(&data).unwrap_or(gotmpl::Value::Nil)
    }

    /// The names and values of parameters, but for the address.
    fn given(&self) -> Vec<(&'a str, Option<&'a Value>)> {
        let shown = self.parameters().into_iter();
        let others = shown.filter(|shown| !shown.is_address());
        others.map(|shown| (shown.name, shown.value)).collect()
    }

    /// The headers that tell the API of a class for whom it is asked.
    pub fn plugin_headers(&self, secret: Option<&Secret>) -> Vec<(String, Clear)> {
        let meta = json!({"baseURL": self.address()}).to_string();
        let encoded =
            |name: &str, text: String| (name.to_owned(), Clear::new(STANDARD.encode(text)));
        let mut headers = vec![encoded("X-Plugin-Meta", meta)];
        if let Some(secret) = secret {
            let data = secret.json(|value| STANDARD.encode(value)).to_string();
            headers.push(encoded("X-Plugin-Auth", secret.kind.clone()));
            headers.push(encoded("X-Plugin-Secret", data));
        }
        headers
    }
}

/// The names and values of rows.
fn rows(rows: Option<&Value>) -> Vec<(&str, Option<&Value>)> {
    let rows = rows.and_then(Value::as_array).into_iter().flatten();
    rows.map(|row| (text_at(row, "/name"), row.get("value")))
        .collect()
}

/// What stands for secrets inside of values. A value that is one is left out.
const SECRETS: Shows<'static> = Shows {
    set: MASK,
    unset: None,
};

/// Rows of parameters as Go has them, followed by those that only the class gives a value.
fn params(given: Vec<(&str, Option<&Value>)>, defaults: &[(String, Value)]) -> Vec<Value> {
    let has = |name: &str| {
        given
            .iter()
            .any(|(known, value)| *known == name && value.is_some())
    };
    let told = given.iter().filter_map(|(name, value)| {
        let value = value.filter(|value| Slot::of(value).is_none())?;
        Some(param(name, &shown(value, SECRETS)?))
    });
    let mut params: Vec<Value> = told.collect();
    let missing = defaults.iter().filter(|(name, _)| !has(name));
    params.extend(missing.map(|(name, value)| param(name, value)));
    params
}

fn param(name: &str, value: &Value) -> Value {
    let (kind, text) = match value {
        Value::Array(_) => ("array", String::new()),
        Value::Object(_) => ("object", String::new()),
        Value::String(text) => ("string", text.clone()),
        other => ("string", other.to_string()),
    };
    let array = if value.is_array() {
        value.clone()
    } else {
        json!([])
    };
    let object = if value.is_object() {
        value.clone()
    } else {
        json!({})
    };
    json!({"Name": name, "Value": {"Type": kind, "StringVal": text, "ArrayVal": array, "ObjectVal": object}})
}
