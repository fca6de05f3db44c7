//! Takes the secrets out of a document before it is stored.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::counterpart;
use super::is_reference;
use crate::class::Class;
use crate::error::{Error, FieldCode, FieldError, Result};
use crate::pointer::escaped;
use crate::scope::SecretStore;
use crate::secrecy::{self, Secrecy};
use crate::secret::{Clear, is_mask};
use crate::slot::{self, Slot};

/// What the secret object of a connector is to hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Secrets {
    /// Entries with new values.
    pub new: Vec<(String, Clear)>,
    /// Entries that stay as they are stored.
    pub kept: BTreeSet<String>,
}

impl Secrets {
    /// The new value of an entry.
    pub(super) fn new_value(&self, entry: &str) -> Option<&Clear> {
        let found = self.new.iter().find(|(known, _)| known == entry);
        found.map(|(_, value)| value)
    }

    /// Forgets an entry that nothing refers to.
    pub(super) fn forget(&mut self, entry: &str) {
        self.new.retain(|(known, _)| known != entry);
        self.kept.remove(entry);
    }
}

/// What is known besides a document when its secrets are taken out.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    /// The class of the connector.
    pub class: Option<&'a Class>,
    /// Whether the scope takes values of secrets.
    pub store: SecretStore,
    /// Entries that are stored with the document already, as they are with items of jobs.
    pub sealed: &'a BTreeSet<String>,
    /// The end of the names of new entries; empty where they are known to be new by themselves.
    pub suffix: &'a str,
}

/// Takes the secrets out of a document, wherever in it they are: what is left has slots
/// ([`crate::slot`]) for the entries that are returned.
///
/// A mask, and a slot, keep what `current` has at the same place: rows are found by their name, so
/// an entry stays with its row for good. Where nothing is stored, a secret is still to be set.
/// Entries of `current` that are not returned are to go.
///
/// # Errors
/// [`Error::Invalid`] with every field that holds a value where the scope wants references.
pub fn take(doc: &mut Value, current: Option<&Value>, rules: Rules<'_>) -> Result<Secrets> {
    let stored = current.map(slot::entries).unwrap_or_default();
    let mut taking = Taking {
        rules,
        names: stored.clone(),
        stored,
        secrets: Secrets::default(),
        errors: Vec::new(),
    };
    taking.names.extend(rules.sealed.iter().cloned());
    taking.value(doc, current, &Place::Root, Secrecy::ByName);
    Error::check(taking.errors)?;
    Ok(taking.secrets)
}

/// Where in a document something is. It is printed only where there is a secret: most of what is
/// looked at is none.
enum Place<'a> {
    Root,
    Member(&'a Place<'a>, &'a str),
    /// An item of a list, and its name if it has one.
    Item(&'a Place<'a>, usize, Option<String>),
}

impl Place<'_> {
    /// The name of its entry: names where there are any, so that it tells what it is.
    fn entry(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(Self::Root, name) => escaped(name),
            Self::Member(parent, "value") if matches!(parent, Self::Item(_, _, Some(_))) => {
                parent.entry()
            }
            Self::Member(parent, name) => format!("{}.{}", parent.entry(), escaped(name)),
            Self::Item(parent, _, Some(name)) => format!("{}.{}", parent.entry(), escaped(name)),
            Self::Item(parent, index, None) => format!("{}.{index}", parent.entry()),
        }
    }

    /// As errors name it.
    fn field(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(Self::Root, name) => (*name).to_owned(),
            Self::Member(parent, name) => format!("{}.{name}", parent.field()),
            Self::Item(parent, index, _) => format!("{}[{index}]", parent.field()),
        }
    }

    /// The name of a member.
    fn name(&self) -> Option<&str> {
        match self {
            Self::Member(_, name) => Some(name),
            Self::Root | Self::Item(..) => None,
        }
    }

    /// The names of members and rows from the first that a class can know: below `params`, and
    /// below a list of rows.
    fn parameter(&self) -> Vec<&str> {
        match self {
            Self::Root => Vec::new(),
            Self::Member(parent, "value" | "properties") => parent.parameter(),
            Self::Member(parent, name) => {
                let mut names = parent.parameter();
                names.push(name);
                names
            }
            Self::Item(_, _, Some(name)) => vec![name],
            Self::Item(parent, _, None) => parent.parameter(),
        }
    }
}

