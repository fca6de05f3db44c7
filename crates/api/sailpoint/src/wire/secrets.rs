//! Takes the secrets out of the objects of a file, before they are written down as items of a job.

use std::collections::BTreeSet;

use hub::class::{Class, Classes};
use hub::connector::{Rules, take};
use hub::scope::SecretStore;
use hub::secrecy;
use hub::secret::{Clear, MASK};
use hub::slot::Slot;
use serde_json::{Map, Value, json};

use super::connector::class;
use super::members::HUB;

/// Takes the secrets out of an object of a file: slots take their place. Masks stay, for what they
/// keep is known when the object is written. The names of entries end with `suffix`.
pub(crate) fn take_secrets(
    config: &mut Value,
    is_source: bool,
    classes: &Classes,
    suffix: &str,
) -> Vec<(String, Clear)> {
    let mut taking = Taking {
        class: None,
        suffix,
        sealed: BTreeSet::new(),
        taken: Vec::new(),
    };
    let object = config.get_mut("object").and_then(Value::as_object_mut);
    let Some(object) = object.filter(|_| is_source) else {
        taking.of_member(config, "file");
        return taking.taken;
    };
    taking.class = classes.get(&class(object));
    let mut apart = Vec::new();
    for name in ["name", "description", "connectorAttributes", HUB] {
        apart.extend(object.shift_remove_entry(name));
    }
    let hub = apart
        .iter()
        .find(|(name, _)| name == HUB)
        .map(|(_, hub)| hub.clone());
    for (name, value) in &mut apart {
        match (name.as_str(), value) {
            ("connectorAttributes", Value::Object(attributes)) => {
                taking.attributes(attributes, hub.as_ref());
            }
            (HUB, value) => taking.of_document(value),
            ("name" | "description", Value::String(_)) => {}
            (name, value) => taking.of_member(value, name),
        }
    }
    taking.of_member(config, "file");
    if let Some(object) = config.get_mut("object").and_then(Value::as_object_mut) {
        object.extend(apart);
    }
    taking.taken
}

struct Taking<'a> {
    class: Option<&'a Class>,
    suffix: &'a str,
    sealed: BTreeSet<String>,
    taken: Vec<(String, Clear)>,
}

impl Taking<'_> {
    /// Attributes are parameters of the class, whatever SailPoint calls them, and a row of the file
    /// may say what one is.
    fn attributes(&mut self, attributes: &mut Map<String, Value>, hub: Option<&Value>) {
        let said = hub.and_then(|hub| hub.get("params")?.as_array());
        let rows = attributes.iter().map(|(attribute, value)| {
            let known = self
                .class
                .and_then(|class| class.parameter_in("sailpoint", attribute));
            let name = known.map_or(attribute, |known| &known.name);
            let mut row = json!({"name": name, "value": value});
            let of_file = said
                .into_iter()
                .flatten()
                .find(|row| row.get("name") == Some(&json!(name)));
            if let (Some(of_file), Some(row)) =
                (of_file.and_then(Value::as_object), row.as_object_mut())
            {
                let marks = secrecy::MARKS
                    .iter()
                    .filter_map(|mark| of_file.get_key_value(*mark));
                row.extend(marks.map(|(name, value)| (name.clone(), value.clone())));
            }
            row
        });
        let encrypted: Vec<String> = secrecy::encrypted(attributes).map(str::to_owned).collect();
        let rows: Vec<Value> = rows.collect();
        let mut doc = json!({"params": rows});
        let list = doc.get_mut("params").and_then(Value::as_array_mut);
        for (row, name) in list.into_iter().flatten().zip(attributes.keys()) {
            if let Some(row) = row.as_object_mut().filter(|_| encrypted.contains(name)) {
                row.insert("sensitive".to_owned(), json!(true));
            }
        }
        self.of_document(&mut doc);
        let rows = doc.get_mut("params").and_then(Value::as_array_mut);
        for (row, value) in rows.into_iter().flatten().zip(attributes.values_mut()) {
            *value = row.get_mut("value").map(Value::take).unwrap_or_default();
        }
    }

    fn of_member(&mut self, value: &mut Value, name: &str) {
        let mut doc = json!({name: value.take()});
        self.of_document(&mut doc);
        *value = doc.get_mut(name).map(Value::take).unwrap_or_default();
    }

    fn of_document(&mut self, doc: &mut Value) {
        let rules = Rules {
            class: self.class,
            store: SecretStore::Values,
            sealed: &self.sealed,
            suffix: self.suffix,
        };
        // It fails only where a scope takes no values.
        let Ok(secrets) = take(doc, None, rules) else {
            return;
        };
        let entries = secrets.new.iter().map(|(entry, _)| entry.clone());
        self.sealed.extend(entries);
        self.taken.extend(secrets.new);
        masks_for_unset(doc);
    }
}

fn masks_for_unset(value: &mut Value) {
    if Slot::of(value) == Some(Slot::Unset) {
        *value = json!(MASK);
        return;
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(masks_for_unset),
        Value::Array(items) => items.iter_mut().for_each(masks_for_unset),
        _ => {}
    }
}
