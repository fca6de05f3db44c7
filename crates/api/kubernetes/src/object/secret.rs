//! Secret.
//!
//! The hub's document has `type`, `immutable` and `data`: entries by name. In what is stored their
//! values are sealed; in what is read from a request they are in the clear, or a mask where the
//! stored one stays. Values that are not text are kept in base64, and `binary` names them. No reply
//! has a value: what is shown in its place is the mask, in base64 as all values are, so that
//! `kubectl apply`, `edit` and `replace` can write back what they read.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hub::json::text_at;
use hub::secret::MASK;
use serde_json::{Map, Value, json};

use super::member::set;

/// What a Secret is that says nothing else.
const OPAQUE: &str = "Opaque";

/// `type`, `immutable` and `data`, all values masked.
pub(crate) fn show(doc: &Value) -> Map<String, Value> {
    let mut shown = Map::new();
    if let Some(entries) = doc.get("data").and_then(Value::as_object) {
        let masked = entries
            .keys()
            .map(|name| (name.clone(), json!(BASE64.encode(MASK))));
        shown.insert("data".to_owned(), Value::Object(masked.collect()));
    }
    set(&mut shown, "immutable", doc.get("immutable").cloned());
    let kind = doc.get("type").cloned();
    shown.insert("type".to_owned(), kind.unwrap_or_else(|| json!(OPAQUE)));
    shown
}

/// Reads `type`, `immutable`, `data` and `stringData`, which is written over `data`.
pub(crate) fn read(wire: &Value, doc: &mut Map<String, Value>) {
    let (mut entries, mut binary) = (Map::new(), Vec::new());
    for (name, value) in members(wire, "data") {
        let bytes = decode(value.as_str().unwrap_or_default()).unwrap_or_default();
        let text = String::from_utf8(bytes).unwrap_or_else(|_| {
            binary.push(name.clone());
            without_breaks(value.as_str().unwrap_or_default())
        });
        entries.insert(name.clone(), json!(text));
    }
    for (name, value) in members(wire, "stringData") {
        binary.retain(|other| other != name);
        entries.insert(name.clone(), value.clone());
    }
    // A mask stands for what is stored, in the form that it is stored in.
    let was_binary = doc
        .get("binary")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let stays = |name: &&Value| {
        let entry = name
            .as_str()
            .and_then(|name| entries.get(name))
            .and_then(Value::as_str);
        entry == Some(MASK)
    };
    binary.extend(
        was_binary
            .filter(stays)
            .filter_map(Value::as_str)
            .map(str::to_owned),
    );
    let has_data = ["data", "stringData"]
        .into_iter()
        .any(|name| wire.get(name).is_some());
    set(doc, "data", has_data.then_some(Value::Object(entries)));
    set(doc, "binary", (!binary.is_empty()).then(|| json!(binary)));
    set(doc, "immutable", wire.get("immutable").cloned());
    set(doc, "type", Some(json!(type_of(wire))));
}

/// The type of a Secret.
pub(crate) fn type_of(wire: &Value) -> &str {
    match text_at(wire, "/type") {
        "" => OPAQUE,
        given => given,
    }
}

/// What base64 stands for. Line breaks in it mean nothing: YAML writes long texts in several lines.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn decode(text: &str) -> std::result::Result<Vec<u8>, base64::DecodeError> {
    BASE64.decode(without_breaks(text))
}

fn without_breaks(text: &str) -> String {
    text.replace(['\r', '\n'], "")
}

/// Puts a mask in place of every value of `data` that is stored as it is.
pub(crate) fn mask(wire: &mut Value, is_stored: &dyn Fn(&str, &str) -> bool) {
    let entries = wire.get_mut("data").and_then(Value::as_object_mut);
    for (name, value) in entries.into_iter().flatten() {
        let text = value.as_str().and_then(|text| {
            let bytes = decode(text).ok()?;
            Some(String::from_utf8(bytes).unwrap_or_else(|_| without_breaks(text)))
        });
        if text.is_some_and(|text| is_stored(name, &text)) {
            *value = json!(BASE64.encode(MASK));
        }
    }
}

/// Puts masks in place of all values of a Secret that was applied.
pub(crate) fn mask_applied(applied: &mut Value) {
    for (list, mask) in [
        ("data", BASE64.encode(MASK)),
        ("stringData", MASK.to_owned()),
    ] {
        let entries = applied.get_mut(list).and_then(Value::as_object_mut);
        for (_, value) in entries.into_iter().flatten() {
            *value = json!(mask);
        }
    }
}

/// The entries of `data` or `stringData`.
pub(crate) fn members<'a>(
    wire: &'a Value,
    name: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    wire.get(name)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_and_never_shown() {
        let wire = json!({"data": {"user": "b\nWU\r\n=\n", "blob": "////\n/w=="}, "stringData": {"password": "hunter2"}, "type": "x"});
        let mut doc = Map::new();
        read(&wire, &mut doc);
        assert_eq!(
            doc["data"],
            json!({"user": "me", "blob": "/////w==", "password": "hunter2"})
        );
        assert_eq!(doc["binary"], json!(["blob"]));
        let shown = Value::Object(show(&Value::Object(doc)));
        assert_eq!(
            shown["data"],
            json!({"user": "KioqKioq", "blob": "KioqKioq", "password": "KioqKioq"})
        );
    }
}
