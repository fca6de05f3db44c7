//! Protocols: the classes that say which one they are, in the member `versori` of their documents.

use hub::class::Class;
use hub::error::{Error, Result};
use hub::operation::View;
use serde_json::{Value, json};

/// A protocol.
#[derive(Clone, Debug, PartialEq)]
pub struct Protocol {
    /// What paths and connectors call it.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub description: String,
    /// The schemes that its connectors can sign in with.
    pub auth_schemes: Vec<String>,
}

/// The schemes with what people call them.
const SCHEME_NAMES: [(&str, &str); 9] = [
    ("none", "No authentication"),
    ("api-key", "API key"),
    ("basic-auth", "Basic authentication"),
    ("oauth2", "OAuth 2.0"),
    ("google-service-account", "Google service account"),
    ("hmac", "HMAC signature"),
    ("jwt-bearer", "JWT bearer token"),
    ("custom-function", "Custom function"),
    ("certificate", "Client certificate"),
];

impl Protocol {
    /// The protocol of a class.
    fn of(class: &Class) -> Option<Self> {
        let text = |pointer: &str| class.doc.pointer(pointer).and_then(Value::as_str);
        let schemes = class
            .doc
            .pointer("/versori/authSchemes")
            .and_then(Value::as_array);
        let schemes = schemes.into_iter().flatten().filter_map(Value::as_str);
        Some(Self {
            slug: text("/versori/protocol")?.to_owned(),
            name: text("/displayName").unwrap_or(&class.name).to_owned(),
            description: text("/description").unwrap_or_default().to_owned(),
            auth_schemes: schemes.map(str::to_owned).collect(),
        })
    }

    /// All of them, one a slug.
    ///
    /// # Errors
    /// Those of the store.
    pub fn all(view: &dyn View) -> Result<Vec<Self>> {
        let mut protocols: Vec<Self> = Vec::new();
        for protocol in view.classes()?.all().into_iter().filter_map(Self::of) {
            if !protocols.iter().any(|known| known.slug == protocol.slug) {
                protocols.push(protocol);
            }
        }
        Ok(protocols)
    }

    /// The one of that slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; those of the view.
    pub fn find(slug: &str, view: &dyn View) -> Result<Self> {
        // The classes of the two protocols that connectors can have are called as these are.
        if let Some(protocol) = view.classes()?.get(slug).and_then(Self::of) {
            return Ok(protocol);
        }
        let found = Self::all(view)?
            .into_iter()
            .find(|protocol| protocol.slug == slug);
        found.ok_or_else(|| Error::NotFound {
            kind: "protocol",
            name: slug.to_owned(),
        })
    }

    /// As it is read.
    pub fn print(&self) -> Value {
        json!({"slug": self.slug, "name": self.name, "description": self.description})
    }

    /// Its schemes as they are read.
    pub fn print_schemes(&self) -> Vec<Value> {
        let name = |scheme: &str| {
            let known = SCHEME_NAMES.iter().find(|(known, _)| *known == scheme);
            known.map_or(scheme, |(_, name)| *name).to_owned()
        };
        let schemes = self.auth_schemes.iter();
        schemes
            .map(|scheme| json!({"schemeType": scheme, "name": name(scheme)}))
            .collect()
    }
}
