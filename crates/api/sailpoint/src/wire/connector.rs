//! A SOURCE as a connector.

use hub::connector::SECRET;
use hub::secret::MASK;
use serde_json::{Map, Value, json};

use super::members::{HUB, SHOWN};

/// The attributes that hold the URL of the tool; the first that is there and is one is the address.
const ADDRESS_ATTRIBUTES: [&str; 3] = ["url", "baseUrl", "genericWebServiceBaseUrl"];

/// The document of a connector: of one that is there already, what no file shows stays as it is.
/// `extension` is what is known of it besides the object.
pub(super) fn connector_doc(
    mut object: Map<String, Value>,
    mut extension: Map<String, Value>,
    current: Option<&Value>,
    secrets: Option<&Map<String, Value>>,
) -> Value {
    let mut doc = current
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let mut extensions = match doc.shift_remove("extensions") {
        Some(Value::Object(extensions)) => extensions,
        _ => Map::new(),
    };
    if object.get("name").is_some_and(Value::is_string) {
        object.shift_remove("name");
    }
    let class = class(&object);
    match object.get("connector") {
        Some(Value::String(connector)) if *connector == class => {
            object.shift_remove("connector");
        }
        Some(_) => {}
        None => {
            extension.insert("typed".to_owned(), json!(true));
        }
    }
    doc.insert("class".to_owned(), json!(class));
    doc.shift_remove("description");
    if object.get("description").is_some_and(Value::is_string) {
        doc.extend(object.shift_remove_entry("description"));
    }
    doc.shift_remove("address");
    let hub = take_object(&mut object, HUB);
    if let Some(mut attributes) = take_object(&mut object, "connectorAttributes") {
        if let Some((attribute, address)) = take_address(&mut attributes) {
            extension.insert("address".to_owned(), json!(attribute));
            doc.insert("address".to_owned(), address);
        }
        doc.insert("params".to_owned(), params(attributes, secrets));
    } else {
        extension.insert("unattributed".to_owned(), json!(true));
        doc.shift_remove("params");
    }
    for (member, value) in hub.into_iter().flatten() {
        match (member.as_str(), value) {
            ("extensions", Value::Object(others)) => extensions.extend(others),
            (known, _) if SHOWN.contains(&known) => {}
            (_, value) => drop(doc.insert(member, value)),
        }
    }
    extension.insert("object".to_owned(), Value::Object(object));
    extensions.insert("sailpoint".to_owned(), Value::Object(extension));
    doc.insert("extensions".to_owned(), Value::Object(extensions));
    let mut doc = Value::Object(doc);
    if let Some(current) = current {
        keep_secrets(&mut doc, current);
    }
    doc
}

fn take_object(members: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    members.get(name).filter(|value| value.is_object())?;
    match members.shift_remove(name) {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// The class of a source: `connector` (`active-directory`), or else its `type` (`Active Directory -
/// Direct`). There need not be such a class.
fn class(object: &Map<String, Value>) -> String {
    let text = |member: &str| object.get(member).and_then(Value::as_str);
    let name = text("connector")
        .or_else(|| text("type"))
        .unwrap_or("source");
    hub::text::slug(name)
}

/// The name of the class of a SOURCE in a file.
pub(crate) fn class_of(config: &Value) -> Option<String> {
    config.get("object")?.as_object().map(class)
}

fn take_address(attributes: &mut Map<String, Value>) -> Option<(&'static str, Value)> {
    let is_url = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.starts_with("http://") || text.starts_with("https://"))
    };
    let name = ADDRESS_ATTRIBUTES
        .into_iter()
        .find(|name| attributes.get(*name).is_some_and(is_url))?;
    attributes.shift_remove(name).map(|address| (name, address))
}

fn params(attributes: Map<String, Value>, secrets: Option<&Map<String, Value>>) -> Value {
    let row = |(name, value): (String, Value)| {
        if value != MASK {
            return json!({"name": name, "value": value});
        }
        let entry = format!(
            "/connectorAttributes/{}",
            name.replace('~', "~0").replace('/', "~1")
        );
        if secrets.is_some_and(|secrets| secrets.contains_key(&entry)) {
            json!({"name": name, "sensitive": true, SECRET: entry})
        } else {
            json!({"name": name, "sensitive": true})
        }
    };
    attributes.into_iter().map(row).collect()
}

/// A row that shows a mask, or has a secret that is not known here, keeps the entry that the stored
/// row has.
fn keep_secrets(value: &mut Value, current: &Value) {
    match (value, current) {
        (Value::Object(members), Value::Object(stored)) => {
            let masked = match members.get("value") {
                Some(shown) => shown == MASK,
                None => members.contains_key("sensitive") && !members.contains_key(SECRET),
            };
            if let Some(entry) = stored
                .get(SECRET)
                .filter(|entry| masked && entry.is_string())
            {
                members.shift_remove("value");
                members.insert(SECRET.to_owned(), entry.clone());
            }
            for (name, member) in members {
                if let Some(stored) = stored.get(name) {
                    keep_secrets(member, stored);
                }
            }
        }
        (Value::Array(items), Value::Array(stored)) => {
            let key = |item: &Value| item.get("name").or_else(|| item.get("appType")).cloned();
            for item in items {
                let own = key(item);
                let same = stored
                    .iter()
                    .find(|stored| own.is_some() && key(stored) == own);
                if let Some(same) = same {
                    keep_secrets(item, same);
                }
            }
        }
        _ => {}
    }
}
