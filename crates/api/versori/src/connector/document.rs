//! Connectors as they are stored.
//!
//! The hub has places for the protocol (the class), the base URL (the address) and the data set (a
//! parameter of the class). The rest is under `extensions.versori`: `public`, `documentationURL`,
//! `imageURL`, `tags`, `categories`, `authSchemeConfigs`, `connectionVariables`, `defaultVersion`
//! and `importedFrom`.

use hub::id::Uid;
use hub::object::Object;
use serde_json::{Map, Value, json};

use crate::text::Members;

/// The classes that have a protocol of their own are called as it is.
pub(crate) const HTTP: &str = "http";
/// The class and the protocol.
pub(crate) const BIGQUERY: &str = "bigquery";
/// The parameter of the class `bigquery` that is the data set.
const DATASET_PARAMETER: &str = "CONNECTOR_BIGQUERY_DATASET_ID";
/// Where the connector has what only this dialect knows.
const EXTENSION: &str = "/extensions/versori";
/// What an update can set and a connector need not have.
pub(crate) const OPTIONAL: [&str; 3] = ["documentationURL", "imageURL", "tags"];

/// The protocol of a connector: any class but that of BigQuery is reached over HTTP.
pub(crate) fn protocol(connector: &Object) -> &'static str {
    match connector.doc.text_at("class") {
        Some(BIGQUERY) => BIGQUERY,
        _ => HTTP,
    }
}

/// A member of what only this dialect knows.
pub(crate) fn extension<'a>(connector: &'a Object, name: &str) -> Option<&'a Value> {
    connector.doc.pointer(EXTENSION)?.get(name)
}

/// A list of what only this dialect knows; empty when there is none.
pub(crate) fn list<'a>(connector: &'a Object, name: &str) -> &'a [Value] {
    extension(connector, name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The version that was made the default.
pub(crate) fn default_version(connector: &Object) -> Option<Uid> {
    Uid::parse_hex(extension(connector, "defaultVersion")?.as_str()?)
}

/// Whether every organisation may see it.
pub(crate) fn is_public(connector: &Object) -> bool {
    extension(connector, "public")
        .and_then(Value::as_bool)
        .unwrap_or_default()
}

/// Sets a member of what only this dialect knows, or removes it where there is no value.
pub(crate) fn set_extension(doc: &mut Value, name: &str, value: Option<Value>) {
    let Some(extension) = member(doc, "extensions").and_then(|all| member(all, "versori")) else {
        return;
    };
    let Some(members) = extension.as_object_mut() else {
        return;
    };
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.shift_remove(name),
    };
}

/// A member that is an object, made if need be; none where `value` is no object.
fn member<'a>(value: &'a mut Value, name: &str) -> Option<&'a mut Value> {
    let member = value
        .as_object_mut()?
        .entry(name)
        .or_insert_with(|| json!({}));
    Some(member)
}

/// The base URL of its HTTP actions.
pub(crate) fn base_url(connector: &Object) -> &str {
    let address = connector.doc.text_at("address");
    address.unwrap_or_else(|| parameter(connector, "baseUrl"))
}

/// The data set of a connector to BigQuery.
pub(crate) fn dataset(connector: &Object) -> &str {
    parameter(connector, DATASET_PARAMETER)
}

fn parameter<'a>(connector: &'a Object, name: &str) -> &'a str {
    let rows = connector.doc.get("params").and_then(Value::as_array);
    let row = rows
        .into_iter()
        .flatten()
        .find(|row| row.text_at("name") == Some(name));
    row.and_then(|row| row.text_at("value")).unwrap_or_default()
}

/// Puts the members of a create or an update into the document of a connector.
pub(crate) fn write(doc: &mut Value, members: &Map<String, Value>) {
    if let Some(Value::String(url)) = members.get("baseUrl")
        && let Some(doc) = doc.as_object_mut()
    {
        doc.insert("address".to_owned(), json!(url));
    }
    if let Some(dataset) = members.get("datasetId") {
        set_parameter(doc, DATASET_PARAMETER, dataset);
    }
    let public = members
        .get("public")
        .and_then(Value::as_bool)
        .unwrap_or_default();
    set_extension(doc, "public", Some(json!(public)));
    for name in OPTIONAL {
        set_extension(doc, name, members.get(name).cloned());
    }
    let variables = members.get("connectionVariables").cloned();
    set_extension(
        doc,
        "connectionVariables",
        variables.filter(|list| *list != json!([])),
    );
}

fn set_parameter(doc: &mut Value, name: &str, value: &Value) {
    let Some(doc) = doc.as_object_mut() else {
        return;
    };
    let rows = doc.entry("params").or_insert_with(|| json!([]));
    let Some(rows) = rows.as_array_mut() else {
        return;
    };
    rows.retain(|row| row.text_at("name") != Some(name));
    rows.push(json!({"name": name, "value": value}));
}

/// Puts the configs of a connector into the order of these ids.
pub(crate) fn reorder(doc: &mut Value, connector: &Object, ids: &[Value]) {
    let configs = list(connector, "authSchemeConfigs");
    let ordered = ids
        .iter()
        .filter_map(|id| configs.iter().find(|config| config.get("id") == Some(id)))
        .cloned();
    set_extension(doc, "authSchemeConfigs", Some(ordered.collect()));
}
