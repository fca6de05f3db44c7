//! How a connector authenticates: by which type of its class, and where the values of a secret of
//! that type are among its parameters.

use hub::connector::{is_reference, parameters};
use hub::json::text_at;
use hub::secret::Clear;
use hub::slot::Slot;
use serde_json::Value;

use crate::definition::{AuthType, Definition};

/// Where the value of an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// In the document.
    Here(Clear),
    /// In the secret that the connector owns, under this entry.
    Owned(&'a str),
    /// In a secret of the scope.
    Elsewhere {
        /// Its name.
        name: &'a str,
        /// Its entry.
        key: &'a str,
    },
}

impl<'a> Source<'a> {
    /// Nothing where the value is none, is still to be set, or is no text.
    pub fn of(value: &'a Value) -> Option<Self> {
        if is_reference(value) {
            return Some(Self::Elsewhere {
                name: text_at(value, "/secretRef/name"),
                key: text_at(value, "/secretRef/key"),
            });
        }
        match (Slot::of(value), value) {
            (Some(Slot::Set(entry)), _) => Some(Self::Owned(entry)),
            (None, Value::String(text)) if !text.is_empty() => {
                Some(Self::Here(Clear::new(text.as_str())))
            }
            (None, Value::Number(_) | Value::Bool(_)) => {
                Some(Self::Here(Clear::new(value.to_string())))
            }
            _ => None,
        }
    }
}

/// What a connector says, and what its class says.
#[derive(Clone, Copy, Debug)]
pub struct Authentication<'a> {
    /// The document of the connector.
    pub doc: &'a Value,
    /// What its class says.
    pub definition: &'a Definition,
}

impl<'a> Authentication<'a> {
    /// The value of a parameter.
    pub fn parameter(&self, name: &str) -> Option<&'a Value> {
        parameters::value(self.doc, Some(&self.definition.class), name)
    }

    /// The type that the connector names, or else the only one of its class where it refers to a
    /// secret, else the one that its parameters choose, else the first of which they have all
    /// entries.
    pub fn auth_type(&self) -> Option<&'a AuthType> {
        let types = &self.definition.auth_types;
        match text_at(self.doc, "/auth/name") {
            "" => {}
            name => return self.definition.auth_type(name),
        }
        if !text_at(self.doc, "/auth/secretRef/name").is_empty()
            && let [only] = types.as_slice()
        {
            return Some(only);
        }
        types
            .iter()
            .find(|one| self.is_meant(one))
            .or_else(|| types.iter().find(|one| self.is_complete(one)))
    }

    fn is_meant(&self, auth_type: &AuthType) -> bool {
        let when = auth_type.when.as_ref();
        when.is_some_and(|(name, wanted)| self.text(name).as_ref() == Some(wanted))
    }

    /// Whether all entries are there, and nothing says that it is another type.
    fn is_complete(&self, auth_type: &AuthType) -> bool {
        let when = auth_type.when.as_ref();
        let is_open = when.is_none_or(|(name, _)| self.parameter(name).is_none());
        let mut entries = auth_type.credentials.iter().map(|(entry, _)| entry);
        is_open
            && !auth_type.credentials.is_empty()
            && entries.all(|entry| self.source(auth_type, entry).is_some())
    }

    /// The text of a parameter, or of what the class has where the connector gives none.
    fn text(&self, name: &str) -> Option<String> {
        let class = &self.definition.class;
        let default = || class.parameter(name)?.default.as_ref();
        let value = parameters::as_text(self.parameter(name).or_else(default)?);
        value.as_str().map(str::to_owned)
    }

    /// Where the value of an entry is: in the parameter that the class maps it to, or in the one of
    /// its name that the connector has for authentication.
    pub fn source(&self, auth_type: &AuthType, entry: &str) -> Option<Source<'a>> {
        let mapped = auth_type
            .parameter(entry)
            .and_then(|name| Source::of(self.parameter(name)?));
        mapped.or_else(|| {
            let rows = self.doc.pointer("/auth/params")?.as_array()?;
            let row = rows.iter().find(|row| text_at(row, "/name") == entry)?;
            Source::of(row.get("value")?)
        })
    }
}
