//! Scopes and the keys that open them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::dialects::Dialects;
use crate::error::{Error, FieldCode, FieldError, Result};
use crate::object::ScopeId;
use crate::time::Timestamp;

pub use crate::scope_name::ScopeName;

/// The scope that a path without one acts on.
pub const DEFAULT_SCOPE: &str = "default";

/// How a scope wants its sensitive rows (docs/apis/privacera.md, "Secret stores").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecretStore {
    /// Values in the payload, which are encrypted before they are stored.
    #[default]
    Values,
    /// References to Kubernetes Secrets; raw values are refused.
    Kubernetes,
    /// References into a cloud provider's store; raw values are refused.
    Cloud,
}

/// A tenant, with the names that dialects have for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Its number in the store.
    pub id: ScopeId,
    /// Its name, which is its Kubernetes namespace: a DNS-1123 label.
    pub name: String,
    /// Its names in the dialects that have one of their own.
    pub names: Vec<NameIn>,
    /// When it was created, RFC 3339 in milliseconds.
    pub created_at: String,
    /// How it wants its sensitive rows.
    pub secret_store: SecretStore,
    /// Who stands in for the identities of files.
    pub identities: Identities,
}

/// Who stands in for the identities that files refer to: none are kept here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Identities {
    /// `{type, id, name}` of the one that stands in for those that are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_owner: Option<Value>,
    /// `{id, name}` by the id or the name that files have.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub identities: Map<String, Value>,
}

/// The name of a scope in a dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameIn {
    /// The dialect.
    pub dialect: &'static str,
    /// The member of a scope in `/v1/scopes` that holds the name.
    pub field: &'static str,
    /// The name, in the one spelling that is stored and compared.
    pub name: String,
    /// The name as it stands in `/v1/scopes`.
    pub shown: Value,
}

/// The member of a scope in `/v1/scopes` that is its own name.
pub const NAME: &str = "name";

/// A scope as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    name: String,
    names: BTreeMap<String, String>,
    created_at: String,
    #[serde(default)]
    secret_store: SecretStore,
    #[serde(flatten)]
    identities: Identities,
}

impl Scope {
    /// A scope that is new, with generated names.
    ///
    /// # Errors
    /// Those of [`ScopeName::generate`].
    pub fn new(name: &str, dialects: &dyn Dialects, now: Timestamp) -> Result<Self> {
        let mut scope = Self {
            id: 0,
            name: name.to_owned(),
            names: Vec::new(),
            created_at: now.rfc3339_millis(),
            secret_store: SecretStore::default(),
            identities: Identities::default(),
        };
        scope.complete(dialects, now)?;
        Ok(scope)
    }

    /// Reads a stored scope.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is none.
    pub fn read(id: ScopeId, doc: &str, dialects: &dyn Dialects) -> Result<Self> {
        let mut stored: Stored =
            serde_json::from_str(doc).map_err(|error| Error::Internal(error.to_string()))?;
        let names = dialects
            .scope_names()
            .into_iter()
            .filter_map(|(dialect, form)| {
                let name = stored.names.remove(dialect)?;
                Some(NameIn::new(dialect, form, name))
            });
        Ok(Self {
            id,
            names: names.collect(),
            name: stored.name,
            created_at: stored.created_at,
            secret_store: stored.secret_store,
            identities: stored.identities,
        })
    }

    /// Its document in the store.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be printed.
    pub fn doc(&self) -> Result<Value> {
        let entry = |name: &NameIn| (name.dialect.to_owned(), name.name.clone());
        let stored = Stored {
            name: self.name.clone(),
            names: self.names.iter().map(entry).collect(),
            created_at: self.created_at.clone(),
            secret_store: self.secret_store,
            identities: self.identities.clone(),
        };
        serde_json::to_value(stored).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Its name in a dialect; empty where it has none.
    pub fn name_in(&self, dialect: &str) -> &str {
        let mut names = self.names.iter();
        names
            .find(|name| name.dialect == dialect)
            .map_or("", |name| name.name.as_str())
    }

    /// Gives it the names that it does not have yet, as when a dialect is new.
    ///
    /// # Errors
    /// Those of [`ScopeName::generate`].
    pub fn complete(&mut self, dialects: &dyn Dialects, now: Timestamp) -> Result<()> {
        for (dialect, form) in dialects.scope_names() {
            if self.name_in(dialect).is_empty() {
                let name = form.generate(&self.name, now)?;
                self.names.push(NameIn::new(dialect, form, name));
            }
        }
        Ok(())
    }

    /// Gives it these names, by the members of `/v1/scopes`.
    ///
    /// # Errors
    /// [`Error::Invalid`] with each that is not known or has not the form of its dialect.
    pub fn rename(&mut self, given: &Map<String, Value>, dialects: &dyn Dialects) -> Result<()> {
        let known = dialects.scope_names();
        let mut errors = Vec::new();
        for (field, value) in given {
            let Some((dialect, form)) = known.iter().find(|(_, form)| form.field() == field) else {
                let fields: Vec<&str> = known.iter().map(|(_, form)| form.field()).collect();
                let message = format!("is not known: use {}", fields.join(", "));
                errors.push(FieldError::new(field, FieldCode::Unknown, message));
                continue;
            };
            match form.parse_json(value) {
                Some(name) => self.set(NameIn::new(dialect, *form, name)),
                None => {
                    let message = format!("must be {}", form.form());
                    errors.push(FieldError::new(field, FieldCode::Invalid, message));
                }
            }
        }
        Error::check(errors)
    }

    fn set(&mut self, name: NameIn) {
        let mut names = self.names.iter_mut();
        match names.find(|known| known.dialect == name.dialect) {
            Some(known) => *known = name,
            None => self.names.push(name),
        }
    }
}

impl NameIn {
    fn new(dialect: &'static str, form: &dyn ScopeName, name: String) -> Self {
        Self {
            dialect,
            field: form.field(),
            shown: form.json(&name),
            name,
        }
    }
}

/// What a key may do in its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// Read everything but secrets.
    Read,
    /// Create, change and delete connectors and what belongs to them.
    Write,
    /// Have connectors probed.
    Probe,
    /// All of it, and the keys and the settings of the scope.
    Admin,
}

