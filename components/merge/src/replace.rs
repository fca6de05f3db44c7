//! Full replacement of a document.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::equal::equal;
use crate::error::{Code, Error};
use crate::errors::Errors;
use crate::origin::{Merged, Source, Traced};
use crate::pointer::Path;
use crate::rows::{Key, find_by_key, key_of, row_key, unique_keys};
use crate::rules::{ReorderOnly, ReplaceRules, Unmatched};

/// Replaces a document: what the payload omits is unset, except where the rules say otherwise.
/// Members stand in the payload's order; those that stay although the payload omits them follow in
/// the current one.
///
/// A mask anywhere in the payload keeps the current value at the same place. So with no rules but a
/// mask, this also takes the masks out of a document that another operation made.
pub fn replace(current: &Value, payload: &Value, rules: &ReplaceRules) -> Result<Merged, Error> {
    let mut replacement = Replacement {
        rules,
        errors: Errors::default(),
    };
    let merged = replacement.put(Some(current), payload, &Path::Root);
    let merged = merged.unwrap_or(Traced::Whole(Value::Null, Source::Payload));
    replacement.errors.or(())?;
    merged.finish()
}

struct Replacement<'r> {
    rules: &'r ReplaceRules,
    errors: Errors,
}

impl Replacement<'_> {
    /// What the payload's value becomes; none if it is left out.
    fn put(&mut self, current: Option<&Value>, payload: &Value, path: &Path) -> Option<Traced> {
        if self.rules.is_server(path) {
            return current.map(|value| Traced::Whole(value.clone(), Source::Server));
        }
        if payload
            .as_str()
            .is_some_and(|text| self.rules.is_mask(text))
        {
            return self.unmask(current, path);
        }
        if let (Some(rule), Some(current)) = (self.rules.immutable_at(path), current) {
            let empty = rule.empty && payload.as_str() == Some("");
            return if empty {
                Some(kept(current))
            } else {
                Some(self.unchanged(current, payload, path))
            };
        }
        if let Some(rule) = self.rules.reorder_at(path) {
            return Some(self.reorder(rule, current, payload, path));
        }
        Some(self.put_inside(current, payload, path))
    }

    fn put_inside(&mut self, current: Option<&Value>, payload: &Value, path: &Path) -> Traced {
        match payload {
            Value::Object(members) => {
                self.put_object(current.and_then(Value::as_object), members, path)
            }
            _ => match (
                current.and_then(|value| self.staying_inside(value, path)),
                payload,
            ) {
                (Some(staying), Value::Null) => staying,
                (Some(staying), _) => {
                    let message =
                        "holds members that cannot be removed: send an object, or leave it out";
                    self.errors.push(path, Code::WrongType, message);
                    staying
                }
                (None, Value::Array(rows)) => {
                    self.put_list(current.and_then(Value::as_array), rows, path)
                }
                (None, _) => Traced::Whole(payload.clone(), Source::Payload),
            },
        }
    }

    fn put_object(
        &mut self,
        current: Option<&Map<String, Value>>,
        payload: &Map<String, Value>,
        path: &Path,
    ) -> Traced {
        let mut merged = IndexMap::with_capacity(payload.len());
        for (name, value) in payload {
            let own = current.and_then(|members| members.get(name));
            if let Some(member) = self.put(own, value, &path.member(name)) {
                merged.insert(name.clone(), member);
            }
        }
        for (name, value) in current.into_iter().flatten() {
            if !payload.contains_key(name)
                && let Some(member) = self.staying(value, &path.member(name))
            {
                merged.insert(name.clone(), member);
            }
        }
        Traced::Object(merged, Source::Payload)
    }

    fn put_list(&mut self, current: Option<&Vec<Value>>, payload: &[Value], path: &Path) -> Traced {
        let current = current.map(Vec::as_slice).unwrap_or_default();
        let mut merged = Vec::with_capacity(payload.len());
        if let Some(key) = self.rules.key_at(path) {
            let keys = unique_keys(payload, key, path, &mut self.errors);
            let stored = find_by_key(current, key);
            for (index, (row, name)) in payload.iter().zip(keys).enumerate() {
                let own = name.and_then(|name| stored.get(&name).copied());
                merged.extend(self.put(own, row, &path.row(index)));
            }
        } else {
            for (index, row) in payload.iter().enumerate() {
                merged.extend(self.put(current.get(index), row, &path.row(index)));
            }
        }
        Traced::List(merged, Source::Payload)
    }

    /// What stays of a current value that the payload omits.
    fn staying(&self, current: &Value, path: &Path) -> Option<Traced> {
        if self.rules.is_server(path) {
            return Some(Traced::Whole(current.clone(), Source::Server));
        }
        if self.rules.stays(path) {
            return Some(kept(current));
        }
        self.staying_inside(current, path)
    }

    /// What stays of the members of a current value, whatever becomes of the value itself.
    fn staying_inside(&self, current: &Value, path: &Path) -> Option<Traced> {
        // The rows of an omitted list are gone with it, so only objects are looked into.
        let members = current.as_object()?.iter();
        let staying = members.filter_map(|(name, value)| {
            Some((name.clone(), self.staying(value, &path.member(name))?))
        });
        let staying: IndexMap<_, _> = staying.collect();
        (!staying.is_empty()).then_some(Traced::Object(staying, Source::Current))
    }

    fn unmask(&mut self, current: Option<&Value>, path: &Path) -> Option<Traced> {
        let unmatched = self
            .rules
            .mask
            .as_ref()
            .map(|mask| mask.unmatched)
            .unwrap_or_default();
        if current.is_none() && unmatched == Unmatched::Error {
            let message = "is masked, but nothing is stored here that it could stand for: send the real value";
            self.errors.push(path, Code::NotFound, message);
        }
        current.map(kept)
    }

    fn unchanged(&mut self, current: &Value, payload: &Value, path: &Path) -> Traced {
        let document = self.put_inside(Some(current), payload, path).into_value();
        if !equal(current, &document) {
            let message = "cannot be changed: send the value it has, or leave it out";
            self.errors.push(path, Code::Immutable, message);
        }
        kept(current)
    }

    fn reorder(
        &mut self,
        rule: &ReorderOnly,
        current: Option<&Value>,
        payload: &Value,
        path: &Path,
    ) -> Traced {
        let current = current
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let Some(rows) = payload.as_array() else {
            self.errors.push(
                path,
                Code::WrongType,
                "must be a list: send all of its rows in the new order, or leave it out",
            );
            return Traced::Whole(Value::Null, Source::Current);
        };
        let key_in = |row: &Value| {
            rule.key
                .as_ref()
                .and_then(|key| row_key(row, key))
                .or_else(|| key_of(row))
        };
        let mut waiting: BTreeMap<Key, Option<&Value>> = BTreeMap::new();
        let mut nameless = Vec::new();
        for row in current {
            match key_in(row).map(|name| waiting.entry(name)) {
                Some(Entry::Vacant(place)) => {
                    place.insert(Some(row));
                }
                // A row that no payload can name must not be lost for it.
                Some(Entry::Occupied(_)) | None => nameless.push(row),
            }
        }
        let mut ordered = Vec::with_capacity(current.len());
        for (index, row) in rows.iter().enumerate() {
            let path = path.row(index);
            let Some(name) = key_in(row) else {
                self.errors.push(
                    &path,
                    Code::WrongType,
                    "must be the key of a row, or an object that has it",
                );
                continue;
            };
            match waiting.get_mut(&name).map(Option::take) {
                Some(Some(stored)) => ordered.push(kept(stored)),
                Some(None) => self.errors.push(
                    &path,
                    Code::Duplicate,
                    format!("{name} is in the list twice: remove one"),
                ),
                None => {
                    let message =
                        format!("the list can only be reordered and has no {name}: remove it");
                    self.errors.push(&path, Code::UnknownMember, message);
                }
            }
        }
        let missing: Vec<&str> = waiting
            .iter()
            .filter(|(_, row)| row.is_some())
            .map(|(name, _)| name.as_str())
            .collect();
        if !missing.is_empty() {
            let message = format!(
                "can only be reordered, but lacks [{}]: send all of its rows",
                missing.join(", ")
            );
            self.errors.push(path, Code::NotAPermutation, message);
        }
        ordered.extend(nameless.into_iter().map(kept));
        Traced::List(ordered, Source::Current)
    }
}

fn kept(current: &Value) -> Traced {
    Traced::Whole(current.clone(), Source::Current)
}
