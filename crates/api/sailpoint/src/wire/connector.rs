//! A SOURCE as a connector.

use api::task::Connectors;
use hub::connector::parameters;
use serde_json::{Map, Value, json};

use super::attributes::Form;
use super::keep::keep;
use super::members::{HUB, SHOWN, extension};

/// The document of a connector, whose masks are still to be resolved: of one that is there already,
/// what no file shows stays as it is. `known` is what is known of it besides the object.
pub(super) fn connector_doc(
    mut object: Map<String, Value>,
    mut known: Map<String, Value>,
    current: Option<&Value>,
    connectors: &Connectors,
) -> Value {
    let mut doc = current
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
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
            known.insert("typed".to_owned(), json!(true));
        }
    }
    doc.insert("class".to_owned(), json!(class));
    if object.get("description").is_some_and(Value::is_string) {
        doc.extend(object.shift_remove_entry("description"));
    } else {
        doc.shift_remove("description");
    }
    let mut hub = portable(take_object(&mut object, HUB), connectors);
    let attributes = take_object(&mut object, "connectorAttributes");
    if attributes.is_none() {
        known.insert("unattributed".to_owned(), json!(true));
    }
    let rows = hub.shift_remove("params");
    let attributes = attributes.unwrap_or_default();
    put_parameters(&mut doc, &mut known, attributes, rows, current, connectors);
    let others = hub.shift_remove("extensions");
    let hub = hub
        .into_iter()
        .filter(|(name, _)| !SHOWN.contains(&name.as_str()));
    for (member, value) in hub {
        let value = match current.and_then(|current| current.get(&member)) {
            Some(stored) => keep(value, stored),
            None => value,
        };
        doc.insert(member, value);
    }
    let mut own = Value::Object(object);
    if let Some(stored) = current.and_then(|current| extension(current, "object")) {
        own = keep(own, stored);
    }
    known.insert("object".to_owned(), own);
    let extensions = extensions(others, known, current, connectors);
    doc.insert("extensions".to_owned(), extensions);
    Value::Object(doc)
}

fn put_parameters(
    doc: &mut Map<String, Value>,
    known: &mut Map<String, Value>,
    attributes: Map<String, Value>,
    rows: Option<Value>,
    current: Option<&Value>,
    connectors: &Connectors,
) {
    let class = connectors.class(hub::json::text_at(&json!(doc.get("class")), ""));
    let has_rows = rows.is_some();
    let rows = match rows {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    };
    let read = Form { attributes, rows }.read(has_rows, current, class);
    parameters::put(doc, class, read.rows, |_| true);
    match read.address {
        Some((attribute, address)) => {
            known.insert("address".to_owned(), json!(attribute));
            doc.insert("address".to_owned(), address);
        }
        None if class.and_then(hub::class::Class::address).is_none() => {
            doc.shift_remove("address");
        }
        None => {}
    }
}

/// What a file says besides the object, without what says which connector it is and who manages it.
fn portable(hub: Option<Map<String, Value>>, connectors: &Connectors) -> Map<String, Value> {
    let mut hub = Value::Object(hub.unwrap_or_default());
    (connectors.strip_identity)(&mut hub);
    match hub {
        Value::Object(hub) => hub,
        _ => Map::new(),
    }
}

/// The extensions of all dialects. What is stored of which connector it is and who manages it stays.
fn extensions(
    others: Option<Value>,
    known: Map<String, Value>,
    current: Option<&Value>,
    connectors: &Connectors,
) -> Value {
    let mut extensions = current
        .and_then(|current| current.get("extensions"))
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    extensions.shift_remove("sailpoint");
    if let Some(others) = others {
        let given = json!({"extensions": others});
        let stored = json!({"extensions": extensions});
        let mut portable = stored.clone();
        (connectors.strip_identity)(&mut portable);
        let mut given = keep(given, &portable);
        put_back(&mut given, &stored, &portable);
        if let Some(Value::Object(given)) = given.get_mut("extensions").map(Value::take) {
            extensions.extend(given);
        }
    }
    extensions.insert("sailpoint".to_owned(), Value::Object(known));
    Value::Object(extensions)
}

/// Puts back what was taken out of what is stored to make it portable.
fn put_back(given: &mut Value, stored: &Value, portable: &Value) {
    match (given, stored, portable) {
        (Value::Object(given), Value::Object(stored), _) => {
            for (name, value) in stored {
                match (portable.get(name), given.get_mut(name)) {
                    (None, _) => drop(given.insert(name.clone(), value.clone())),
                    (Some(portable), Some(given)) if portable != value => {
                        put_back(given, value, portable);
                    }
                    _ => {}
                }
            }
        }
        (Value::Array(given), Value::Array(stored), Value::Array(portable)) => {
            for (index, item) in given.iter_mut().enumerate() {
                let is_same = |(at, stored): &(usize, &Value)| match item.get("id") {
                    Some(id) => stored.get("id") == Some(id),
                    None => *at == index && stored.get("id").is_none(),
                };
                let same = stored.iter().enumerate().find(is_same);
                if let Some((at, stored)) = same
                    && let Some(portable) = portable.get(at)
                {
                    put_back(item, stored, portable);
                }
            }
        }
        _ => {}
    }
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
pub(super) fn class(object: &Map<String, Value>) -> String {
    let text = |member: &str| object.get(member).and_then(Value::as_str);
    let name = text("connector")
        .or_else(|| text("type"))
        .unwrap_or("source");
    hub::text::slug(name)
}
