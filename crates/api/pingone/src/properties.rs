//! The `properties` of a connector instance and the rows that they are in the hub.
//!
//! A property is a row with the property's own members, so that other dialects see name and value.
//! What is secret, at any depth, is marked as hub::connector has it. Members of a property that are
//! named like those marks get a `$` in front, as many times as they have one already.

use hub::class::Class;
use hub::connector::{SECRET, SENSITIVE, is_reference};
use hub::error::{FieldCode, FieldError};
use hub::fields::FieldErrors;
use hub::secret::{MASK, is_mask};
use serde_json::{Map, Value, json};

/// Marks a value that is no object, and stands by itself where others are `{"value": …}`.
const BARE: &str = "bare";
const NAME: &str = "name";
const VALUE: &str = "value";
/// What says that a property is secret, as published.
const SECURE: &str = "secure";
const MARKS: [&str; 3] = [SECRET, SENSITIVE, BARE];

/// The rows of properties.
pub(crate) fn rows(properties: &Map<String, Value>, class: Option<&Class>) -> Vec<Value> {
    let row = |(name, value): (&String, &Value)| {
        let members = match value {
            Value::Object(members) => marked(name, members, class),
            _ => bare(value, holds_secret(name, value, class), class),
        };
        let mut row = Map::new();
        row.insert(NAME.to_owned(), json!(name));
        let members = members.into_iter();
        row.extend(members.map(|(name, value)| (escaped(&name, &[NAME]), value)));
        Value::Object(row)
    };
    properties.iter().map(row).collect()
}

/// The members of an object with a mark if its value is secret, and so on inside of it.
fn marked(name: &str, members: &Map<String, Value>, class: Option<&Class>) -> Map<String, Value> {
    let is_secure = members.get(SECURE) == Some(&Value::Bool(true));
    let sensitive = members.contains_key(VALUE) && (is_secure || is_sensitive(name, class));
    let mut marked = Map::new();
    for (name, value) in members {
        let inside = if sensitive && name == VALUE {
            value.clone()
        } else {
            marked_inside(name, value, class)
        };
        marked.insert(escaped(name, &MARKS), inside);
    }
    if sensitive {
        marked.insert(SENSITIVE.to_owned(), json!(true));
    }
    marked
}

fn marked_inside(name: &str, value: &Value, class: Option<&Class>) -> Value {
    match value {
        Value::Object(members) => Value::Object(marked(name, members, class)),
        _ if holds_secret(name, value, class) => Value::Object(bare(value, true, class)),
        Value::Array(items) => items
            .iter()
            .map(|item| marked_inside("", item, class))
            .collect(),
        _ => value.clone(),
    }
}

fn bare(value: &Value, sensitive: bool, class: Option<&Class>) -> Map<String, Value> {
    let mut members = Map::new();
    let value = if sensitive {
        value.clone()
    } else {
        marked_inside(VALUE, value, class)
    };
    members.insert(VALUE.to_owned(), value);
    members.insert(BARE.to_owned(), json!(true));
    if sensitive {
        members.insert(SENSITIVE.to_owned(), json!(true));
    }
    members
}

fn holds_secret(name: &str, value: &Value, class: Option<&Class>) -> bool {
    is_sensitive(name, class) && !value.is_null()
}

/// The value of a property has the property's name, not its own.
fn is_sensitive(name: &str, class: Option<&Class>) -> bool {
    name != VALUE && class.is_some_and(|class| class.is_sensitive(name))
}

/// The properties of rows, with the mask in place of every secret.
pub(crate) fn properties(rows: &[Value], class: Option<&Class>) -> Map<String, Value> {
    let rows = rows.iter().filter_map(Value::as_object);
    rows.map(|row| {
        let name = row.get(NAME).and_then(Value::as_str).unwrap_or_default();
        let members = row.iter().filter(|(name, _)| *name != NAME);
        let members = members.map(|(name, value)| (unescaped(name, &[NAME]), value.clone()));
        (name.to_owned(), shown(name, &members.collect(), class))
    })
    .collect()
}

