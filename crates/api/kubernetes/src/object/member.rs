//! Members of documents, and what the hub keeps for Kubernetes alone.

use serde_json::{Map, Value};

/// The member of that name under `extensions.kubernetes`.
pub(crate) fn extension<'a>(doc: &'a Value, name: &str) -> Option<&'a Value> {
    doc.get("extensions")?.get("kubernetes")?.get(name)
}

/// Sets the member of that name under `extensions.kubernetes`, or takes it out.
pub(super) fn set_extension(doc: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    let mut extensions = object_of(doc.shift_remove("extensions"));
    let mut own = object_of(extensions.shift_remove("kubernetes"));
    set(&mut own, name, value);
    let own = (!own.is_empty()).then_some(Value::Object(own));
    set(&mut extensions, "kubernetes", own);
    let extensions = (!extensions.is_empty()).then_some(Value::Object(extensions));
    set(doc, "extensions", extensions);
}

/// Sets a member, or takes it out.
pub(crate) fn set(members: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => {
            members.insert(name.to_owned(), value);
        }
        None => {
            members.shift_remove(name);
        }
    }
}

/// The members of a value; none of what is no object.
pub(crate) fn object_of(value: Option<Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(members)) => members,
        _ => Map::new(),
    }
}

/// What is given in place of what is shown, with what is stored and not shown of it: Kubernetes has
/// no field for everything. Items are told apart by their names.
pub(crate) fn with_hidden(given: Value, shown: &Value, stored: &Value) -> Value {
    if given == *shown {
        return stored.clone();
    }
    match (given, shown, stored) {
        (Value::Object(given), Value::Object(shown), Value::Object(stored)) => {
            let mut members = Map::new();
            for (name, value) in given {
                let value = match (shown.get(&name), stored.get(&name)) {
                    (Some(shown), Some(stored)) => with_hidden(value, shown, stored),
                    _ => value,
                };
                members.insert(name, value);
            }
            for (name, value) in stored.iter().filter(|(name, _)| !shown.contains_key(*name)) {
                members.entry(name).or_insert_with(|| value.clone());
            }
            Value::Object(members)
        }
        (Value::Array(given), Value::Array(shown), Value::Array(stored)) => {
            let of_name = |items: &[Value], item: &Value| {
                let name = item.get("name")?;
                items
                    .iter()
                    .find(|one| one.get("name") == Some(name))
                    .cloned()
            };
            let items = given.into_iter().map(|item| {
                match (of_name(shown, &item), of_name(stored, &item)) {
                    (Some(shown), Some(stored)) => with_hidden(item, &shown, &stored),
                    _ => item,
                }
            });
            items.collect()
        }
        (given, _, _) => given,
    }
}
