//! Connectors: their documents and their form in the hub (reference/versori.md, Connector and ConnectorUpdate).
//!
//! The hub has places for the protocol (the class), the base URL (the address) and the data set (a parameter of the class).
//! The rest is under `extensions.versori`: `public`, `documentationURL`, `imageURL`, `tags`, `categories`,
//! `authSchemeConfigs`, `connectionVariables` and `defaultVersion`.

use hub::error::{FieldCode, FieldError};
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::object::{Kind, Object};
use serde_json::{Map, Value, json};

use super::family::Family;
use super::{connection, limits, scheme, variables, version};

/// The classes that have a protocol of their own are called as it is.
pub const HTTP: &str = "http";
/// The class and the protocol.
pub const BIGQUERY: &str = "bigquery";
/// The parameter of the class `bigquery` that is the data set.
const DATASET_PARAMETER: &str = "CONNECTOR_BIGQUERY_DATASET_ID";
/// Where the connector has what only this dialect knows.
const EXTENSION: &str = "/extensions/versori";
/// What an update can set and a connector need not have.
const OPTIONAL: [&str; 3] = ["documentationURL", "imageURL", "tags"];

/// How an update is merged (reference/versori.md, Semantics). What is not named here is replaced, or unset when it is
/// left out.
pub const UPDATE_RULES: &str = r#"{
    "immutable": [{"path": "/id"}, {"path": "/organisationId"}, {"path": "/protocol"}],
    "keep": ["/connectionVariables"],
    "reorder_only": [{"path": "/authSchemeConfigIds"}]
}"#;

/// The protocol of a connector: any class but that of BigQuery is reached over HTTP.
pub fn protocol(connector: &Object) -> &'static str {
    match connector.doc.get("class").and_then(Value::as_str) {
        Some(BIGQUERY) => BIGQUERY,
        _ => HTTP,
    }
}

/// A member of what only this dialect knows.
pub fn extension<'a>(connector: &'a Object, name: &str) -> Option<&'a Value> {
    connector.doc.pointer(EXTENSION)?.get(name)
}

/// A list of what only this dialect knows; empty when there is none.
pub fn list<'a>(connector: &'a Object, name: &str) -> &'a [Value] {
    extension(connector, name)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The version that was made the default.
pub fn default_version(connector: &Object) -> Option<Uid> {
    Uid::parse_hex(extension(connector, "defaultVersion")?.as_str()?)
}

/// Whether every organisation may see it.
pub fn is_public(connector: &Object) -> bool {
    extension(connector, "public")
        .and_then(Value::as_bool)
        .unwrap_or_default()
}

/// Sets a member of what only this dialect knows, or removes it where there is no value.
pub fn set_extension(doc: &mut Value, name: &str, value: Option<Value>) {
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

/// What an update can change of a connector, and what it must repeat.
pub fn editable(connector: &Object, organisation: &str) -> Map<String, Value> {
    let mut members = head(connector, organisation);
    if let Some(variables) = extension(connector, "connectionVariables") {
        members.insert("connectionVariables".to_owned(), variables.clone());
    }
    let schemes = list(connector, "authSchemeConfigs").iter();
    let ids = schemes.filter_map(|config| config.get("id").cloned());
    members.insert("authSchemeConfigIds".to_owned(), ids.collect());
    members
}

/// What all forms of a connector begin with.
fn head(connector: &Object, organisation: &str) -> Map<String, Value> {
    let protocol = protocol(connector);
    let mut members = Map::new();
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("id", json!(connector.uid.ulid()));
    set("organisationId", json!(organisation));
    set("name", json!(connector.name));
    set("public", json!(is_public(connector)));
    for name in OPTIONAL {
        if let Some(value) = extension(connector, name) {
            set(name, value.clone());
        }
    }
    set("protocol", json!(protocol));
    match protocol {
        BIGQUERY => set("datasetId", json!(parameter(connector, DATASET_PARAMETER))),
        _ => set("baseUrl", json!(base_url(connector))),
    };
    members
}

fn base_url(connector: &Object) -> &str {
    let address = connector.doc.get("address").and_then(Value::as_str);
    address.unwrap_or_else(|| parameter(connector, "baseUrl"))
}

fn parameter<'a>(connector: &'a Object, name: &str) -> &'a str {
    let rows = connector.doc.get("params").and_then(Value::as_array);
    let row = rows
        .into_iter()
        .flatten()
        .find(|row| row.get("name").and_then(Value::as_str) == Some(name));
    row.and_then(|row| row.get("value")?.as_str())
        .unwrap_or_default()
}

