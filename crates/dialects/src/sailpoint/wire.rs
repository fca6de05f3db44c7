//! Objects as files have them (`ConfigObject`, reference/sailpoint.md, A3), to and from the hub.
//!
//! A SOURCE is a connector. What its `object` says stands in the hub's document where that has a place for it:
//!
//! | of the object | in the hub |
//! |---|---|
//! | `name` | the name |
//! | `connector`, or else `type` | `class`, as a DNS name |
//! | `description` | `description` |
//! | `connectorAttributes` | `params`; one that is the URL of the tool is `address` |
//! | `patchbay` | what else the hub knows of the connector from other dialects |
//! | all else, and the signature | `extensions.sailpoint` |
//!
//! An object of any other type is kept as the file has it. The `self` of an object stays as it came: it is the id that
//! a scope knows the object by, also when the object came from another scope.

use hub::connector::SECRET;
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::secret::MASK;
use serde_json::{Map, Value, json};

use super::types::{self, SOURCE};

/// The attributes that hold the URL of the tool; the first that is there and is one is the address.
const ADDRESS_ATTRIBUTES: [&str; 3] = ["url", "baseUrl", "genericWebServiceBaseUrl"];
/// The member of an object that holds what only the hub has a place for.
const HUB: &str = "patchbay";
/// The members of a hub document that an object shows elsewhere, or that are observed.
const SHOWN: [&str; 4] = ["class", "description", "status", "extensions"];
/// Those that it shows as its attributes, if it can.
const ATTRIBUTES: [&str; 2] = ["address", "params"];

/// What an object goes by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its type.
    pub kind: String,
    /// Its id, as a file has it.
    pub id: String,
    /// The name that its `self` has.
    pub name: String,
}

impl Identity {
    /// As a file refers to it.
    pub fn reference(&self) -> Value {
        json!({"type": self.kind, "id": self.id, "name": self.name})
    }
}

/// The kind that objects of a type are of in the hub.
pub fn kind_of(object_type: &str) -> Kind {
    if object_type == SOURCE {
        Kind::Connector
    } else {
        Kind::ConfigObject
    }
}

/// The uid of the object that a file knows by this type and id. It follows from both and from the scope, so that two
/// jobs cannot create the same object twice. Of some types a scope has only one object, whatever its id.
pub fn uid(scope: ScopeId, kind: &str, id: Option<&str>, name: &str) -> Uid {
    let scope = scope.to_string();
    if types::find(kind).is_some_and(|known| known.one_per_tenant) {
        return Uid::derived(&["sailpoint", &scope, kind]);
    }
    match id {
        Some(id) => Uid::derived(&["sailpoint", &scope, kind, "id", id]),
        None => Uid::derived(&["sailpoint", &scope, kind, "name", name]),
    }
}

/// What an object goes by.
pub fn identity(object: &Object) -> Identity {
    let (itself, kind) = match object.kind {
        Kind::Connector => (object.doc.pointer("/extensions/sailpoint/self"), SOURCE),
        _ => {
            let itself = object.doc.get("self");
            (itself, text(itself, "type").unwrap_or_default())
        }
    };
    Identity {
        kind: kind.to_owned(),
        id: text(itself, "id").map_or_else(|| object.uid.uuid(), str::to_owned),
        name: text(itself, "name").unwrap_or(&object.name).to_owned(),
    }
}

fn text<'a>(value: Option<&'a Value>, member: &str) -> Option<&'a str> {
    value?.get(member)?.as_str()
}

/// Takes out by what files know another object, and what its signature is about.
pub fn strip_identity(doc: &mut Map<String, Value>) {
    let extensions = doc.get_mut("extensions").and_then(Value::as_object_mut);
    let own = extensions.and_then(|extensions| extensions.get_mut("sailpoint")?.as_object_mut());
    if let Some(own) = own {
        own.retain(|name, _| !["self", "config", "unnamed"].contains(&name.as_str()));
    }
}

/// An object as a file has it.
pub fn config_object(object: &Object) -> Value {
    let mut config = Map::from_iter([
        ("version".to_owned(), json!(1)),
        ("self".to_owned(), identity(object).reference()),
    ]);
    if object.kind == Kind::Connector {
        config.insert("object".to_owned(), source(object));
        let extension = object.doc.pointer("/extensions/sailpoint/config");
        config.extend(
            extension
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
        );
    } else if let Some(members) = object.doc.as_object() {
        let members = members.iter().filter(|(name, _)| *name != "self");
        config.extend(members.map(|(name, value)| (name.clone(), value.clone())));
    }
    Value::Object(config)
}

