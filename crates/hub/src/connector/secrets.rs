//! Takes the secrets out of a connector's document before it is stored.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::rows::{for_each_inside, for_each_row};
use super::{SECRET, SENSITIVE};
use crate::class::Class;
use crate::error::{Error, FieldCode, FieldError, Result};
use crate::scope::SecretStore;
use crate::secret::{Clear, is_mask};

/// What the secret object of a connector is to hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Secrets {
    /// Entries with new values.
    pub new: Vec<(String, Clear)>,
    /// Entries that stay as they are stored.
    pub kept: BTreeSet<String>,
}

/// Takes the secrets out of the rows of a document: what is left names the entries that are
/// returned.
///
/// A mask, and a row that names its entry already, keep what `current`, the document as it is
/// stored, has under that name. Where it has nothing the row gets an empty value: an export has
/// masks, and must be importable. Entries of `current` that are not returned are to go.
///
/// # Errors
/// [`Error::Invalid`] with every row that holds a raw value where the scope wants references.
pub fn take_secrets(
    doc: &mut Value,
    current: Option<&Value>,
    class: Option<&Class>,
    store: SecretStore,
) -> Result<Secrets> {
    let mut taking = Taking {
        stored: current.map(entries).unwrap_or_default(),
        references_only: store != SecretStore::Values,
        secrets: Secrets::default(),
        faults: Vec::new(),
    };
    for_each_row(doc, |path, entry, row| {
        let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
        if is_sensitive(row) || class.is_some_and(|class| class.is_sensitive(name)) {
            taking.take(path, entry, row);
        }
        for_each_inside(row, path, entry, &mut |path, entry, inside| {
            if is_sensitive(inside) {
                taking.take(path, entry, inside);
            }
        });
    });
    Error::check(taking.faults)?;
    Ok(taking.secrets)
}

/// The entries that a stored document names.
fn entries(doc: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut note = |members: &Map<String, Value>| {
        let entry = members.get(SECRET).and_then(Value::as_str);
        found.extend(entry.map(str::to_owned));
    };
    for_each_row(&mut doc.clone(), |path, entry, row| {
        note(row);
        for_each_inside(row, path, entry, &mut |_, _, inside| note(inside));
    });
    found
}

fn is_sensitive(members: &Map<String, Value>) -> bool {
    members.contains_key(SECRET) || members.get(SENSITIVE) == Some(&Value::Bool(true))
}

struct Taking {
    stored: BTreeSet<String>,
    references_only: bool,
    secrets: Secrets,
    faults: Vec<FieldError>,
}

impl Taking {
    fn take(&mut self, path: &str, entry: &str, row: &mut Map<String, Value>) {
        let named = row.shift_remove(SECRET).is_some();
        match row.get("value") {
            None if named => self.keep(entry, row),
            None | Some(Value::Null) => {}
            Some(Value::String(text)) if text.is_empty() => {}
            Some(Value::String(text)) if is_mask(text) => self.keep(entry, row),
            Some(value) if is_reference(value) => {}
            Some(_) if self.references_only => self.faults.push(FieldError::new(
                format!("{path}.value"),
                FieldCode::Invalid,
                "must be a reference to a secret, {\"secretRef\": {\"name\": …, \"key\": …}}: this scope keeps its secrets elsewhere",
            )),
            Some(value) => {
                let clear = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                self.secrets.new.push((entry.to_owned(), Clear::new(clear)));
                refer(entry, row);
            }
        }
    }

    fn keep(&mut self, entry: &str, row: &mut Map<String, Value>) {
        if self.stored.contains(entry) {
            self.secrets.kept.insert(entry.to_owned());
            refer(entry, row);
        } else {
            row.insert("value".to_owned(), json!(""));
        }
    }
}

fn refer(entry: &str, row: &mut Map<String, Value>) {
    row.shift_remove("value");
    row.insert(SECRET.to_owned(), json!(entry));
}

/// Whether a value is `{"secretRef": {"name": …, "key": …}}`: a secret that is kept elsewhere.
pub fn is_reference(value: &Value) -> bool {
    let member = |name: &str| {
        value
            .pointer(name)
            .and_then(Value::as_str)
            .is_some_and(|text| !text.is_empty())
    };
    member("/secretRef/name") && member("/secretRef/key")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(doc: &mut Value, current: Option<&Value>) -> Secrets {
        take_secrets(doc, current, None, SecretStore::Values).unwrap()
    }

    #[test]
    fn secrets_are_found_in_rows_and_inside_of_them() {
        let mut doc = json!({
            "params": [
                {"name": "a/b", "value": "one", "sensitive": true},
                {"name": "idp", "value": {"properties": [{"x": {"value": "two", "sensitive": true}}]}},
                {"name": "open", "value": "seen"}
            ],
            "auth": {"params": [{"name": "p", "value": 3, "sensitive": true}]}
        });
        let secrets = take(&mut doc, None);
        let expected = [
            ("params.a~1b", "one"),
            ("params.idp/value/properties/0/x", "two"),
            ("auth.p", "3"),
        ];
        assert_eq!(
            secrets.new,
            expected.map(|(entry, value)| (entry.to_owned(), Clear::new(value)))
        );
        let left = doc.to_string();
        assert!(
            !left.contains("one") && !left.contains("two") && left.contains("seen"),
            "{left}"
        );
    }

    #[test]
    fn a_mask_keeps_what_is_stored_and_a_new_value_replaces_it() {
        let row =
            |name: &str, value: &str| json!({"name": name, "value": value, "sensitive": true});
        let mut current = json!({"params": [row("a", "1"), row("b", "2"), row("c", "3")]});
        take(&mut current, None);
        let mut doc = json!({"params": [row("new", "******"), row("b", "4"), row("a", "******")]});
        let secrets = take(&mut doc, Some(&current));
        assert_eq!(secrets.kept, BTreeSet::from(["params.a".to_owned()]));
        assert_eq!(secrets.new, [("params.b".to_owned(), Clear::new("4"))]);
        assert_eq!(doc["params"][0]["value"], "");
        assert_eq!(doc["params"][2]["secret"], "params.a");
    }

    #[test]
    fn an_entry_cannot_be_claimed_by_naming_it() {
        let mut doc = json!({"params": [{"name": "a", "secret": "params.b"}]});
        let current = json!({"params": [{"name": "b", "secret": "params.b"}]});
        assert_eq!(take(&mut doc, Some(&current)), Secrets::default());
        assert_eq!(doc["params"][0].get("secret"), None);
    }
}
