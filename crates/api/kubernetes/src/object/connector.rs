//! Connector.
//!
//! `spec.connectorClassName`, `spec.address`, `spec.params` and `spec.auth` are the hub's `class`,
//! `address`, parameters ([`super::params`]) and `auth`, `status` is its `status`; the rest of
//! `spec` is kept under `extensions.kubernetes.spec`.

use hub::class::Class;
use hub::slot::{MASKED, shown};
use serde_json::{Map, Value};

use super::member::{extension, object_of, set, set_extension};
use super::params::{self, OfClass};
use crate::resource::CONNECTOR;
use crate::schema::prune;

/// `spec` and `status`.
pub(super) fn show(doc: &Value, class: Option<&Class>) -> Map<String, Value> {
    let rest = extension(doc, "spec").cloned();
    let mut has_spec = rest.is_some();
    let mut spec = object_of(rest.and_then(|rest| shown(&rest, MASKED)));
    let params = params::show(doc, class);
    for (name, value) in [
        ("connectorClassName", doc.get("class").cloned()),
        ("address", params::address(doc, class)),
        ("params", (!params.is_empty()).then_some(params.into())),
        ("auth", doc.get("auth").and_then(show_auth)),
    ] {
        if let Some(value) = value.filter(|value| !value.is_null()) {
            has_spec = true;
            spec.insert(name.to_owned(), value);
        }
    }
    let mut document = Map::new();
    if has_spec {
        document.insert("spec".to_owned(), Value::Object(spec));
    }
    if let Some(status) = doc.get("status") {
        document.insert("status".to_owned(), status.clone());
    }
    only_known(document)
}

fn show_auth(auth: &Value) -> Option<Value> {
    let mut document = object_of(shown(auth, MASKED));
    if auth.get("params").is_some_and(Value::is_array) {
        let rows = params::show(auth, None);
        document.insert("params".to_owned(), Value::Array(rows));
    }
    auth.is_object().then_some(Value::Object(document))
}

/// What another dialect has put there and Kubernetes has no field for is not shown.
fn only_known(document: Map<String, Value>) -> Map<String, Value> {
    let mut document = Value::Object(document);
    prune(&mut document, CONNECTOR.schema());
    object_of(Some(document))
}

/// Reads `spec` and `status`.
pub(super) fn read(wire: &Value, doc: &mut Map<String, Value>, class: OfClass<'_>) {
    let before = Value::Object(doc.clone());
    let known = object_of(show(&before, class.before).shift_remove("spec"));
    let mut spec = object_of(wire.get("spec").cloned());
    let has_spec = wire.get("spec").is_some();
    let name = spec.shift_remove("connectorClassName");
    let (address, auth) = (spec.shift_remove("address"), spec.shift_remove("auth"));
    let mut mapped_any = name.is_some() || address.is_some() || auth.is_some();
    set(doc, "class", name);
    if address.as_ref() != known.get("address") {
        params::set_address(doc, class.before, address);
    }
    // That there is an empty list has nowhere else to go.
    let is_empty_list = |list: &Value| list.as_array().is_some_and(Vec::is_empty);
    let rows = match spec.get("params") {
        Some(list) if !is_empty_list(list) => spec.shift_remove("params"),
        _ => None,
    };
    mapped_any |= rows.is_some();
    params::put(doc, rows, class);
    read_auth(auth, known.get("auth"), doc);
    let keep_spec = has_spec && !(spec.is_empty() && mapped_any);
    let rest = params::restored(Value::Object(spec), extension(&before, "spec"));
    set_extension(doc, "spec", keep_spec.then_some(rest));
    read_status(wire.get("status"), doc);
}

/// What is as it was shown stays, with what Kubernetes has no field for.
fn read_auth(given: Option<Value>, known: Option<&Value>, doc: &mut Map<String, Value>) {
    let before = object_of(doc.get("auth").cloned());
    let mut auth = before.clone();
    let Some(Value::Object(mut given)) = given else {
        doc.shift_remove("auth");
        return;
    };
    let known = object_of(known.cloned());
    let rows = given.shift_remove("params");
    if rows.as_ref() != known.get("params") {
        let is_given = rows.is_some();
        params::put(&mut auth, rows, OfClass::default());
        if is_given && !auth.contains_key("params") {
            auth.insert("params".to_owned(), Value::Array(Vec::new()));
        }
    }
    for name in known.keys().filter(|name| *name != "params") {
        if !given.contains_key(name) {
            auth.shift_remove(name);
        }
    }
    for (name, value) in given {
        if known.get(&name) != Some(&value) {
            let value = params::restored(value, before.get(&name));
            auth.insert(name, value);
        }
    }
    doc.insert("auth".to_owned(), Value::Object(auth));
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