struct Taking<'a> {
    rules: Rules<'a>,
    /// The entries that `current` has.
    stored: BTreeSet<String>,
    /// The names that no new entry may have.
    names: BTreeSet<String>,
    secrets: Secrets,
    errors: Vec<FieldError>,
}

impl Taking<'_> {
    fn value(
        &mut self,
        value: &mut Value,
        current: Option<&Value>,
        place: &Place<'_>,
        secrecy: Secrecy,
    ) {
        match Slot::of(value) {
            Some(Slot::Set(entry)) if self.is_known(entry) => {
                self.secrets.kept.insert(entry.to_owned());
                return;
            }
            Some(Slot::Unset) => return,
            // One that names no entry is an object like any other.
            Some(Slot::Set(_)) | None => {}
        }
        match value {
            Value::Object(members) => self.object(members, current, place, secrecy),
            Value::Array(items) => self.items(items, current, place, secrecy),
            Value::String(text) => {
                let taken = self.text(text, current, place, secrecy);
                if let Some(taken) = taken {
                    *value = taken;
                }
            }
            Value::Number(number) if secrecy == Secrecy::Secret => {
                let clear = Clear::new(number.to_string());
                *value = self.new_secret(clear, current, place);
            }
            Value::Number(_) | Value::Bool(_) | Value::Null => {}
        }
    }

    fn object(
        &mut self,
        members: &mut Map<String, Value>,
        current: Option<&Value>,
        place: &Place<'_>,
        secrecy: Secrecy,
    ) {
        let said = secrecy::said_by(members);
        let named = name_of(members).map(str::to_owned);
        let encrypted: Vec<String> = secrecy::encrypted(members).map(str::to_owned).collect();
        let is_property = secrecy::is_property(members);
        for (name, value) in members {
            let current = current.and_then(|current| current.get(name));
            let inside = Place::Member(place, name);
            let of_name = if name == "value" {
                let name = named.as_deref().or(place.name()).unwrap_or_default();
                self.of_value(&place.parameter(), name, said, secrecy)
            } else if secrecy != Secrecy::ByName && !is_property {
                secrecy
            } else if encrypted.contains(name) {
                Secrecy::Secret
            } else if only_holds(place, name) {
                Secrecy::ByName
            } else {
                self.of_path(&inside.parameter(), name)
            };
            if is_whole_secret(name, value, of_name) {
                let clear = Clear::new(value.to_string());
                *value = self.new_secret(clear, current, &inside);
            } else if is_walked(&inside) && !is_reference(value) {
                self.value(value, current, &inside, of_name);
            }
        }
    }

    fn items(
        &mut self,
        items: &mut [Value],
        current: Option<&Value>,
        place: &Place<'_>,
        secrecy: Secrecy,
    ) {
        let counterparts = counterpart::of_items(items, current);
        for (index, (item, current)) in items.iter_mut().zip(counterparts).enumerate() {
            let name = item.as_object().and_then(name_of).map(str::to_owned);
            let inside = Place::Item(place, index, name);
            self.value(item, current, &inside, secrecy);
        }
    }

    /// The slot that takes the place of a text, if it is a secret.
    fn text(
        &mut self,
        text: &mut String,
        current: Option<&Value>,
        place: &Place<'_>,
        secrecy: Secrecy,
    ) -> Option<Value> {
        let stored = match current.and_then(Slot::of) {
            Some(Slot::Set(entry)) => Some(entry),
            _ => None,
        };
        if is_mask(text) {
            let is_secret = secrecy == Secrecy::Secret || current.and_then(Slot::of).is_some();
            return is_secret.then(|| self.kept(stored).to_value());
        }
        let is_secret = match secrecy {
            Secrecy::Open => false,
            Secrecy::Secret => !matches!(text.as_str(), "" | "true" | "false"),
            Secrecy::ByName => secrecy::is_secret_text(text),
        };
        is_secret.then(|| self.new_secret(Clear::new(std::mem::take(text)), current, place))
    }

    fn is_known(&self, entry: &str) -> bool {
        self.stored.contains(entry) || self.rules.sealed.contains(entry)
    }

    /// The slot of an entry that stays as it is, if there is such an entry.
    fn kept<'e>(&mut self, entry: Option<&'e str>) -> Slot<'e> {
        let Some(entry) = entry.filter(|entry| self.is_known(entry)) else {
            return Slot::Unset;
        };
        self.secrets.kept.insert(entry.to_owned());
        Slot::Set(entry)
    }

    fn new_secret(&mut self, clear: Clear, current: Option<&Value>, place: &Place<'_>) -> Value {
        if self.rules.store != SecretStore::Values {
            self.errors.push(FieldError::new(
                place.field(),
                FieldCode::Invalid,
                "must be a reference to a secret, {\"secretRef\": {\"name\": …, \"key\": …}}: this scope keeps its secrets elsewhere",
            ));
            return Slot::Unset.to_value();
        }
        let entry = match current.and_then(Slot::of) {
            Some(Slot::Set(entry)) if self.stored.contains(entry) => entry.to_owned(),
            _ => self.free_name(place.entry()),
        };
        let slot = Slot::Set(&entry).to_value();
        self.secrets.new.push((entry, clear));
        slot
    }

    fn free_name(&mut self, name: String) -> String {
        let name = name + self.rules.suffix;
        let mut free = name.clone();
        let mut number = 2_u32;
        while !self.names.insert(free.clone()) {
            free = format!("{name}-{number}");
            number = number.saturating_add(1);
        }
        free
    }

    /// Of the value of a row, of another pair of a name and a value, or of a property, which has
    /// the property's name.
    fn of_value(&self, path: &[&str], name: &str, said: Secrecy, inherited: Secrecy) -> Secrecy {
        match (self.of_class(path, name), said) {
            (Some(true), _) => Secrecy::Secret,
            (_, Secrecy::Open | Secrecy::Secret) => said,
            (Some(false), Secrecy::ByName) => Secrecy::Open,
            (None, Secrecy::ByName) if inherited != Secrecy::ByName => inherited,
            (None, Secrecy::ByName) => self.of_path(path, name),
        }
    }

    /// What the class says of a path or of the name at its end.
    fn of_class(&self, path: &[&str], name: &str) -> Option<bool> {
        let class = self.rules.class?;
        class
            .says_sensitive(&path.join("."))
            .or_else(|| class.says_sensitive(name))
    }

    /// What the class says of a path or of the name at its end, or else what the name says.
    fn of_path(&self, path: &[&str], name: &str) -> Secrecy {
        match self.of_class(path, name) {
            Some(true) => Secrecy::Secret,
            Some(false) => Secrecy::Open,
            None if secrecy::is_secret_name(name) => Secrecy::Secret,
            None => Secrecy::ByName,
        }
    }
}

