//! The parameters of a connector: one value each, which every dialect shows in its own form.
//!
//! A value stands in the row of its name under `params`; that of the parameter which is the address
//! stands in `address`, and its row only holds its place. Rows of applications that have the value
//! of the parameter of their name are linked to it: they have [`LINK`] and no value. One that has
//! another value keeps it: an application may differ from its connector.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::secrets::Secrets;
use crate::class::{Class, Parameter};
use crate::slot::Slot;

/// Marks a row of an application whose value is that of the parameter.
const LINK: &str = "$parameter";
/// What such a row is linked to where the parameter is the address, and its value stands there.
const ADDRESS: &str = "address";
/// The rows of an application that can be parameters.
const APP_CONFIGS: &str = "appConfigs";

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
            let row = shown.row.filter(|_| shown.row.is_some());
            params.extend(row.cloned().map(Value::Object));
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
fn move_address(doc: &mut Map<String, Value>, params: &mut [Value], class: Option<&Class>) {
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

/// Makes one value of what stands in several places. Of applications that differ the first that has
/// a value gives it to the parameter. Entries of secrets that nothing refers to any more are
/// forgotten.
pub fn fold(doc: &mut Value, class: &Class, secrets: &mut Secrets) {
    let Some(members) = doc.as_object_mut() else {
        return;
    };
    let mut params = match members.get_mut("params").map(Value::take) {
        Some(Value::Array(params)) => params,
        _ => Vec::new(),
    };
    move_address(members, &mut params, Some(class));
    let applications = members.get_mut("applications").map(Value::take);
    let mut applications = applications.unwrap_or_default();
    for_each_row(&mut applications, |row| {
        if let Some(parameter) = parameter_of(row, class) {
            pass_on(row, parameter, members, &mut params, secrets);
            adopt(row, parameter, members, &mut params);
        }
    });
    let (values, address) = (values(&params), members.get("address"));
    for_each_row(&mut applications, |row| {
        if let Some(parameter) = parameter_of(row, class) {
            let of_parameter = values.get(&parameter.name);
            let address = address.filter(|_| parameter.is_address);
            link(row, of_parameter.or(address), parameter, secrets);
        }
    });
    if let Some(place) = members.get_mut("applications") {
        *place = applications;
    }
    if params.is_empty() {
        members.shift_remove("params");
    } else {
        members.insert("params".to_owned(), Value::Array(params));
    }
}

/// Gives a value that was put into a row that is linked to the parameter, which is what was meant.
fn pass_on(
    row: &mut Map<String, Value>,
    parameter: &Parameter,
    members: &mut Map<String, Value>,
    params: &mut [Value],
    secrets: &mut Secrets,
) {
    if !row.contains_key(LINK) {
        return;
    }
    let says_more = |value: &Value| is_set(value) && Slot::of(value) != Some(Slot::Unset);
    let Some(given) = row.shift_remove("value").filter(says_more) else {
        return;
    };
    let mut rows = params.iter_mut().filter_map(Value::as_object_mut);
    let own = rows.find(|row| row.get("name").and_then(Value::as_str) == Some(&parameter.name));
    let before = match own {
        _ if parameter.is_address => members.insert("address".to_owned(), given.clone()),
        Some(own) => own.insert("value".to_owned(), given.clone()),
        None => {
            row.insert("value".to_owned(), given);
            return;
        }
    };
    let entry = |value: &Option<Value>| match Slot::of(value.as_ref()?) {
        Some(Slot::Set(entry)) => Some(entry.to_owned()),
        _ => None,
    };
    if let Some(old) = entry(&before).filter(|old| entry(&Some(given)).as_ref() != Some(old)) {
        secrets.forget(&old);
    }
}

/// Gives the value of an application's row to a parameter that has none.
fn adopt(
    row: &Map<String, Value>,
    parameter: &Parameter,
    members: &mut Map<String, Value>,
    params: &mut Vec<Value>,
) {
    let Some(value) = row.get("value").filter(|value| is_set(value)) else {
        return;
    };
    let name = &parameter.name;
    let mut rows = params.iter_mut().filter_map(Value::as_object_mut);
    let own = rows.find(|row| row.get("name").and_then(Value::as_str) == Some(name));
    let is_address = parameter.is_address && value.is_string();
    if is_address && !members.contains_key("address") {
        members.insert("address".to_owned(), value.clone());
    }
    match own {
        None if is_address => params.push(json!({"name": name})),
        None => params.push(json!({"name": name, "value": value})),
        Some(own) if !is_address && !own.get("value").is_some_and(is_set) => {
            own.insert("value".to_owned(), value.clone());
        }
        Some(_) => {}
    }
}

/// Links the row of an application to its parameter, if it has the same value.
fn link(
    row: &mut Map<String, Value>,
    of_parameter: Option<&Value>,
    parameter: &Parameter,
    secrets: &mut Secrets,
) {
    let own = row.get("value").filter(|value| is_set(value));
    let of_parameter = of_parameter.filter(|value| is_set(value));
    let is_linked = row.contains_key(LINK) && own.is_none();
    if !is_linked && !same(own, of_parameter, secrets) {
        row.shift_remove(LINK);
        return;
    }
    let own = own.and_then(Slot::of);
    if let (Some(Slot::Set(entry)), Some(Slot::Set(kept))) = (own, of_parameter.and_then(Slot::of))
        && entry != kept
    {
        secrets.forget(entry);
    }
    row.shift_remove("value");
    let to = if parameter.is_address {
        json!(ADDRESS)
    } else {
        json!(true)
    };
    row.insert(LINK.to_owned(), to);
}

/// The values of parameters by name, in a document that was folded.
fn values(params: &[Value]) -> HashMap<String, Value> {
    let rows = params.iter().filter_map(|row| {
        let name = row.get("name")?.as_str()?;
        Some((name.to_owned(), row.get("value")?.clone()))
    });
    rows.collect()
}

/// Whether two values are one. Secrets that are new are compared in the clear.
fn same(own: Option<&Value>, other: Option<&Value>, secrets: &Secrets) -> bool {
    if own == other {
        return true;
    }
    match (own.and_then(Slot::of), other.and_then(Slot::of)) {
        (Some(Slot::Set(own)), Some(Slot::Set(other))) => {
            let own = secrets.new_value(own);
            own.is_some() && own == secrets.new_value(other)
        }
        _ => false,
    }
}

/// The applications of a document with the value of their parameter in the rows that are linked.
pub fn applications(doc: &Value) -> Vec<Value> {
    let mut applications = doc.get("applications").cloned().unwrap_or_default();
    expand_rows(&mut applications, doc.get("params"), doc.get("address"));
    match applications {
        Value::Array(applications) => applications,
        _ => Vec::new(),
    }
}

/// Puts the value of their parameter into the rows of applications that are linked to one.
pub fn expand(doc: &mut Value) {
    let Some(mut applications) = doc.get_mut("applications").map(Value::take) else {
        return;
    };
    expand_rows(&mut applications, doc.get("params"), doc.get("address"));
    if let Some(place) = doc.get_mut("applications") {
        *place = applications;
    }
}

fn expand_rows(applications: &mut Value, params: Option<&Value>, address: Option<&Value>) {
    let params = params.and_then(Value::as_array).map(Vec::as_slice);
    let values = values(params.unwrap_or_default());
    for_each_row(applications, |row| {
        if let Some(to) = row.shift_remove(LINK) {
            let name = row.get("name").and_then(Value::as_str).unwrap_or_default();
            let address = address.filter(|_| to == ADDRESS);
            let value = values.get(name).or(address).cloned();
            row.insert("value".to_owned(), value.unwrap_or_else(|| json!("")));
        }
    });
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

fn parameter_of<'c>(row: &Map<String, Value>, class: &'c Class) -> Option<&'c Parameter> {
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

/// Visits the rows of applications that can be parameters.
fn for_each_row(applications: &mut Value, mut visit: impl FnMut(&mut Map<String, Value>)) {
    for application in applications.as_array_mut().into_iter().flatten() {
        let list = application
            .get_mut(APP_CONFIGS)
            .and_then(Value::as_array_mut);
        for row in list.into_iter().flatten() {
            if let Some(row) = row.as_object_mut() {
                visit(row);
            }
        }
    }
}

#[cfg(test)]
#[path = "parameters_tests.rs"]
mod tests;
