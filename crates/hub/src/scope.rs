//! Scopes and the keys that open them.

use serde::{Deserialize, Serialize};

use crate::object::ScopeId;

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

/// A tenant, with the names that every dialect has for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scope {
    /// Its number in the store.
    #[serde(skip)]
    pub id: ScopeId,
    /// Its name, which is its Kubernetes namespace: a DNS-1123 label.
    pub name: String,
    /// Its PingOne environment: a UUID.
    pub environment_id: String,
    /// Its Versori organisation: a ULID.
    pub organisation_id: String,
    /// Its Privacera runtime plane.
    pub runtime_plane_id: i64,
    /// Its SailPoint tenant.
    pub tenant: String,
    /// When it was created, RFC 3339 in milliseconds.
    pub created_at: String,
    /// How it wants its sensitive rows.
    #[serde(default)]
    pub secret_store: SecretStore,
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