/// A connector as it is read.
pub fn print(family: &Family, organisation: &str) -> Value {
    let connector = &family.connector;
    let credentials = family.credentials();
    let mut members = head(connector, organisation);
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    let schemes = list(connector, "authSchemeConfigs").iter();
    let schemes = schemes
        .filter_map(Value::as_object)
        .map(|config| scheme::print(config, &credentials, organisation));
    set("authSchemeConfigs", schemes.collect());
    for name in ["connectionVariables", "categories"] {
        let values = list(connector, name);
        if !values.is_empty() {
            set(name, values.into());
        }
    }
    let connections = family.of(Kind::Connection);
    let connections = connections.map(|one| connection::print(one, &credentials, organisation));
    set("connections", connections.collect());
    set(
        "versions",
        family
            .of(Kind::Version)
            .map(|one| version::print(one, family))
            .collect(),
    );
    set("createdAt", json!(connector.created_at.rfc3339_millis()));
    set("updatedAt", json!(connector.updated_at.rfc3339_millis()));
    Value::Object(members)
}

/// Reads an update: what of it counts, and what is wrong with it. Null is the same as left out.
pub fn read_update(body: &Value, faults: &mut FieldErrors) -> Map<String, Value> {
    let Some(fields) = faults.object("", body) else {
        return Map::new();
    };
    for name in ["id", "organisationId"] {
        fields.string(name, faults);
    }
    read_common(&fields, faults);
    let protocol = fields
        .string("protocol", faults)
        .and_then(|_| fields.optional_choice("protocol", &[HTTP, BIGQUERY], faults));
    let own: &[&str] = match protocol {
        Some(BIGQUERY) => {
            fields.string("datasetId", faults);
            dataset(&fields, faults);
            &["datasetId"]
        }
        Some(_) => {
            fields.string("baseUrl", faults);
            limits::url(&fields, "baseUrl", faults);
            &["baseUrl", "connectionVariables"]
        }
        None => &[],
    };
    limits::strings(&fields, "authSchemeConfigIds", false, faults);
    let common = [
        "id",
        "organisationId",
        "name",
        "protocol",
        "public",
        "authSchemeConfigIds",
    ];
    let mut known = Map::new();
    for name in common.iter().chain(&OPTIONAL).chain(own) {
        if let Some(value) = fields.get(name) {
            known.insert((*name).to_owned(), value.clone());
        }
    }
    if own.contains(&"connectionVariables")
        && let Some(variables) = variables::read(&fields, "connectionVariables", faults)
    {
        known.insert("connectionVariables".to_owned(), variables.into());
    }
    // An id may be written in lower case.
    for name in ["id", "organisationId"] {
        let uid = known
            .get(name)
            .and_then(Value::as_str)
            .and_then(Uid::parse_ulid);
        if let Some(uid) = uid {
            known.insert(name.to_owned(), json!(uid.ulid()));
        }
    }
    known
}

/// What a create and an update have in common.
pub fn read_common(fields: &Fields<'_>, faults: &mut FieldErrors) {
    fields.string("name", faults);
    limits::length(fields, "name", limits::NAME_MAX, faults);
    fields.optional_bool("public", faults);
    for name in ["documentationURL", "imageURL"] {
        if fields.get(name).is_some() {
            limits::url(fields, name, faults);
        }
    }
    if let Some(tags) = fields.optional_object("tags", faults) {
        read_tags(&tags, faults);
    }
}

/// Checks tags: lists of texts by key.
pub fn read_tags(tags: &Fields<'_>, faults: &mut FieldErrors) {
    if tags.members().len() > limits::ENTRIES_MAX {
        limits::too_many(&tags.path(""), limits::ENTRIES_MAX, faults);
        return;
    }
    for key in tags.members().keys() {
        if key.trim().is_empty() || key.contains([',', ':']) {
            let message = "a tag's key must not be empty and must have neither comma nor colon";
            faults.push(FieldError::new(tags.path(key), FieldCode::Invalid, message));
        }
        limits::strings(tags, key, true, faults);
    }
}

/// `<project>.<dataset>`
pub fn dataset(fields: &Fields<'_>, faults: &mut FieldErrors) {
    let Some(text) = fields.optional_string("datasetId", faults) else {
        return;
    };
    limits::length(fields, "datasetId", limits::NAME_MAX, faults);
    let allowed = |char: char| char.is_ascii_alphanumeric() || "_-.:".contains(char);
    let whole = text
        .rsplit_once('.')
        .is_some_and(|(project, dataset)| !project.is_empty() && !dataset.is_empty());
    if !whole || !text.chars().all(allowed) {
        let message = "must be the project and the data set: <project>.<dataset>";
        faults.push(FieldError::new(
            fields.path("datasetId"),
            FieldCode::Invalid,
            message,
        ));
    }
}

/// Puts the members that [`read_update`] or a create gave into the document of a connector.
pub fn write(doc: &mut Value, members: &Map<String, Value>) {
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
    rows.retain(|row| row.get("name").and_then(Value::as_str) != Some(name));
    rows.push(json!({"name": name, "value": value}));
}

/// Puts the configs of a connector into the order of these ids.
pub fn reorder(doc: &mut Value, connector: &Object, ids: &[Value]) {
    let configs = list(connector, "authSchemeConfigs");
    let ordered = ids
        .iter()
        .filter_map(|id| configs.iter().find(|config| config.get("id") == Some(id)))
        .cloned();
    set_extension(doc, "authSchemeConfigs", Some(ordered.collect()));
}
