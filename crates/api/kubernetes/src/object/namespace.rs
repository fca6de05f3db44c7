//! Namespace: a scope. It can be created from here, and not changed.

use hub::scope::Scope;
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

/// `spec` and `status`.
pub(crate) fn show() -> Map<String, Value> {
    Map::from_iter([
        ("spec".to_owned(), json!({"finalizers": ["kubernetes"]})),
        ("status".to_owned(), json!({"phase": "Active"})),
    ])
}

/// A scope that was just created.
pub(crate) fn of_scope(scope: &Scope) -> Value {
    let created = Timestamp::parse_rfc3339(&scope.created_at).unwrap_or_default();
    let metadata = json!({
        "name": scope.name,
        "resourceVersion": scope.id.to_string(),
        "creationTimestamp": created.rfc3339_seconds(),
    });
    let mut document = Map::from_iter([
        ("apiVersion".to_owned(), json!("v1")),
        ("kind".to_owned(), json!("Namespace")),
        ("metadata".to_owned(), metadata),
    ]);
    document.extend(show());
    Value::Object(document)
}