fn source(connector: &Object) -> Value {
    let doc = &connector.doc;
    let extension = |name: &str| doc.pointer(&format!("/extensions/sailpoint/{name}"));
    let mut object = Map::new();
    if extension("unnamed").is_none() {
        object.insert("name".to_owned(), json!(connector.name));
    }
    if let Some(description) = doc.get("description").filter(|text| text.is_string()) {
        object.insert("description".to_owned(), description.clone());
    }
    if extension("object/connector").is_none() && extension("typed").is_none() {
        object.insert(
            "connector".to_owned(),
            doc.get("class").cloned().unwrap_or_default(),
        );
    }
    let rest = extension("object").and_then(Value::as_object);
    object.extend(rest.cloned().unwrap_or_default());
    let attributes = attributes(doc);
    let without = extension("unattributed").is_some();
    if let Some(attributes) = attributes
        .as_ref()
        .filter(|attributes| !attributes.is_empty() || !without)
    {
        object.insert(
            "connectorAttributes".to_owned(),
            Value::Object(attributes.clone()),
        );
    }
    let hub = hub_only(doc, attributes.is_some());
    if !hub.is_empty() {
        object.insert(HUB.to_owned(), Value::Object(hub));
    }
    Value::Object(object)
}

/// The rows of `params` as attributes; none when they have more to them than a name and a value.
fn attributes(doc: &Value) -> Option<Map<String, Value>> {
    let mut attributes = Map::new();
    let address = doc.get("address").filter(|address| address.is_string());
    if let Some(address) = address {
        let name = doc.pointer("/extensions/sailpoint/address");
        let name = name.and_then(Value::as_str).unwrap_or("url");
        attributes.insert(name.to_owned(), address.clone());
    }
    let rows = doc.get("params").and_then(Value::as_array);
    for row in rows.into_iter().flatten() {
        let row = row.as_object()?;
        let name = row.get("name")?.as_str()?;
        let known = ["name", "value", "sensitive", SECRET];
        if !row.keys().all(|member| known.contains(&member.as_str())) {
            return None;
        }
        let sensitive = row.contains_key(SECRET)
            || row
                .get("sensitive")
                .and_then(Value::as_bool)
                .unwrap_or_default();
        let value = match row.get("value") {
            None if sensitive => json!(MASK),
            value => value.cloned().unwrap_or_default(),
        };
        if attributes.insert(name.to_owned(), value).is_some() {
            return None;
        }
    }
    Some(attributes)
}

