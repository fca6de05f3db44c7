//! A connector as a SOURCE.

use api::task::Connectors;
use hub::object::Object;
use hub::slot::{MASKED, shown};
use serde_json::{Map, Value, json};

use super::attributes::Form;
use super::members::{ATTRIBUTES, HUB, SHOWN, extension};

/// The `object` that a file has of a connector: with masks in place of its secrets.
pub(super) fn source(connector: &Object, connectors: &Connectors) -> Value {
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
    let form = Form::of(doc, connectors.class_of(doc));
    if !form.attributes.is_empty() || extension("unattributed").is_none() {
        object.insert(
            "connectorAttributes".to_owned(),
            Value::Object(form.attributes),
        );
    }
    let hub = hub_only(doc, form.rows, connectors);
    if !hub.is_empty() {
        object.insert(HUB.to_owned(), Value::Object(hub));
    }
    shown(&Value::Object(object), MASKED).unwrap_or_default()
}

/// What the hub knows of a connector that the object does not show elsewhere, without what says
/// which connector it is and who manages it.
fn hub_only(doc: &Value, rows: Vec<Value>, connectors: &Connectors) -> Map<String, Value> {
    let mut stripped = doc.clone();
    (connectors.strip_identity)(&mut stripped);
    let Value::Object(mut hub) = stripped else {
        return Map::new();
    };
    let extensions = hub.shift_remove("extensions");
    hub.retain(|name, _| !SHOWN.contains(&name.as_str()) && !ATTRIBUTES.contains(&name.as_str()));
    if !rows.is_empty() {
        hub.insert("params".to_owned(), Value::Array(rows));
    }
    if let Some(Value::Object(mut extensions)) = extensions {
        extensions.shift_remove("sailpoint");
        if !extensions.is_empty() {
            hub.insert("extensions".to_owned(), Value::Object(extensions));
        }
    }
    hub
}
