//! Connector.
//!
//! `spec.connectorClassName`, `spec.address`, `spec.params` and `spec.auth` are the hub's `class`,
//! `address`, `params` and `auth`, `status` is its `status`; the rest of `spec` is kept under
//! `extensions.kubernetes.spec`.

use hub::connector::SECRET;
use hub::secret::MASK;
use serde_json::{Map, Value, json};

use super::member::{extension, object_of, set, set_extension};
use crate::resource::CONNECTOR;
use crate::schema::prune;

/// Members of `spec` and what the hub calls them.
const MAPPED: [(&str, &str); 4] = [
    ("connectorClassName", "class"),
    ("address", "address"),
    ("params", "params"),
    ("auth", "auth"),
];

/// `spec` and `status`.
pub(super) fn show(doc: &Value) -> Map<String, Value> {
    let rest = extension(doc, "spec").cloned();
    let mut has_spec = rest.is_some();
    let mut spec = Map::new();
    for (name, hub_name) in MAPPED {
        if let Some(value) = doc.get(hub_name).filter(|value| !value.is_null()) {
            has_spec = true;
            spec.insert(name.to_owned(), value.clone());
        }
    }
    spec.extend(object_of(rest));
    show_rows(spec.get_mut("params"));
    show_rows(spec.get_mut("auth").and_then(|auth| auth.get_mut("params")));
    let mut shown = Map::new();
    if has_spec {
        shown.insert("spec".to_owned(), Value::Object(spec));
    }
    if let Some(status) = doc.get("status") {
        shown.insert("status".to_owned(), status.clone());
    }
    only_known(shown)
}

/// What another dialect has put there and Kubernetes has no field for is not shown.
fn only_known(shown: Map<String, Value>) -> Map<String, Value> {
    let mut shown = Value::Object(shown);
    prune(&mut shown, CONNECTOR.schema());
    object_of(Some(shown))
}

/// A value is required, so one that is secret is shown as its mask.
fn show_rows(rows: Option<&mut Value>) {
    for row in rows.and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(row) = row.as_object_mut() else {
            continue;
        };
        if row.contains_key(SECRET) && !row.contains_key("value") {
            row.insert("value".to_owned(), json!(MASK));
        }
    }
}

/// Reads `spec` and `status`.
pub(super) fn read(wire: &Value, doc: &mut Map<String, Value>) {
    let before = doc.clone();
    let mut spec = object_of(wire.get("spec").cloned());
    let has_spec = wire.get("spec").is_some();
    let mut mapped_any = false;
    for (name, hub_name) in MAPPED {
        let value = spec.shift_remove(name);
        mapped_any |= value.is_some();
        set(doc, hub_name, value);
    }
    keep_rows(doc.get_mut("params"), before.get("params"));
    let rows_before = before.get("auth").and_then(|auth| auth.get("params"));
    keep_rows(
        doc.get_mut("auth").and_then(|auth| auth.get_mut("params")),
        rows_before,
    );
    let keep_spec = has_spec && !(spec.is_empty() && mapped_any);
    set_extension(doc, "spec", keep_spec.then_some(Value::Object(spec)));
    read_status(wire.get("status"), doc);
}

/// What others observed and Kubernetes has no field for stays.
pub(super) fn read_status(wire: Option<&Value>, doc: &mut Map<String, Value>) {
    let shown = doc
        .get("status")
        .map(|status| only_known(Map::from_iter([("status".to_owned(), status.clone())])));
    let shown = shown.and_then(|mut shown| shown.shift_remove("status"));
    if wire != shown.as_ref() {
        set(doc, "status", wire.cloned());
    }
}

/// A row that was there keeps what Kubernetes does not show of it.
fn keep_rows(rows: Option<&mut Value>, before: Option<&Value>) {
    let before = before.and_then(Value::as_array);
    for row in rows.and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(row) = row.as_object_mut() else {
            continue;
        };
        let same_name =
            |other: &&Value| other.get("name").is_some() && other.get("name") == row.get("name");
        let Some(Value::Object(old)) = before.into_iter().flatten().find(same_name) else {
            continue;
        };
        for (name, value) in old {
            if !["name", "value", SECRET].contains(&name.as_str()) {
                row.insert(name.clone(), value.clone());
            }
        }
        // Without this the row would be read as an ordinary one whose value is asterisks.
        if old.contains_key(SECRET) {
            row.insert(hub::connector::SENSITIVE.to_owned(), json!(true));
        }
    }
}