fn shown(name: &str, members: &Map<String, Value>, class: Option<&Class>) -> Value {
    let is = |mark: &str| members.get(mark) == Some(&Value::Bool(true));
    let secret = members.contains_key(SECRET);
    let mut shown = Map::new();
    for (name, value) in members {
        if ![SECRET, SENSITIVE, BARE].contains(&name.as_str()) {
            let name = unescaped(name, &MARKS);
            let inside = shown_inside(&name, value, class);
            shown.insert(name, inside);
        }
    }
    if secret {
        shown.insert(VALUE.to_owned(), json!(MASK));
    }
    // A row of another dialect may be secret although nothing here says so.
    let must_say_so = (secret || is(SENSITIVE))
        && shown.get(SECURE) != Some(&Value::Bool(true))
        && !is_sensitive(name, class);
    if must_say_so {
        shown.insert(SECURE.to_owned(), json!(true));
    } else if is(BARE) {
        return shown.shift_remove(VALUE).unwrap_or_default();
    }
    Value::Object(shown)
}

fn shown_inside(name: &str, value: &Value, class: Option<&Class>) -> Value {
    match value {
        Value::Object(members) => shown(name, members, class),
        Value::Array(items) => items
            .iter()
            .map(|item| shown_inside("", item, class))
            .collect(),
        _ => value.clone(),
    }
}

/// Notes every secret that cannot be stored: a mask where nothing is stored yet that it could stand
/// for, and a value where only references to secrets are wanted.
pub(crate) fn check_secrets(
    rows: &[Value],
    is_new: bool,
    references_only: bool,
    faults: &mut FieldErrors,
) {
    let problem = |value: &Value| {
        let text = value.as_str();
        if text.is_some_and(is_mask) {
            is_new.then_some(
                "is a mask, but nothing is stored that it could stand for: send the value",
            )
        } else {
            let raw = !value.is_null() && text != Some("") && !is_reference(value);
            (raw && references_only).then_some(
                "must be a reference to a secret, {\"secretRef\": {\"name\": …, \"key\": …}}: this environment keeps its secrets elsewhere",
            )
        }
    };
    for row in rows.iter().filter_map(Value::as_object) {
        let name = row.get(NAME).and_then(Value::as_str).unwrap_or_default();
        check_inside(&format!("properties.{name}"), row, &problem, faults);
    }
}

fn check_inside(
    path: &str,
    members: &Map<String, Value>,
    problem: &impl Fn(&Value) -> Option<&'static str>,
    faults: &mut FieldErrors,
) {
    let value = members
        .get(VALUE)
        .filter(|_| members.contains_key(SENSITIVE));
    if let Some(message) = value.and_then(problem) {
        let field = if members.contains_key(BARE) {
            path.to_owned()
        } else {
            format!("{path}.{VALUE}")
        };
        faults.push(FieldError::new(field, FieldCode::Invalid, message));
    }
    for (name, value) in members {
        let path = format!("{path}.{}", unescaped(name, &MARKS));
        check_value(&path, value, problem, faults);
    }
}

fn check_value(
    path: &str,
    value: &Value,
    problem: &impl Fn(&Value) -> Option<&'static str>,
    faults: &mut FieldErrors,
) {
    match value {
        Value::Object(members) => check_inside(path, members, problem, faults),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_value(&format!("{path}[{index}]"), item, problem, faults);
            }
        }
        _ => {}
    }
}

fn escaped(name: &str, marks: &[&str]) -> String {
    if marks.contains(&name.trim_start_matches('$')) {
        format!("${name}")
    } else {
        name.to_owned()
    }
}

fn unescaped(name: &str, marks: &[&str]) -> String {
    match name.strip_prefix('$') {
        Some(rest) if marks.contains(&rest.trim_start_matches('$')) => rest.to_owned(),
        _ => name.to_owned(),
    }
}
