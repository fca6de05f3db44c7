//! The catalogue: connectors are the hub's classes.

use hub::class::{Class, Parameter};
use hub::scope::Scope;
use serde_json::{Map, Value, json};

/// The name of a class among the connectors: `httpConnector`.
pub fn id(class: &Class) -> &str {
    let published = class.doc.pointer("/pingone/id").and_then(Value::as_str);
    published.unwrap_or(&class.name)
}

/// How a connector looks and where it is from, which its instances show as well.
pub fn metadata(class: &Class) -> Value {
    let of_class = |name: &str| {
        class
            .doc
            .get("pingone")
            .and_then(|pingone| pingone.get(name))
    };
    let mut metadata = Map::new();
    metadata.insert(
        "type".to_owned(),
        of_class("type").cloned().unwrap_or(json!("service")),
    );
    if let Some(vendor) = of_class("vendor") {
        metadata.insert("vendor".to_owned(), vendor.clone());
    }
    let colors = json!({"canvas": "#E6EDF7", "canvasText": "#212529", "dark": "#2E5AAC"});
    metadata.insert(
        "colors".to_owned(),
        of_class("colors").cloned().unwrap_or(colors),
    );
    let logos = json!({"canvas": {"imageFileName": "connector.svg"}});
    metadata.insert(
        "logos".to_owned(),
        of_class("logos").cloned().unwrap_or(logos),
    );
    Value::Object(metadata)
}

/// A connector (reference/pingone.md, B3). It is there since its environment is.
pub fn minimal(class: &Class, scope: &Scope) -> Value {
    let mut members = head(class, scope);
    let text = |name: &str| class.doc.get(name).and_then(Value::as_str);
    members.insert(
        "name".to_owned(),
        json!(text("displayName").unwrap_or(&class.name)),
    );
    if let Some(description) = text("description") {
        members.insert("description".to_owned(), json!(description));
    }
    members.insert(
        "version".to_owned(),
        json!(text("version").unwrap_or("1.0.0")),
    );
    members.insert("metadata".to_owned(), metadata(class));
    Value::Object(members)
}

/// What a connector can do and what its instances are configured by.
pub fn details(class: &Class, scope: &Scope) -> Value {
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
        let view = class
            .doc
            .get("pingone")
            .and_then(|pingone| pingone.get(name));
        members.insert(name.to_owned(), view.cloned().unwrap_or(default));
    }
    Value::Object(members)
}

fn head(class: &Class, scope: &Scope) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(id(class)));
    members.insert(
        "environment".to_owned(),
        json!({"id": scope.environment_id}),
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
