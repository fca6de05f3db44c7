//! Connectors and objects of SailPoint that were stored before a secret had a slot of its own ([`crate::slot`]).
//!
//! A row, and an object of PingOne inside of one, named its entry in a member `secret`; an object
//! of SailPoint had a mask, whose entry was its JSON Pointer.

use serde_json::{Map, Value, json};

use super::rows::for_each_row;
use crate::pointer::escaped;
use crate::secret::MASK;
use crate::slot::Slot;

const SECRET: &str = "secret";
const SENSITIVE: &str = "sensitive";
const BARE: &str = "bare";
/// The members that had a `$` in front when they were not marks.
const MARKS: [&str; 3] = [SECRET, SENSITIVE, BARE];

/// Whether a stored document may be of that form. It is asked of every document that is read, so it
/// only looks at the text.
pub fn may_be_old(text: &str) -> bool {
    text.contains("\"secret\":\"") || text.contains("\"******\"")
}

/// Brings a document into the form of today.
pub fn upgrade(doc: &mut Value) {
    let is_signed = doc.get("jwsSignature").is_some();
    for_each_row(doc, |_, row| {
        row_of_today(row);
    });
    let pointers = [
        ("/extensions/sailpoint/object", ""),
        ("/params", "/connectorAttributes"),
    ];
    if doc.pointer("/self/type").is_some() {
        // What is signed has no secrets, and is compared as it came.
        if let Some(object) = doc.get_mut("object").filter(|_| !is_signed) {
            slots_for_masks(object, "");
        }
        return;
    }
    if doc.pointer("/extensions/sailpoint").is_none() {
        return;
    }
    for (pointer, prefix) in pointers {
        if let Some(value) = doc.pointer_mut(pointer) {
            slots_for_masks(value, prefix);
        }
    }
}

fn row_of_today(row: &mut Map<String, Value>) {
    let entry = row.get(SECRET).and_then(Value::as_str).map(str::to_owned);
    if let Some(entry) = entry.filter(|_| !row.contains_key("value")) {
        row.shift_remove(SECRET);
        row.shift_remove(SENSITIVE);
        row.insert("value".to_owned(), Slot::Set(&entry).to_value());
    }
    for (name, value) in row.iter_mut() {
        if name != "value" || Slot::of(value).is_none() {
            inside(value);
        }
    }
}

/// An object that had marks is as PingOne shows it.
fn inside(value: &mut Value) {
    match value {
        Value::Object(members) => {
            let is_marked = MARKS.iter().any(|mark| members.contains_key(*mark));
            let entry = members
                .get(SECRET)
                .and_then(Value::as_str)
                .map(str::to_owned);
            members.values_mut().for_each(inside);
            if !is_marked {
                return;
            }
            let is_bare = members.contains_key(BARE);
            let is_secret = members.contains_key(SENSITIVE) || entry.is_some();
            for mark in MARKS {
                members.shift_remove(mark);
            }
            if let Some(entry) = entry {
                members.insert("value".to_owned(), Slot::Set(&entry).to_value());
            }
            if is_bare {
                *value = members.shift_remove("value").unwrap_or_default();
            } else if is_secret {
                members.insert("secure".to_owned(), json!(true));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(inside),
        _ => {}
    }
}

fn slots_for_masks(value: &mut Value, pointer: &str) {
    match value {
        Value::String(text) if text == MASK => *value = Slot::Set(pointer).to_value(),
        Value::Object(members) => {
            // A row is an attribute of its name.
            let name = members.get("name").and_then(Value::as_str).map(escaped);
            for (member, value) in members.iter_mut() {
                match &name {
                    Some(name) if member == "value" && pointer == "/connectorAttributes" => {
                        slots_for_masks(value, &format!("{pointer}/{name}"));
                    }
                    _ => slots_for_masks(value, &format!("{pointer}/{}", escaped(member))),
                }
            }
        }
        Value::Array(items) if pointer == "/connectorAttributes" => {
            for row in items {
                slots_for_masks(row, pointer);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                slots_for_masks(item, &format!("{pointer}/{index}"));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_before_have_slots_and_signed_ones_stay() {
        let object = json!({"self": {"type": "TRANSFORM"}, "object": {"a": ["******"], "b/c": "******", "d": "x"}});
        let mut doc = object.clone();
        upgrade(&mut doc);
        let slot = |entry: &str| Slot::Set(entry).to_value();
        assert_eq!(
            doc["object"],
            json!({"a": [slot("/a/0")], "b/c": slot("/b~1c"), "d": "x"})
        );
        let mut signed = object;
        signed["jwsSignature"] = json!("s");
        let mut doc = signed.clone();
        upgrade(&mut doc);
        assert_eq!(doc, signed);
    }

    #[test]
    fn documents_of_before_have_slots() {
        let mut doc = json!({
            "params": [
                {"name": "a", "secret": "params.a", "sensitive": true},
                {"name": "b", "value": 1, "bare": true},
                {"name": "c", "properties": {
                    "d": {"secret": "params.c/d", "sensitive": true, "secure": true},
                    "e": {"secret": "params.c/e", "sensitive": true, "bare": true},
                    "f": {"value": 1},
                }},
                {"name": "g", "value": {"h": "******"}},
            ],
            "extensions": {"sailpoint": {"object": {"x": ["******"]}}},
        });
        upgrade(&mut doc);
        let slot = |entry: &str| Slot::Set(entry).to_value();
        let expected = json!({
            "params": [
                {"name": "a", "value": slot("params.a")},
                {"name": "b", "value": 1, "bare": true},
                {"name": "c", "properties": {
                    "d": {"secure": true, "value": slot("params.c/d")},
                    "e": slot("params.c/e"),
                    "f": {"value": 1},
                }},
                {"name": "g", "value": {"h": slot("/connectorAttributes/g/h")}},
            ],
            "extensions": {"sailpoint": {"object": {"x": [slot("/x/0")]}}},
        });
        assert_eq!(doc, expected);
    }
}