impl Permission {
    /// Whether a caller who has `self` may do what needs `needed`.
    pub fn allows(self, needed: Self) -> bool {
        self == needed || self == Self::Admin
    }
}

/// The member of a key's document that is its public key, where it signs tokens by itself and has
/// no secret.
pub const PUBLIC_KEY: &str = "publicKey";

/// What the issuer of a token begins with that a key signed by itself; the key's id follows
/// (docs/apis/versori.md, "Authentication").
pub const ISSUER_PREFIX: &str = "https://versori.com/sk/";

/// What an API key begins with, so that scanners for leaked credentials can know one.
const KEY_PREFIX: &str = "pbk_";

/// A key's id and secret in one, for clients that send a single key.
pub fn api_key(id: &str, secret: &str) -> String {
    format!("{KEY_PREFIX}{id}_{secret}")
}

/// The id and the secret of an API key.
pub fn split_api_key(key: &str) -> Option<(&str, &str)> {
    key.strip_prefix(KEY_PREFIX)?.split_once('_')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    struct Number(&'static str);

    impl ScopeName for Number {
        fn field(&self) -> &'static str {
            self.0
        }

        fn form(&self) -> &'static str {
            "a number"
        }

        fn parse(&self, text: &str) -> Option<String> {
            let number: i64 = text.parse().ok()?;
            Some(number.to_string())
        }

        fn parse_json(&self, value: &Value) -> Option<String> {
            value.as_i64().map(|number| number.to_string())
        }

        fn generate(&self, scope_name: &str, _: Timestamp) -> Result<String> {
            Ok(scope_name.len().to_string())
        }
    }

    struct Known(usize);

    impl Dialects for Known {
        fn scope_names(&self) -> Vec<(&'static str, &'static dyn ScopeName)> {
            let both: [(&str, &dyn ScopeName); 2] =
                [("one", &Number("oneId")), ("two", &Number("twoId"))];
            both.into_iter().take(self.0).collect()
        }

        fn ca_secret<'d>(&self, _: &'d Value) -> Option<&'d str> {
            None
        }
    }

    const ONE: Known = Known(1);
    const BOTH: Known = Known(2);

    fn given(names: Value) -> Map<String, Value> {
        names.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn what_is_stored_is_read_back() {
        let mut scope = Scope::new("team", &BOTH, NOW).unwrap();
        scope.identities.default_owner = Some(json!({"type": "IDENTITY", "id": "1"}));
        let doc = scope.doc().unwrap();
        assert_eq!(doc["names"], json!({"one": "4", "two": "4"}));
        assert_eq!(Scope::read(0, &doc.to_string(), &BOTH).unwrap(), scope);
    }

    #[test]
    fn a_dialect_that_is_new_gives_old_scopes_a_name() {
        let doc = Scope::new("team", &ONE, NOW).unwrap().doc().unwrap();
        let mut scope = Scope::read(7, &doc.to_string(), &BOTH).unwrap();
        assert_eq!(scope.name_in("two"), "");
        scope.rename(&given(json!({"oneId": 9})), &BOTH).unwrap();
        scope.complete(&BOTH, NOW).unwrap();
        let names = [scope.name_in("one"), scope.name_in("two")];
        assert_eq!(names, ["9", "4"]);
    }

    #[test]
    fn every_name_that_is_wrong_is_told() {
        let mut scope = Scope::new("team", &BOTH, NOW).unwrap();
        let names = given(json!({"oneId": "x", "twoId": 2, "nosuch": 1}));
        let error = scope.rename(&names, &BOTH).unwrap_err();
        let wrong = |field, code, message| FieldError::new(field, code, message);
        let expected = vec![
            wrong("oneId", FieldCode::Invalid, "must be a number"),
            wrong(
                "nosuch",
                FieldCode::Unknown,
                "is not known: use oneId, twoId",
            ),
        ];
        assert_eq!(error, Error::Invalid(expected));
    }
}
