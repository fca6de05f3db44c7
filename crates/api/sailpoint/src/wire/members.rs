//! Which members of a hub document an object shows where.

use serde_json::Value;

/// The member of an object that holds what only the hub has a place for.
pub(super) const HUB: &str = "patchbay";
/// The members of a hub document that an object shows elsewhere, or that are observed.
pub(super) const SHOWN: [&str; 4] = ["class", "description", "status", "extensions"];
/// Those that it shows as its attributes, if it can.
pub(super) const ATTRIBUTES: [&str; 2] = ["address", "params"];

/// What of the member that only the hub has a place for has not the form of the hub.
pub(crate) fn faults(object: &Value) -> Vec<String> {
    let Some(hub) = object.get(HUB) else {
        return Vec::new();
    };
    if !hub.is_object() {
        return vec![format!("$.{HUB} must be an object")];
    }
    let objects = ["auth", "extensions"].into_iter();
    let objects = objects.filter(|name| hub.get(*name).is_some_and(|value| !value.is_object()));
    let mut faults: Vec<String> = objects
        .map(|name| format!("$.{HUB}.{name} must be an object"))
        .collect();
    for (name, key) in [("params", "name"), ("applications", "appType")] {
        let Some(value) = hub.get(name) else { continue };
        let is_row = |row: &Value| row.get(key).is_some_and(Value::is_string);
        if !value.as_array().is_some_and(|rows| rows.iter().all(is_row)) {
            faults.push(format!(
                "$.{HUB}.{name} must be a list of objects with a text {key}"
            ));
        }
    }
    faults
}

/// What a connector has that is SailPoint's own.
pub(super) fn extension<'a>(doc: &'a Value, name: &str) -> Option<&'a Value> {
    doc.get("extensions")?.get("sailpoint")?.get(name)
}
