//! What `kubectl apply` keeps with an object: the document as it was applied, with all its secrets.

use std::collections::BTreeSet;

use hub::class::Class;
use hub::connector::parameters::list;
use hub::connector::{Rules, take};
use hub::scope::SecretStore;
use hub::secret::{MASK, is_mask};
use hub::slot::{Shows, Slot, shown};
use serde_json::{Map, Value, json};

use super::member::{extension, object_of};
use super::params::hub_name;

/// The annotation.
pub(crate) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Puts masks in place of the secrets of what was applied last, which `mask` finds. An annotation
/// that cannot be read goes: nobody knows what is in it.
pub(crate) fn mask_last_applied(wire: &mut Value, mask: impl FnOnce(&mut Value)) {
    let annotations = wire.pointer_mut("/metadata/annotations");
    let Some(annotations) = annotations.and_then(Value::as_object_mut) else {
        return;
    };
    let Some(applied) = annotations.get_mut(LAST_APPLIED) else {
        return;
    };
    let text = applied.as_str().unwrap_or_default();
    let Ok(document) = hub::json::parse(text.as_bytes()) else {
        annotations.shift_remove(LAST_APPLIED);
        return;
    };
    let mut masked = document.clone();
    mask(&mut masked);
    if masked != document {
        // kubectl ends it with a line break.
        *applied = json!(format!("{masked}\n"));
    }
}

/// Puts masks in place of the secrets of a connector that was applied. `doc` is the document that
/// it has become: its rows may say that they are secret.
pub(crate) fn mask_connector(applied: &mut Value, doc: &Value, class: Option<&Class>) {
    const MASKED: Shows<'_> = Shows {
        set: MASK,
        unset: Some(MASK),
    };
    in_hub_form(applied, doc, class, |document| {
        let rules = Rules {
            class,
            store: SecretStore::Values,
            sealed: &BTreeSet::new(),
            suffix: "",
        };
        let taken = take(document, None, rules);
        *document = taken
            .ok()
            .and_then(|_| shown(document, MASKED))
            .unwrap_or_default();
    });
}

/// Puts masks in place of the secrets of a connector that is applied and that are stored as they
/// are in it. `doc` is its document as it is stored.
pub(crate) fn mask_stored(
    applied: &mut Value,
    doc: &Value,
    class: Option<&Class>,
    is_stored: &dyn Fn(&str, &str) -> bool,
) {
    in_hub_form(applied, doc, class, |document| {
        mask_same(document, doc, is_stored);
    });
}

/// Shows `spec` as a document of the hub's form, whose values it then takes on.
fn in_hub_form(
    applied: &mut Value,
    doc: &Value,
    class: Option<&Class>,
    visit: impl FnOnce(&mut Value),
) {
    let Some(spec) = applied.get_mut("spec").and_then(Value::as_object_mut) else {
        return;
    };
    let (mut document, mut rest) = (Map::new(), Map::new());
    for (name, value) in spec.iter() {
        let value = value.clone();
        match name.as_str() {
            "params" => document.insert(name.clone(), with_rows(value, doc, class)),
            "address" | "auth" => document.insert(name.clone(), value),
            _ => rest.insert(name.clone(), value),
        };
    }
    document.insert(
        "extensions".to_owned(),
        json!({"kubernetes": {"spec": rest}}),
    );
    let mut document = Value::Object(document);
    visit(&mut document);
    for (name, value) in spec {
        let seen = match name.as_str() {
            "address" | "auth" | "params" => document.get(name),
            _ => extension(&document, "spec").and_then(|rest| rest.get(name)),
        };
        match (name.as_str(), value.as_array_mut()) {
            ("params", Some(rows)) => take_values(rows, seen),
            _ => *value = seen.cloned().unwrap_or_default(),
        }
    }
}

/// The rows with the names that the hub has for them, and what else is stored of them.
fn with_rows(rows: Value, doc: &Value, class: Option<&Class>) -> Value {
    let known = list(doc, class);
    let Value::Array(rows) = rows else {
        return rows;
    };
    let rows = rows.into_iter().map(|row| {
        let name = hub_name(&row, &known, class);
        let stored = known.iter().find(|known| known.name == name);
        let mut full = stored
            .and_then(|known| known.row)
            .cloned()
            .unwrap_or_default();
        full.extend(object_of(Some(row)));
        full.insert("name".to_owned(), json!(name));
        Value::Object(full)
    });
    rows.collect()
}

fn take_values(rows: &mut [Value], seen: Option<&Value>) {
    for (index, row) in rows.iter_mut().enumerate() {
        let seen = seen.and_then(|rows| rows.get(index)?.get("value"));
        if let Some(value) = row.get_mut("value") {
            *value = seen.cloned().unwrap_or_default();
        }
    }
}

fn mask_same(given: &mut Value, stored: &Value, is_stored: &dyn Fn(&str, &str) -> bool) {
    if let Some(Slot::Set(entry)) = Slot::of(stored) {
        let text = match &*given {
            Value::String(text) if !is_mask(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return,
        };
        if is_stored(entry, &text) {
            *given = json!(MASK);
        }
        return;
    }
    match (given, stored) {
        (Value::Object(given), Value::Object(stored)) => {
            for (name, value) in given {
                if let Some(stored) = stored.get(name) {
                    mask_same(value, stored, is_stored);
                }
            }
        }
        (Value::Array(given), Value::Array(stored)) => {
            for (index, item) in given.iter_mut().enumerate() {
                let name = item.get("name").filter(|name| name.is_string());
                let stored = match name {
                    Some(_) => stored.iter().find(|stored| stored.get("name") == name),
                    None => stored.get(index),
                };
                if let Some(stored) = stored {
                    mask_same(item, stored, is_stored);
                }
            }
        }
        _ => {}
    }
}
