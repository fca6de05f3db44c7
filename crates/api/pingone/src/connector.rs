//! The catalogue: connectors are the hub's classes.

use hub::class::{Class, Classes, Parameter};
use hub::scope::Scope;
use serde_json::{Map, Value, json};

use crate::class::{PART, own};
use crate::scope::environment_id;

/// The name of a class among the connectors: `httpConnector`.
pub(crate) fn id(class: &Class) -> &str {
    class.id_in(PART)
}

/// The class that is a connector of that id.
pub(crate) fn by_id<'c>(classes: &'c Classes, id: &str) -> Option<&'c Class> {
    classes.with_id(PART, id)
}

/// How a connector looks and where it is from, which its instances show as well.
pub(crate) fn metadata(class: &Class) -> Value {
    let mut metadata = Map::new();
    let kind = own(class, "type").cloned();
    metadata.insert("type".to_owned(), kind.unwrap_or(json!("service")));
    if let Some(vendor) = own(class, "vendor").filter(|vendor| *vendor != "") {
        metadata.insert("vendor".to_owned(), vendor.clone());
    }
    for (name, mut shown) in [
        (
            "colors",
            json!({"canvas": "#E6EDF7", "canvasText": "#212529", "dark": "#2E5AAC"}),
        ),
        (
            "logos",
            json!({"canvas": {"imageFileName": "connector.svg"}}),
        ),
    ] {
        if let Some(own) = own(class, name) {
            lay_over(&mut shown, own);
        }
        metadata.insert(name.to_owned(), shown);
    }
    Value::Object(metadata)
}

/// Puts what a document says in place of what is said by default.
fn lay_over(shown: &mut Value, own: &Value) {
    match (shown, own) {
        (Value::Object(shown), Value::Object(own)) => {
            for (name, value) in own.iter().filter(|(_, value)| !value.is_null()) {
                match shown.get_mut(name) {
                    Some(shown) => lay_over(shown, value),
                    None => {
                        shown.insert(name.clone(), value.clone());
                    }
                }
            }
        }
        (shown, own) => shown.clone_from(own),
    }
}

/// What the class has at a place, if it is a text with something in it.
fn own_text<'a>(class: &'a Class, pointer: &str) -> Option<&'a str> {
    let text = class.doc.pointer(pointer).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
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
        .map(|parameter| {
            (
                parameter.name_in("pingone").to_owned(),
                property(parameter, class),
            )
        })
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
        let view = own(class, name).cloned().unwrap_or(default);
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
        .map(|parameter| json!({"propertyName": parameter.name_in("pingone")}))
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
    members.insert("secure".to_owned(), json!(parameter.is_sensitive()));
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
