//! The catalogue: connectors are the hub's classes.

use hub::class::{Class, Parameter};
use hub::scope::Scope;
use serde_json::{Map, Value, json};

use crate::scope::environment_id;

/// The published types of connectors.
const TYPES: [&str; 3] = ["core", "ping", "service"];

/// The name of a class among the connectors: `httpConnector`.
pub(crate) fn id(class: &Class) -> &str {
    own_text(class, "/pingone/id").unwrap_or(&class.name)
}

/// The property that says where the tool is: a URL.
pub(crate) fn address_property(class: &Class) -> Option<&str> {
    own_text(class, "/pingone/addressProperty")
}

/// How a connector looks and where it is from, which its instances show as well.
pub(crate) fn metadata(class: &Class) -> Value {
    let mut metadata = Map::new();
    let kind = own_text(class, "/pingone/type").filter(|kind| TYPES.contains(kind));
    metadata.insert("type".to_owned(), json!(kind.unwrap_or("service")));
    if let Some(vendor) = own_text(class, "/pingone/vendor") {
        metadata.insert("vendor".to_owned(), json!(vendor));
    }
    let colors = own(class, "colors", Value::is_object).unwrap_or_else(
        || json!({"canvas": "#E6EDF7", "canvasText": "#212529", "dark": "#2E5AAC"}),
    );
    metadata.insert("colors".to_owned(), colors);
    let logos = own(class, "logos", Value::is_object)
        .unwrap_or_else(|| json!({"canvas": {"imageFileName": "connector.svg"}}));
    metadata.insert("logos".to_owned(), logos);
    Value::Object(metadata)
}

/// What the class has at a place, if it is a text with something in it.
fn own_text<'a>(class: &'a Class, pointer: &str) -> Option<&'a str> {
    let text = class.doc.pointer(pointer).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
}

/// What the class says of itself in this dialect, if it has the form that clients decode.
fn own(class: &Class, name: &str, has_form: fn(&Value) -> bool) -> Option<Value> {
    let own = class.doc.get("pingone")?.get(name)?;
    has_form(own).then(|| own.clone())
}

/// A connector. It is there since its environment is.
pub(crate) fn minimal(class: &Class, scope: &Scope) -> Value {
    let mut members = head(class, scope);
    let name = own_text(class, "/displayName").unwrap_or(&class.name);
    members.insert("name".to_owned(), json!(name));
    if let Some(description) = own_text(class, "/description") {
        members.insert("description".to_owned(), json!(description));
    }
    let version = own_text(class, "/version").unwrap_or("1.0.0");
    members.insert("version".to_owned(), json!(version));
    members.insert("metadata".to_owned(), metadata(class));
    Value::Object(members)
}

/// What a connector can do and what its instances are configured by.
pub(crate) fn details(class: &Class, scope: &Scope) -> Value {
    let mut members = head(class, scope);
    let properties = class.parameters.iter();
    let properties: Map<String, Value> = properties
        .map(|parameter| (parameter.name.clone(), property(parameter, class)))
        .collect();
    members.insert("properties".to_owned(), Value::Object(properties));
    let views = [
        ("capabilities", json!({})),
        ("accountConfigView", account_config_view(class)),
        ("credentialsView", json!({"items": []})),
        ("sections", json!([])),
        ("flowSections", json!([])),
    ];
    for (name, default) in views {
        let has_form = match default {
            Value::Array(_) => Value::is_array,
            _ => Value::is_object,
        };
        let view = own(class, name, has_form).unwrap_or(default);
        members.insert(name.to_owned(), view);
    }
    Value::Object(members)
}

fn head(class: &Class, scope: &Scope) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(id(class)));
    members.insert(
        "environment".to_owned(),
        json!({"id": environment_id(scope)}),
    );
    members.insert("createdAt".to_owned(), json!(scope.created_at));
    members
}

/// All the properties, where the class has no view of its own.
fn account_config_view(class: &Class) -> Value {
    let items = class.parameters.iter();
    let items: Vec<Value> = items
        .map(|parameter| json!({"propertyName": parameter.name}))
        .collect();
    json!({"items": items})
}

fn property(parameter: &Parameter, class: &Class) -> Value {
    let texts = class.doc.get("parameters").and_then(Value::as_array);
    let document = texts
        .into_iter()
        .flatten()
        .find(|document| document.get("name") == Some(&json!(parameter.name)));
    let text = |name: &str| document.and_then(|document| document.get(name)?.as_str());
    let mut members = Map::new();
    members.insert(
        "displayName".to_owned(),
        json!(text("displayName").unwrap_or(&parameter.name)),
    );
    members.insert("type".to_owned(), json!(parameter.kind));
    members.insert("preferredControlType".to_owned(), json!(control(parameter)));
    if let Some(info) = text("description") {
        members.insert("info".to_owned(), json!(info));
    }
    members.insert("required".to_owned(), json!(parameter.required));
    members.insert("secure".to_owned(), json!(parameter.sensitive));
    if let Some(default) = &parameter.default {
        members.insert("initializeValue".to_owned(), default.clone());
    }
    if !parameter.allowed.is_empty() {
        let options = parameter.allowed.iter();
        let options: Vec<Value> = options
            .map(|option| json!({"name": option, "value": option}))
            .collect();
        members.insert("options".to_owned(), json!(options));
        members.insert("enum".to_owned(), json!(parameter.allowed));
    }
    Value::Object(members)
}

fn control(parameter: &Parameter) -> &'static str {
    match parameter.kind.as_str() {
        "boolean" => "toggleSwitch",
        "array" => "textFieldArrayView",
        "object" => "keyValueList",
        _ if !parameter.allowed.is_empty() => "dropDown",
        _ => "textField",
    }
}
