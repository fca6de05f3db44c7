//! A connector as a SOURCE.

use hub::connector::SECRET;
use hub::object::Object;
use hub::secret::MASK;
use serde_json::{Map, Value, json};

use super::members::{ATTRIBUTES, HUB, SHOWN, extension};

/// The `object` that a file has of a connector.
pub(super) fn source(connector: &Object) -> Value {
    let doc = &connector.doc;
    let extension = |name: &str| extension(doc, name);
    let rest = extension("object").and_then(Value::as_object);
    let mut object = Map::new();
    if extension("unnamed").is_none() {
        object.insert("name".to_owned(), json!(connector.name));
    }
    if let Some(description) = doc.get("description").filter(|text| text.is_string()) {
        object.insert("description".to_owned(), description.clone());
    }
    let has_own = rest.is_some_and(|rest| rest.contains_key("connector"));
    if !has_own && extension("typed").is_none() {
        object.insert(
            "connector".to_owned(),
            doc.get("class").cloned().unwrap_or_default(),
        );
    }
    object.extend(rest.cloned().unwrap_or_default());
    let attributes = attributes(doc);
    let without = extension("unattributed").is_some();
    if let Some(attributes) = attributes
        .as_ref()
        .filter(|attributes| !attributes.is_empty() || !without)
    {
        object.insert(
            "connectorAttributes".to_owned(),
            Value::Object(attributes.clone()),
        );
    }
    let hub = hub_only(doc, attributes.is_some());
    if !hub.is_empty() {
        object.insert(HUB.to_owned(), Value::Object(hub));
    }
    Value::Object(object)
}

/// The rows of `params` as attributes; none when they have more to them than a name and a value.
fn attributes(doc: &Value) -> Option<Map<String, Value>> {
    let mut attributes = Map::new();
    let address = doc.get("address").filter(|address| address.is_string());
    if let Some(address) = address {
        let name = extension(doc, "address").and_then(Value::as_str);
        let name = name.unwrap_or("url");
        attributes.insert(name.to_owned(), address.clone());
    }
    let rows = doc.get("params").and_then(Value::as_array);
    for row in rows.into_iter().flatten() {
        let row = row.as_object()?;
        let name = row.get("name")?.as_str()?;
        let known = ["name", "value", "sensitive", SECRET];
        if !row.keys().all(|member| known.contains(&member.as_str())) {
            return None;
        }
        let sensitive = row.contains_key(SECRET)
            || row
                .get("sensitive")
                .and_then(Value::as_bool)
                .unwrap_or_default();
        let value = match row.get("value") {
            None if sensitive => json!(MASK),
            value => value.cloned().unwrap_or_default(),
        };
        if attributes.insert(name.to_owned(), value).is_some() {
            return None;
        }
    }
    Some(attributes)
}

/// What the hub knows of a connector that the object does not show elsewhere, without secrets.
fn hub_only(doc: &Value, has_attributes: bool) -> Map<String, Value> {
    let Some(members) = doc.as_object() else {
        return Map::new();
    };
    let is_shown =
        |name: &str| SHOWN.contains(&name) || (has_attributes && ATTRIBUTES.contains(&name));
    let mut hub: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| !is_shown(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let mut extensions = members
        .get("extensions")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    extensions.shift_remove("sailpoint");
    if !extensions.is_empty() {
        hub.insert("extensions".to_owned(), Value::Object(extensions));
    }
    hub.values_mut().for_each(mask);
    hub
}

/// Puts the mask in the place of every entry of the connector's secret object.
fn mask(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get(SECRET).is_some_and(Value::is_string)
                && members.contains_key("name")
                && members.shift_remove(SECRET).is_some()
            {
                members.insert("value".to_owned(), json!(MASK));
            }
            members.values_mut().for_each(mask);
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}