/// What the hub knows of a connector that the object does not show elsewhere, without secrets.
fn hub_only(doc: &Value, has_attributes: bool) -> Map<String, Value> {
    let Some(members) = doc.as_object() else {
        return Map::new();
    };
    let is_shown =
        |name: &str| SHOWN.contains(&name) || (has_attributes && ATTRIBUTES.contains(&name));
    let mut hub: Map<String, Value> = members
        .iter()
        .filter(|(name, _)| !is_shown(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let mut extensions = members
        .get("extensions")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    extensions.shift_remove("sailpoint");
    if !extensions.is_empty() {
        hub.insert("extensions".to_owned(), Value::Object(extensions));
    }
    hub.values_mut().for_each(mask);
    hub
}

/// Puts the mask in the place of every entry of the connector's secret object.
fn mask(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get(SECRET).is_some_and(Value::is_string)
                && members.contains_key("name")
                && members.shift_remove(SECRET).is_some()
            {
                members.insert("value".to_owned(), json!(MASK));
            }
            members.values_mut().for_each(mask);
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

/// The name and the document that an object of a file has in the hub. Its secrets have been taken out, and `secrets`
/// are their entries. Of a connector that is there already, what no file shows stays as it is.
pub fn hub_object(
    config: Value,
    identity: &Identity,
    current: Option<&Object>,
    secrets: Option<&Map<String, Value>>,
) -> (String, Value) {
    let object_name = text(config.get("object"), "name").map(str::to_owned);
    let name = object_name.clone().unwrap_or_else(|| identity.name.clone());
    if kind_of(&identity.kind) == Kind::ConfigObject {
        let mut doc = config;
        if let Some(members) = doc.as_object_mut() {
            members.insert("self".to_owned(), identity.reference());
        }
        return (name, doc);
    }
    let Value::Object(mut config) = config else {
        return (name, Value::Null);
    };
    let object = match config.shift_remove("object") {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    };
    config.shift_remove("self");
    config.shift_remove("version");
    let mut itself = Map::from_iter([("id".to_owned(), json!(identity.id))]);
    if identity.name != name {
        itself.insert("name".to_owned(), json!(identity.name));
    }
    let mut extension = Map::from_iter([("self".to_owned(), Value::Object(itself))]);
    if !config.is_empty() {
        extension.insert("config".to_owned(), Value::Object(config));
    }
    if object_name.is_none() {
        extension.insert("unnamed".to_owned(), json!(true));
    }
    let doc = connector_doc(
        object,
        extension,
        current.map(|current| &current.doc),
        secrets,
    );
    (name, doc)
}

fn connector_doc(
    mut object: Map<String, Value>,
    mut extension: Map<String, Value>,
    current: Option<&Value>,
    secrets: Option<&Map<String, Value>>,
) -> Value {
    let mut doc = current
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let mut extensions = match doc.shift_remove("extensions") {
        Some(Value::Object(extensions)) => extensions,
        _ => Map::new(),
    };
    if object.get("name").is_some_and(Value::is_string) {
        object.shift_remove("name");
    }
    let class = class(&object);
    match object.get("connector") {
        Some(Value::String(connector)) if *connector == class => {
            object.shift_remove("connector");
        }
        Some(_) => {}
        None => {
            extension.insert("typed".to_owned(), json!(true));
        }
    }
    doc.insert("class".to_owned(), json!(class));
    doc.shift_remove("description");
    if object.get("description").is_some_and(Value::is_string) {
        doc.extend(object.shift_remove_entry("description"));
    }
    doc.shift_remove("address");
    let hub = take_object(&mut object, HUB);
    if let Some(mut attributes) = take_object(&mut object, "connectorAttributes") {
        if let Some((attribute, address)) = take_address(&mut attributes) {
            extension.insert("address".to_owned(), json!(attribute));
            doc.insert("address".to_owned(), address);
        }
        doc.insert("params".to_owned(), params(attributes, secrets));
    } else {
        extension.insert("unattributed".to_owned(), json!(true));
        doc.shift_remove("params");
    }
    for (member, value) in hub.into_iter().flatten() {
        match (member.as_str(), value) {
            ("extensions", Value::Object(others)) => extensions.extend(others),
            (known, _) if SHOWN.contains(&known) => {}
            (_, value) => drop(doc.insert(member, value)),
        }
    }
    extension.insert("object".to_owned(), Value::Object(object));
    extensions.insert("sailpoint".to_owned(), Value::Object(extension));
    doc.insert("extensions".to_owned(), Value::Object(extensions));
    let mut doc = Value::Object(doc);
    if let Some(current) = current {
        keep_secrets(&mut doc, current);
    }
    doc
}

fn take_object(members: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    members.get(name).filter(|value| value.is_object())?;
    match members.shift_remove(name) {
        Some(Value::Object(object)) => Some(object),
        _ => None,
    }
}

/// The class of a source: `connector` (`active-directory`), or else its `type` (`Active Directory - Direct`). There
/// need not be such a class.
fn class(object: &Map<String, Value>) -> String {
    let text = |member: &str| object.get(member).and_then(Value::as_str);
    let name = text("connector")
        .or_else(|| text("type"))
        .unwrap_or("source");
    hub::text::slug(name)
}

/// The name of the class of a SOURCE in a file.
pub fn class_of(config: &Value) -> Option<String> {
    config.get("object")?.as_object().map(class)
}

fn take_address(attributes: &mut Map<String, Value>) -> Option<(&'static str, Value)> {
    let is_url = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.starts_with("http://") || text.starts_with("https://"))
    };
    let name = ADDRESS_ATTRIBUTES
        .into_iter()
        .find(|name| attributes.get(*name).is_some_and(is_url))?;
    attributes.shift_remove(name).map(|address| (name, address))
}

fn params(attributes: Map<String, Value>, secrets: Option<&Map<String, Value>>) -> Value {
    let row = |(name, value): (String, Value)| {
        if value != MASK {
            return json!({"name": name, "value": value});
        }
        let entry = format!(
            "/connectorAttributes/{}",
            name.replace('~', "~0").replace('/', "~1")
        );
        if secrets.is_some_and(|secrets| secrets.contains_key(&entry)) {
            json!({"name": name, "sensitive": true, SECRET: entry})
        } else {
            json!({"name": name, "sensitive": true})
        }
    };
    attributes.into_iter().map(row).collect()
}

/// A row that shows a mask, or has a secret that is not known here, keeps the entry that the stored row has.
fn keep_secrets(value: &mut Value, current: &Value) {
    match (value, current) {
        (Value::Object(members), Value::Object(stored)) => {
            let masked = match members.get("value") {
                Some(shown) => shown == MASK,
                None => members.contains_key("sensitive") && !members.contains_key(SECRET),
            };
            if let Some(entry) = stored
                .get(SECRET)
                .filter(|entry| masked && entry.is_string())
            {
                members.shift_remove("value");
                members.insert(SECRET.to_owned(), entry.clone());
            }
            for (name, member) in members {
                if let Some(stored) = stored.get(name) {
                    keep_secrets(member, stored);
                }
            }
        }
        (Value::Array(items), Value::Array(stored)) => {
            let key = |item: &Value| item.get("name").or_else(|| item.get("appType")).cloned();
            for item in items {
                let own = key(item);
                let same = stored
                    .iter()
                    .find(|stored| own.is_some() && key(stored) == own);
                if let Some(same) = same {
                    keep_secrets(item, same);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
