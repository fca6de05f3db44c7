//! Rows of keyed lists: finding them by key, and saying what is wrong with them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::Code;
use crate::errors::Errors;
use crate::pointer::Path;

/// What names a row. Text, so that keys have an order: a hash map would draw random numbers from
/// the host.
pub(crate) type Key = String;

/// The key of a scalar; `1` and `"1"` differ.
pub(crate) fn key_of(value: &Value) -> Option<Key> {
    (!value.is_object() && !value.is_array() && !value.is_null()).then(|| value.to_string())
}

/// The key of a row that may lack one.
pub(crate) fn row_key(row: &Value, key: &str) -> Option<Key> {
    row.get(key).and_then(key_of)
}

/// The rows by key. Rows without a key cannot be found; of several with one key, the first is.
pub(crate) fn find_by_key<'a>(rows: &'a [Value], key: &str) -> BTreeMap<Key, &'a Value> {
    places_by_key(rows, key)
        .into_iter()
        .map(|(name, (_, row))| (name, row))
        .collect()
}

/// As [`find_by_key`], with the index of each row.
pub(crate) fn places_by_key<'a>(rows: &'a [Value], key: &str) -> BTreeMap<Key, (usize, &'a Value)> {
    let mut found = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        if let Some(name) = row_key(row, key) {
            found.entry(name).or_insert((index, row));
        }
    }
    found
}

/// The key of every row, in order. A row without a key, or with another row's, is an error.
pub(crate) fn unique_keys(
    rows: &[Value],
    key: &str,
    path: &Path,
    errors: &mut Errors,
) -> Vec<Option<Key>> {
    let mut seen = BTreeMap::new();
    let mut keys = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let name = required_key(row, key, &path.row(index), errors);
        if let Some(name) = &name
            && let Some(first) = seen.insert(name.clone(), index)
        {
            seen.insert(name.clone(), first);
            let message =
                format!("{name} is already the {key} of row {first}: remove one of the two");
            errors.push(&path.row(index).member(key), Code::Duplicate, message);
        }
        keys.push(name);
    }
    keys
}

fn required_key(row: &Value, key: &str, path: &Path, errors: &mut Errors) -> Option<Key> {
    let Some(members) = row.as_object() else {
        errors.push(
            path,
            Code::WrongType,
            format!("must be an object with the member {key:?}"),
        );
        return None;
    };
    let Some(value) = members.get(key) else {
        errors.push(
            &path.member(key),
            Code::Required,
            format!("every row needs the member {key:?}: add it"),
        );
        return None;
    };
    let name = key_of(value);
    if name.is_none() {
        errors.push(
            &path.member(key),
            Code::WrongType,
            "names the row: make it a string",
        );
    }
    name
}
