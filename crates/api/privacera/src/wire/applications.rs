//! The applications of a connector, with the parameters that other dialects have given it.

use std::collections::BTreeSet;

use hub::class::{ApplicationType, Class};
use hub::connector::applications;
use hub::connector::parameters::{Shown, list};
use hub::json::text_at;
use serde_json::{Map, Value, json};

use super::{APP_CONFIGS, DEPLOY_CONFIGS};

/// The applications of a connector. One that was made elsewhere has those of its class, with the
/// values of its parameters. What no row of the applications is for is at the end of the first.
pub(super) fn applications(doc: &Value, class: Option<&Class>) -> Vec<Value> {
    let shown = list(doc, class);
    let mut applications = applications::shown(doc);
    if applications.is_empty() {
        applications = of_class(&shown, class);
    }
    let names = names(&applications);
    let missing = shown.iter().filter(|parameter| {
        let called = [parameter.name, parameter.name_in("privacera")];
        !called.iter().any(|name| names.contains(*name))
    });
    let missing: Vec<Value> = missing.filter_map(row).collect();
    let first = applications.first_mut().and_then(Value::as_object_mut);
    if let Some(first) = first.filter(|_| !missing.is_empty()) {
        let rows = first.entry(APP_CONFIGS).or_insert_with(|| json!([]));
        if let Some(rows) = rows.as_array_mut() {
            rows.extend(missing);
        }
    }
    applications
}

fn of_class(shown: &[Shown<'_>], class: Option<&Class>) -> Vec<Value> {
    let Some(class) = class else {
        let only = ApplicationType::ONLY;
        return vec![json!({"appType": only, APP_CONFIGS: [], DEPLOY_CONFIGS: []})];
    };
    let types = class.applications();
    let types = types.iter().map(|kind| {
        let rows = kind.app_configs.iter();
        let rows: Vec<Value> = rows.map(|row| with_value(row, shown)).collect();
        json!({"appType": kind.name, APP_CONFIGS: rows, DEPLOY_CONFIGS: kind.deploy_configs})
    });
    types.collect()
}

/// A row of a template with the value of its parameter, where that has one.
fn with_value(row: &Value, shown: &[Shown<'_>]) -> Value {
    let name = text_at(row, "/name");
    let is_it = |known: &&Shown<'_>| known.name == name || known.name_in("privacera") == name;
    let value = shown.iter().find(is_it).and_then(|known| known.value);
    let mut row = row.clone();
    if let (Some(row), Some(value)) = (row.as_object_mut(), value) {
        row.insert("value".to_owned(), value.clone());
    }
    row
}

/// A parameter as a row. One that has properties and no value of its own is shown with these.
fn row(parameter: &Shown<'_>) -> Option<Value> {
    let mut row = Map::new();
    row.insert("name".to_owned(), json!(parameter.name_in("privacera")));
    let (name, value) = match parameter.value.filter(|value| !value.is_null()) {
        Some(value) => ("value", value),
        None => ("properties", parameter.row?.get("properties")?),
    };
    row.insert(name.to_owned(), value.clone());
    Some(Value::Object(row))
}

fn names(applications: &[Value]) -> BTreeSet<String> {
    let lists = applications
        .iter()
        .filter_map(|application| application.get(APP_CONFIGS)?.as_array());
    let rows = lists.flatten();
    rows.map(|row| text_at(row, "/name").to_owned()).collect()
}
