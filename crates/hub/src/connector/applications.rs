//! Rows of applications: those that have the value of the parameter of their name are linked to it.
//! A linked row has [`LINK`] and no value. One that has another value keeps it: an application may
//! differ from its connector.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::parameters::{APP_CONFIGS, is_set, move_address, parameter_of};
use super::secrets::Secrets;
use crate::class::{Class, Parameter};
use crate::slot::Slot;

/// Marks a row of an application whose value is that of the parameter.
const LINK: &str = "$parameter";
/// What such a row is linked to where the parameter is the address, and its value stands there.
const ADDRESS: &str = "address";
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
pub fn shown(doc: &Value) -> Vec<Value> {
    let mut applications = doc.get("applications").cloned().unwrap_or_default();
    expand_rows(&mut applications, doc.get("params"), doc.get("address"));
    match applications {
        Value::Array(applications) => applications,
        _ => Vec::new(),
    }
}

/// A document with the value of their parameter in the rows of applications that are linked to one.
pub(super) fn expanded(doc: &Value) -> Cow<'_, Value> {
    if doc.get("applications").is_none() {
        return Cow::Borrowed(doc);
    }
    let mut expanded = doc.clone();
    if let Some(applications) = expanded.get_mut("applications") {
        expand_rows(applications, doc.get("params"), doc.get("address"));
    }
    Cow::Owned(expanded)
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
