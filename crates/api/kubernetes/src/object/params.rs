//! The rows of `spec.params` and `spec.auth.params`: `{name, value}`, of which the value is a text,
//! a list or an object.
//!
//! Rows without a value are not shown and stay. In place of a secret there is its mask, or an empty
//! text where it is still to be set.

use hub::class::Class;
use hub::connector::parameters::{self, Shown, as_kind, list};
use hub::slot::{MASKED, Slot, shown};
use serde_json::{Map, Value, json};

use super::member::set;

const DIALECT: &str = "kubernetes";

/// The classes that a document names, before it is written and after.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OfClass<'c> {
    /// The class that it was of.
    pub before: Option<&'c Class>,
    /// The class that it is of.
    pub after: Option<&'c Class>,
}

/// The rows of a document, or of its `auth`.
pub(crate) fn show(doc: &Value, class: Option<&Class>) -> Vec<Value> {
    let rows = list(doc, class).into_iter().filter(is_shown);
    rows.map(|row| json!({"name": row.name_in(DIALECT), "value": row.value.map(as_shown)}))
        .collect()
}

/// The address, which stands in a field of its own.
pub(crate) fn address(doc: &Value, class: Option<&Class>) -> Option<Value> {
    let parameters = list(doc, class);
    let of_parameter = parameters.iter().find(|row| row.is_address());
    let value = of_parameter.and_then(|row| row.value);
    value.or_else(|| doc.get("address")).map(as_shown)
}

fn is_shown(row: &Shown<'_>) -> bool {
    !row.is_address() && row.value.is_some_and(|value| !value.is_null())
}

fn as_shown(value: &Value) -> Value {
    shown(value, MASKED).unwrap_or_default()
}

/// Sets the address, or takes it out. Its row only holds its place.
pub(crate) fn set_address(
    doc: &mut Map<String, Value>,
    class: Option<&Class>,
    address: Option<Value>,
) {
    let name = class.and_then(Class::address).map(|known| &known.name);
    let rows = doc.get_mut("params").and_then(Value::as_array_mut);
    for row in rows.into_iter().flatten().filter_map(Value::as_object_mut) {
        if name.is_some_and(|name| row.get("name") == Some(&json!(name))) {
            row.shift_remove("value");
        }
    }
    set(doc, "address", address);
}

/// Puts the rows that are given in place of those that are shown. A row that says the address, as
/// its field does, is folded into that.
pub(crate) fn put(doc: &mut Map<String, Value>, given: Option<Value>, class: OfClass<'_>) {
    let stored = Value::Object(doc.clone());
    let known = list(&stored, class.before);
    let given = match given {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    };
    let mut names: Vec<String> = Vec::new();
    let mut rows: Vec<Map<String, Value>> = Vec::new();
    for row in &given {
        let name = hub_name(row, &known, class.after);
        if !is_address(&name, class.after) {
            rows.push(written(&name, row, &known));
            names.push(name);
        }
    }
    // A row without a value may get one.
    let is_written =
        |row: &Shown<'_>| !row.is_address() && names.iter().any(|name| name == row.name);
    parameters::put(doc, class.before, rows, |row| {
        is_shown(row) || is_written(row)
    });
}

/// Whether the row of that name is that of the address.
pub(crate) fn is_address(name: &str, class: Option<&Class>) -> bool {
    let parameter = class.and_then(|class| class.parameter(name));
    parameter.is_some_and(|parameter| parameter.is_address)
}

/// What the hub calls a row.
pub(crate) fn hub_name(row: &Value, known: &[Shown<'_>], class: Option<&Class>) -> String {
    let name = hub::json::text_at(row, "/name");
    let shown = known.iter().find(|known| known.name_in(DIALECT) == name);
    let of_class = || class?.parameter_in(DIALECT, name).map(|known| &*known.name);
    let found = shown.map(|known| known.name).or_else(of_class);
    found.unwrap_or(name).to_owned()
}

/// A row as it is stored: with all that it had besides its value.
fn written(name: &str, given: &Value, known: &[Shown<'_>]) -> Map<String, Value> {
    let known = known.iter().find(|known| known.name == name);
    let mut row = known
        .and_then(|known| known.row)
        .cloned()
        .unwrap_or_default();
    let value = given.get("value").cloned().unwrap_or_default();
    let value = restored(value, known.and_then(|known| known.value));
    row.insert("name".to_owned(), json!(name));
    row.insert("value".to_owned(), value);
    row
}

/// What is stored, wherever in a value it is given as it is shown; what is given otherwise, of the
/// type that it had.
pub(crate) fn restored(given: Value, stored: Option<&Value>) -> Value {
    let Some(stored) = stored else { return given };
    if as_shown(stored) == given || shown(stored, MASKED).as_ref() == Some(&given) {
        return stored.clone();
    }
    match (given, stored) {
        (given, stored) if Slot::of(stored).is_some() => given,
        (Value::Object(given), Value::Object(stored)) => {
            let members = given.into_iter().map(|(name, value)| {
                let value = restored_inside(value, stored.get(&name));
                (name, value)
            });
            Value::Object(members.collect())
        }
        (Value::Array(given), Value::Array(stored)) => {
            let items = given.into_iter().enumerate();
            items
                .map(|(index, item)| match stored.get(index) {
                    Some(stored) if shown(stored, MASKED).as_ref() == Some(&item) => stored.clone(),
                    _ => item,
                })
                .collect()
        }
        (given, Value::Number(_)) => as_kind(&given, "number"),
        (given, Value::Bool(_)) => as_kind(&given, "boolean"),
        (given, _) => given,
    }
}

/// The same of a member, which is shown with the type that it has.
fn restored_inside(given: Value, stored: Option<&Value>) -> Value {
    match (&given, stored) {
        (Value::Object(_) | Value::Array(_), _) => restored(given, stored),
        (_, Some(stored)) if shown(stored, MASKED).as_ref() == Some(&given) => stored.clone(),
        _ => given,
    }
}
