//! The parameters of a connector: one value each, which every dialect shows in its own form.
//!
//! A value stands in the row of its name under `params`; that of the parameter which is the address
//! stands in `address`, and its row only holds its place. Rows of applications that have the value
//! of the parameter of their name are linked to it ([`super::applications`]).

use serde_json::{Map, Value, json};

use crate::class::{Class, Parameter};

/// The rows of an application that can be parameters.
pub(super) const APP_CONFIGS: &str = "appConfigs";

/// A parameter of a connector.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The name of its row.
    pub name: &'a str,
    /// What the class says of it.
    pub parameter: Option<&'a Parameter>,
    /// Its row, where it has one: what a dialect keeps with the value.
    pub row: Option<&'a Map<String, Value>>,
    /// Its value, which may be a slot or have slots in it ([`crate::slot`]).
    pub value: Option<&'a Value>,
}

impl<'a> Shown<'a> {
    /// Whether it is the address of the tool.
    pub fn is_address(&self) -> bool {
        self.parameter.is_some_and(|parameter| parameter.is_address)
    }

    /// What a dialect calls it.
    pub fn name_in(&self, dialect: &str) -> &'a str {
        self.parameter
            .map_or(self.name, |parameter| parameter.name_in(dialect))
    }
}

/// The parameters of a connector in order: those that have a row, the address where it has none,
/// and those that only an application has.
pub fn list<'a>(doc: &'a Value, class: Option<&'a Class>) -> Vec<Shown<'a>> {
    let address = doc.get("address").filter(|address| is_set(address));
    let mut shown: Vec<Shown<'a>> = Vec::new();
    for row in rows(doc.get("params")) {
        let Some(name) = row.get("name").and_then(Value::as_str) else {
            continue;
        };
        let parameter = class.and_then(|class| class.parameter(name));
        let is_address = parameter.is_some_and(|parameter| parameter.is_address);
        let value = row.get("value").or(address.filter(|_| is_address));
        shown.push(Shown {
            name,
            parameter,
            row: Some(row),
            value,
        });
    }
    let Some(class) = class else {
        return shown;
    };
    if let (Some(address), Some(parameter)) = (address, class.address())
        && !shown.iter().any(Shown::is_address)
    {
        let value = Some(address);
        shown.insert(0, of_class(parameter, value));
    }
    for row in application_rows(doc) {
        let parameter = parameter_of(row, class);
        let value = row.get("value").filter(|value| is_set(value));
        if let (Some(parameter), Some(_)) = (parameter, value)
            && !shown.iter().any(|known| known.name == parameter.name)
        {
            shown.push(of_class(parameter, value));
        }
    }
    shown
}

fn of_class<'a>(parameter: &'a Parameter, value: Option<&'a Value>) -> Shown<'a> {
    Shown {
        name: &parameter.name,
        parameter: Some(parameter),
        row: None,
        value,
    }
}

/// The value of the parameter of that name.
pub fn value<'a>(doc: &'a Value, class: Option<&'a Class>, name: &str) -> Option<&'a Value> {
    let shown = list(doc, class);
    let found = shown.into_iter().find(|shown| shown.name == name);
    found?.value.filter(|value| is_set(value))
}

/// Puts the rows that a dialect gives in place of those that it shows. Rows that it does not show
/// stay where they are.
pub fn put(
    doc: &mut Map<String, Value>,
    class: Option<&Class>,
    given: Vec<Map<String, Value>>,
    is_shown: impl Fn(&Shown<'_>) -> bool,
) {
    let stored = Value::Object(std::mem::take(doc));
    let mut given = given.into_iter();
    let mut params: Vec<Value> = Vec::new();
    let mut shows_address = false;
    for shown in list(&stored, class) {
        if is_shown(&shown) {
            shows_address |= shown.is_address();
            params.extend(given.next().map(Value::Object));
        } else {
            params.extend(shown.row.cloned().map(Value::Object));
        }
    }
    params.extend(given.map(Value::Object));
    if let Value::Object(members) = stored {
        *doc = members;
    }
    if shows_address {
        doc.shift_remove("address");
    }
    move_address(doc, &mut params, class);
    if params.is_empty() {
        doc.shift_remove("params");
    } else {
        doc.insert("params".to_owned(), Value::Array(params));
    }
}

/// Takes the address out of its row.
pub(super) fn move_address(
    doc: &mut Map<String, Value>,
    params: &mut [Value],
    class: Option<&Class>,
) {
    let Some(parameter) = class.and_then(Class::address) else {
        return;
    };
    let rows = params.iter_mut().filter_map(Value::as_object_mut);
    for row in rows.filter(|row| row.get("name") == Some(&json!(parameter.name))) {
        if row.get("value").is_some_and(Value::is_string)
            && let Some(address) = row.shift_remove("value")
            && is_set(&address)
        {
            doc.insert("address".to_owned(), address);
        }
    }
}

/// Whether a value says something.
pub fn is_set(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

/// A value as a text, where it is one of a kind that texts can stand for.
pub fn as_text(value: &Value) -> Value {
    match value {
        Value::Number(_) | Value::Bool(_) => json!(value.to_string()),
        other => other.clone(),
    }
}

/// A value as the type of its parameter, where it is a text that stands for one.
pub fn as_kind(value: &Value, kind: &str) -> Value {
    let Some(text) = value.as_str() else {
        return value.clone();
    };
    let read = match kind {
        "number" => text.parse().ok().map(Value::Number),
        "boolean" => text.parse().ok().map(Value::Bool),
        _ => None,
    };
    // Only what is written back as it was.
    let is_same = |read: &Value| {
        let printed = read.to_string();
        printed == text
    };
    read.filter(is_same).unwrap_or_else(|| value.clone())
}

/// What is stored, where a dialect gives what it shows of it; what it gives otherwise.
pub fn kept(given: Value, stored: Option<&Value>, shows: impl Fn(&Value) -> Value) -> Value {
    match stored {
        Some(stored) if shows(stored) == given => stored.clone(),
        _ => given,
    }
}

pub(super) fn parameter_of<'c>(
    row: &Map<String, Value>,
    class: &'c Class,
) -> Option<&'c Parameter> {
    class.parameter(row.get("name")?.as_str()?)
}

fn rows(list: Option<&Value>) -> impl Iterator<Item = &Map<String, Value>> {
    let rows = list.and_then(Value::as_array).into_iter().flatten();
    rows.filter_map(Value::as_object)
}

fn application_rows(doc: &Value) -> impl Iterator<Item = &Map<String, Value>> {
    let applications = doc.get("applications").and_then(Value::as_array);
    let lists = applications
        .into_iter()
        .flatten()
        .map(|application| application.get(APP_CONFIGS));
    lists.flat_map(rows)
}

#[cfg(test)]
#[path = "parameters_tests.rs"]
mod tests;
