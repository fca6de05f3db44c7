//! Our documents.

use hub::object::Object;
use hub::scope::{ISSUER_PREFIX, PUBLIC_KEY, Scope};
use hub::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The permissions a key can have.
pub(crate) const PERMISSIONS: [&str; 4] = ["read", "write", "probe", "admin"];

/// A key, without its secret. What it has not is null, except for what only keys have that sign
/// tokens by themselves: `publicKey` and `issuer`, what their tokens name as `iss`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Key<'k> {
    id: String,
    permissions: &'k Value,
    description: &'k Value,
    expires_at: &'k Value,
    revoked_at: &'k Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_key: Option<&'k Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    created_at: String,
    last_used_at: Option<String>,
}

/// A new key with its secret, if it has one, and both in one for clients that send a single key.
#[derive(Serialize)]
pub(crate) struct NewKey<'k> {
    #[serde(flatten)]
    key: Key<'k>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'k str>,
    #[serde(rename = "key", skip_serializing_if = "Option::is_none")]
    both: Option<String>,
}

/// A class with its name.
#[derive(Serialize)]
pub(crate) struct Class {
    name: String,
    #[serde(flatten)]
    doc: Map<String, Value>,
}

/// A scope with all its names.
pub(crate) fn scope(scope: &Scope) -> Value {
    let mut members = Map::new();
    members.insert("name".to_owned(), json!(scope.name));
    for name in &scope.names {
        members.insert(name.field.to_owned(), name.shown.clone());
    }
    members.insert("createdAt".to_owned(), json!(scope.created_at));
    members.insert("secretStore".to_owned(), json!(scope.secret_store));
    if let Value::Object(identities) = json!(scope.identities) {
        members.extend(identities);
    }
    Value::Object(members)
}

pub(crate) fn key(key: &Object, last_used_at: Option<Timestamp>) -> Key<'_> {
    let member = |name: &str| key.doc.get(name).unwrap_or(&Value::Null);
    let public_key = key.doc.get(PUBLIC_KEY);
    Key {
        id: key.uid.hex(),
        permissions: member("permissions"),
        description: member("description"),
        expires_at: member("expiresAt"),
        revoked_at: member("revokedAt"),
        public_key,
        issuer: public_key.map(|_| format!("{ISSUER_PREFIX}{}", key.uid.hex())),
        created_at: key.created_at.rfc3339_millis(),
        last_used_at: last_used_at.map(Timestamp::rfc3339_millis),
    }
}

/// A new key, and its secret.
pub(crate) fn new_key<'k>(key: &'k Object, secret: Option<&'k str>) -> NewKey<'k> {
    NewKey {
        both: secret.map(|secret| hub::scope::api_key(&key.uid.hex(), secret)),
        secret,
        key: self::key(key, None),
    }
}

pub(crate) fn class(name: String, doc: Value) -> Class {
    let mut doc = match doc {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    doc.shift_remove("name");
    Class { name, doc }
}
