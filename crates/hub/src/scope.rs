//! Scopes and the keys that open them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::dialects::Dialects;
use crate::error::{Error, FieldCode, FieldError, Result};
use crate::object::ScopeId;
use crate::time::Timestamp;

/// The scope that a path without one acts on.
pub const DEFAULT_SCOPE: &str = "default";

/// How a scope wants its sensitive rows (reference/privacera.md, secret stores).
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
}

/// The name of a scope in a dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameIn {
    /// The dialect.
    pub dialect: &'static str,
    /// What the name is called where all names of a scope are shown.
    pub member: &'static str,
    /// The name.
    pub value: Value,
}

/// How a dialect calls scopes.
pub trait ScopeName: Sync {
    /// The dialect.
    fn dialect(&self) -> &'static str;

    /// What such a name is called where all names of a scope are shown.
    fn member(&self) -> &'static str;

    /// The parameter of the dialect's paths that is such a name, as a text; none where its paths name no scope.
    fn parameter(&self) -> Option<&'static str> {
        None
    }

    /// What such a name is, for an error: `a UUID`.
    fn form(&self) -> &'static str;

    /// The name in the one form in which it is stored and compared; none when it is no such name.
    fn parse(&self, given: &Value) -> Option<Value>;

    /// A name for the new scope of that name.
    ///
    /// # Errors
    /// [`crate::error::Error::Internal`] when the host has no randomness to give.
    fn generate(&self, scope: &str, now: Timestamp) -> Result<Value>;

    /// What a caller is told whose key is of another scope than the one that the path names.
    fn of_another(&self, name: &str) -> Error {
        Error::Forbidden(format!("the key is not for {name:?}"))
    }
}

/// A scope as it is stored.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    name: String,
    names: Map<String, Value>,
    created_at: String,
    #[serde(default)]
    secret_store: SecretStore,
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
        let name_in = |known: &'static dyn ScopeName| {
            let value = stored.names.shift_remove(known.dialect())?;
            Some(NameIn::new(known, value))
        };
        Ok(Self {
            id,
            names: dialects
                .scope_names()
                .into_iter()
                .filter_map(name_in)
                .collect(),
            name: stored.name,
            created_at: stored.created_at,
            secret_store: stored.secret_store,
        })
    }

    /// Its document in the store.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be printed.
    pub fn doc(&self) -> Result<Value> {
        let name = |name: &NameIn| (name.dialect.to_owned(), name.value.clone());
        let stored = Stored {
            name: self.name.clone(),
            names: self.names.iter().map(name).collect(),
            created_at: self.created_at.clone(),
            secret_store: self.secret_store,
        };
        serde_json::to_value(stored).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Its name in a dialect.
    pub fn name_in(&self, dialect: &str) -> Option<&Value> {
        let of_dialect = |name: &&NameIn| name.dialect == dialect;
        self.names.iter().find(of_dialect).map(|name| &name.value)
    }

    /// Its name in a dialect whose names are texts; empty where it has none.
    pub fn text_in(&self, dialect: &str) -> &str {
        let name = self.name_in(dialect).and_then(Value::as_str);
        name.unwrap_or_default()
    }

    /// Gives it the names that it does not have yet, as when a dialect is new.
    ///
    /// # Errors
    /// Those of [`ScopeName::generate`].
    pub fn complete(&mut self, dialects: &dyn Dialects, now: Timestamp) -> Result<()> {
        for known in dialects.scope_names() {
            if self.name_in(known.dialect()).is_none() {
                let value = known.generate(&self.name, now)?;
                self.names.push(NameIn::new(known, value));
            }
        }
        Ok(())
    }

    /// Gives it these names, by the members that they are shown as.
    ///
    /// # Errors
    /// [`Error::Invalid`] with each that is not known or has not the form of its dialect.
    pub fn rename(&mut self, given: &Map<String, Value>, dialects: &dyn Dialects) -> Result<()> {
        let known = dialects.scope_names();
        let mut errors = Vec::new();
        for (member, value) in given {
            let Some(known) = known.iter().find(|known| known.member() == member) else {
                let members: Vec<&str> = known.iter().map(|known| known.member()).collect();
                let message = format!("is not known: use {}", members.join(", "));
                errors.push(FieldError::new(member, FieldCode::Unknown, message));
                continue;
            };
            match known.parse(value) {
                Some(value) => self.set(NameIn::new(*known, value)),
                None => {
                    let message = format!("must be {}", known.form());
                    errors.push(FieldError::new(member, FieldCode::Invalid, message));
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
    fn new(known: &dyn ScopeName, value: Value) -> Self {
        Self {
            dialect: known.dialect(),
            member: known.member(),
            value,
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

/// The member of a key's document that is its public key, where it signs tokens by itself and has no secret.
pub const PUBLIC_KEY: &str = "publicKey";

/// What the issuer of a token begins with that a key signed by itself; the key's id follows (reference/versori.md, Auth).
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
