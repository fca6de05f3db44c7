//! Where a secret is in a stored document: `{"$secret": "<entry>"}` in place of its value, or
//! `{"$secret": null}` for one that is still to be set.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::pointer::escaped;

/// The one member of a slot.
pub const SLOT: &str = "$secret";

/// The place of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot<'a> {
    /// It is stored under this entry of the owner's secret object.
    Set(&'a str),
    /// It is still to be set.
    Unset,
}

impl<'a> Slot<'a> {
    /// The slot that a value is, if it is one.
    pub fn of(value: &'a Value) -> Option<Self> {
        let members = value.as_object().filter(|members| members.len() == 1)?;
        match members.get(SLOT)? {
            Value::String(entry) if !entry.is_empty() => Some(Self::Set(entry)),
            Value::Null => Some(Self::Unset),
            _ => None,
        }
    }

    /// As it stands in a document.
    pub fn to_value(self) -> Value {
        match self {
            Self::Set(entry) => json!({SLOT: entry}),
            Self::Unset => json!({SLOT: null}),
        }
    }
}

/// What a dialect shows in place of secrets.
#[derive(Clone, Copy, Debug)]
pub struct Shows<'a> {
    /// For one that is set.
    pub set: &'a str,
    /// For one that is still to be set; none where the member is left out.
    pub unset: Option<&'a str>,
}

/// The mask for what is set, an empty text for what is not.
pub const MASKED: Shows<'static> = Shows {
    set: crate::secret::MASK,
    unset: Some(""),
};

/// A value as it is shown: with what stands for secrets in their place. None where it is a slot of
/// which nothing is shown.
pub fn shown(value: &Value, shows: Shows<'_>) -> Option<Value> {
    Some(match (Slot::of(value), value) {
        (Some(Slot::Set(_)), _) => json!(shows.set),
        (Some(Slot::Unset), _) => json!(shows.unset?),
        (None, Value::Object(members)) => Value::Object(shown_members(members, shows)),
        (None, Value::Array(items)) => items
            .iter()
            .map(|item| shown(item, shows).unwrap_or_default())
            .collect(),
        (None, other) => other.clone(),
    })
}

/// The members of an object as they are shown.
pub fn shown_members(members: &Map<String, Value>, shows: Shows<'_>) -> Map<String, Value> {
    let members = members.iter();
    let members = members.filter_map(|(name, value)| Some((name.clone(), shown(value, shows)?)));
    members.collect()
}

/// The entries that a document refers to.
pub fn entries(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for_each(document, &mut |_, slot| {
        if let Slot::Set(entry) = slot {
            found.insert(entry.to_owned());
        }
    });
    found
}

/// The JSON Pointers (RFC 6901) of the secrets of a document that are still to be set.
pub fn still_to_be_set(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for_each(document, &mut |pointer, slot| {
        if slot == Slot::Unset {
            found.push(pointer.to_owned());
        }
    });
    found
}

/// Whether there is a slot in a value.
pub fn is_in(value: &Value) -> bool {
    let mut found = false;
    for_each(value, &mut |_, _| found = true);
    found
}

/// Visits every slot with its JSON Pointer.
pub fn for_each<'a>(document: &'a Value, visit: &mut impl FnMut(&str, Slot<'a>)) {
    walk(document, &mut String::new(), visit);
}

/// `pointer` is that of the value, as it is again afterwards: most values are no slots, and need no
/// text of their own.
fn walk<'a>(value: &'a Value, pointer: &mut String, visit: &mut impl FnMut(&str, Slot<'a>)) {
    let length = pointer.len();
    match (Slot::of(value), value) {
        (Some(slot), _) => visit(pointer, slot),
        (None, Value::Object(members)) => {
            for (name, value) in members {
                pointer.push('/');
                if name.contains(['~', '/']) {
                    pointer.push_str(&escaped(name));
                } else {
                    pointer.push_str(name);
                }
                walk(value, pointer, visit);
                pointer.truncate(length);
            }
        }
        (None, Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                pointer.push_str(&format!("/{index}"));
                walk(value, pointer, visit);
                pointer.truncate(length);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_shown_as_what_a_dialect_shows() {
        let doc =
            json!({"a": {SLOT: "e"}, "b": [{"c": {SLOT: null}, "d": 1}], "e": {SLOT: "f", "g": 1}});
        assert_eq!(
            shown(&doc, MASKED),
            Some(json!({"a": "******", "b": [{"c": "", "d": 1}], "e": {SLOT: "f", "g": 1}}))
        );
        let without = Shows {
            set: "*",
            unset: None,
        };
        assert_eq!(shown(&doc["b"][0], without), Some(json!({"d": 1})));
        assert_eq!(entries(&doc), BTreeSet::from(["e".to_owned()]));
        assert_eq!(still_to_be_set(&doc), ["/b/0/c"]);
    }
}
