//! Connectors as they are stored.
//!
//! The hub has places for the protocol (the class), the base URL (the address) and the data set (a
//! parameter of the class). The rest is under `extensions.versori`: `public`, `documentationURL`,
//! `imageURL`, `tags`, `categories`, `authSchemeConfigs`, `connectionVariables`, `defaultVersion`
//! and `importedFrom`.

use hub::class::Class;
use hub::connector::parameters;
use hub::id::Uid;
use hub::object::Object;
use serde_json::{Map, Value, json};

use crate::connection::variables;
use crate::text::Members;

/// The classes that have a protocol of their own are called as it is.
pub(crate) const HTTP: &str = "http";
/// The class and the protocol.
pub(crate) const BIGQUERY: &str = "bigquery";
/// The member that is a parameter of the class `bigquery`, whose own name the class knows.
const DATASET: &str = "datasetId";
/// The variables that new connections start with.
const VARIABLES: &str = "connectionVariables";
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

/// The base URL of its HTTP actions: its address, or else that of the tools of its class.
pub(crate) fn base_url<'a>(connector: &'a Object, class: Option<&'a Class>) -> &'a str {
    let own = class.and_then(|class| {
        let name = &class.address()?.name;
        parameters::value(&connector.doc, Some(class), name)
    });
    let own = own.and_then(Value::as_str).filter(|url| !url.is_empty());
    let default = || class?.doc.pointer("/address/default")?.as_str();
    own.or_else(|| connector.doc.text_at("address"))
        .or_else(default)
        .unwrap_or_default()
}

/// The data set of a connector to BigQuery.
pub(crate) fn dataset(connector: &Object, class: Option<&Class>) -> Value {
    let value = parameters::value(&connector.doc, class, dataset_parameter(class));
    value.map_or_else(|| json!(""), parameters::as_text)
}

/// The name of the row that has the data set.
fn dataset_parameter(class: Option<&Class>) -> &str {
    class
        .and_then(|class| class.parameter_in("versori", DATASET))
        .map_or(DATASET, |parameter| &parameter.name)
}

/// Puts the members of a create or an update into the document of a connector. What is given as it
/// is shown stays as it is stored.
pub(crate) fn write(
    doc: &mut Value,
    members: &Map<String, Value>,
    shown: &Map<String, Value>,
    class: Option<&Class>,
) {
    let changed = |name: &str| members.get(name) != shown.get(name);
    if let Some(url) = members.get("baseUrl").filter(|_| changed("baseUrl"))
        && let Some(doc) = doc.as_object_mut()
    {
        doc.insert("address".to_owned(), url.clone());
    }
    if let Some(dataset) = members.get(DATASET).filter(|_| changed(DATASET)) {
        set_dataset(doc, class, dataset);
    }
    for name in OPTIONAL.iter().filter(|name| changed(name)) {
        set_extension(doc, name, members.get(*name).cloned());
    }
    if changed("public") {
        let public = members.get("public").and_then(Value::as_bool);
        set_extension(doc, "public", Some(json!(public.unwrap_or_default())));
    }
    if changed(VARIABLES) {
        let given = members.get(VARIABLES).and_then(Value::as_array);
        let given = given.map_or(&[][..], Vec::as_slice);
        let stored = doc.pointer(EXTENSION).and_then(|all| all.get(VARIABLES));
        let kept = variables::kept(given, stored);
        let kept = (!kept.is_empty()).then(|| Value::Array(kept));
        set_extension(doc, VARIABLES, kept);
    }
}

fn set_dataset(doc: &mut Value, class: Option<&Class>, dataset: &Value) {
    let name = dataset_parameter(class);
    let known = parameters::list(doc, class)
        .into_iter()
        .find(|known| known.name == name);
    let mut row = known
        .and_then(|known| known.row)
        .cloned()
        .unwrap_or_default();
    row.insert("name".to_owned(), json!(name));
    row.insert("value".to_owned(), dataset.clone());
    if let Some(doc) = doc.as_object_mut() {
        parameters::put(doc, class, vec![row], |known| known.name == name);
    }
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
