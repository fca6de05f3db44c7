//! Our documents.

use hub::object::Object;
use hub::scope::{ISSUER_PREFIX, PUBLIC_KEY, Scope};
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

/// The permissions a key can have.
pub const PERMISSIONS: [&str; 4] = ["read", "write", "probe", "admin"];

/// A scope with all its names.
pub fn scope(scope: &Scope) -> Value {
    let mut members = Map::new();
    members.insert("name".to_owned(), json!(scope.name));
    for name in &scope.names {
        members.insert(name.member.to_owned(), name.value.clone());
    }
    members.insert("createdAt".to_owned(), json!(scope.created_at));
    members.insert("secretStore".to_owned(), json!(scope.secret_store));
    Value::Object(members)
}

/// A key, without its secret. One that signs tokens by itself is told what their issuer is.
pub fn key(key: &Object, last_used_at: Option<Timestamp>) -> Value {
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(key.uid.hex()));
    for name in ["permissions", "description", "expiresAt", "revokedAt"] {
        members.insert(
            name.to_owned(),
            key.doc.get(name).cloned().unwrap_or_default(),
        );
    }
    if let Some(public_key) = key.doc.get(PUBLIC_KEY) {
        members.insert(PUBLIC_KEY.to_owned(), public_key.clone());
        let issuer = format!("{ISSUER_PREFIX}{}", key.uid.hex());
        members.insert("issuer".to_owned(), json!(issuer));
    }
    members.insert(
        "createdAt".to_owned(),
        json!(key.created_at.rfc3339_millis()),
    );
    members.insert(
        "lastUsedAt".to_owned(),
        json!(last_used_at.map(Timestamp::rfc3339_millis)),
    );
    Value::Object(members)
}

/// A class with its name.
pub fn class(name: &str, doc: Value) -> Value {
    let mut members = Map::new();
    members.insert("name".to_owned(), json!(name));
    if let Value::Object(rest) = doc {
        members.extend(rest);
    }
    Value::Object(members)
}