/// Whether a list or an object is one secret: the value of a row or a property that is one. One that
/// had its secrets taken out before has slots.
fn is_whole_secret(name: &str, value: &Value, secrecy: Secrecy) -> bool {
    let is_filled = match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    name == "value"
        && secrecy == Secrecy::Secret
        && is_filled
        && !is_reference(value)
        && !slot::is_in(value)
}

/// Whether a member only holds others: the properties of a property, and the lists of a connection
/// ([`crate::object::Kind::Connection`]), which say what credentials it uses and hold none.
fn only_holds(place: &Place<'_>, name: &str) -> bool {
    name == "properties" || (name == "credentials" && matches!(place, Place::Root))
}

/// What names and notes say of an object itself is not looked at: `status` is observed, and the
/// metadata that a dialect keeps has texts that mean what they say.
fn is_walked(place: &Place<'_>) -> bool {
    match place {
        Place::Member(Place::Root, name) => !matches!(*name, "status" | "class" | "description"),
        Place::Member(Place::Member(Place::Member(Place::Root, "extensions"), _), name) => {
            *name != "metadata"
        }
        _ => true,
    }
}

/// The name of a row, or of another pair of a name and a value.
fn name_of(members: &Map<String, Value>) -> Option<&str> {
    let named = ["name", "key"].into_iter();
    named
        .filter_map(|name| members.get(name)?.as_str())
        .find(|name| !name.is_empty())
}

#[cfg(test)]
#[path = "secrets_tests.rs"]
mod tests;
