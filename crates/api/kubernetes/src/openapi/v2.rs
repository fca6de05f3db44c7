//! OpenAPI 2 as protobuf (google/gnostic, OpenAPIv2.proto), which kubectl up to 1.28 takes in no other form. The numbers
//! are those of its fields.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::operations::{Operation, operations, parameter_type, path_parameters};
use super::proto::Message;
use super::schemas::{definitions, group_version_kind, name_of};
use crate::resource::{ALL, Resource};
use crate::version;

const REFERENCES: &str = "#/definitions/";

/// The document, for all resources.
pub fn document() -> Vec<u8> {
    let info = Message::default()
        .text(1, "Patchbay")
        .text(2, version::GIT_VERSION);
    let definitions = definitions(ALL.into_iter(), REFERENCES);
    Message::default()
        .text(1, "2.0")
        .message(2, &info)
        .message(8, &paths())
        .message(9, &named_schemas(&definitions))
        .into_bytes()
}

fn paths() -> Message {
    let mut by_path: BTreeMap<String, Message> = BTreeMap::new();
    for resource in ALL {
        for operation in operations(resource) {
            let field = match operation.method {
                "get" => 2,
                "put" => 3,
                "post" => 4,
                "delete" => 5,
                _ => 8,
            };
            let item = by_path.remove(&operation.path).unwrap_or_default();
            let item = item.message(field, &describe(&operation, resource));
            by_path.insert(operation.path, item);
        }
    }
    let named = by_path
        .into_iter()
        .map(|(path, item)| Message::default().text(1, &path).message(2, &item));
    Message::default().messages(2, named)
}

fn describe(operation: &Operation, resource: &Resource) -> Message {
    let name = name_of(resource);
    let answer = if operation.answers_list {
        format!("{name}List")
    } else {
        name.clone()
    };
    let described = Message::default().text(6, "application/json");
    let described = operation
        .consumes
        .iter()
        .fold(described, |described, media_type| {
            described.text(7, media_type)
        });
    described
        .messages(8, parameters(operation, &name))
        .message(9, &responses(&answer))
        .message(
            13,
            &extension("x-kubernetes-action", &operation.action.into()),
        )
        .message(
            13,
            &extension(
                "x-kubernetes-group-version-kind",
                &group_version_kind(resource),
            ),
        )
}

/// Each is a parameter in an item.
fn parameters(operation: &Operation, kind: &str) -> Vec<Message> {
    let item = |parameter: &Message| Message::default().message(1, parameter);
    let not_body = |field: u32, schema: &Message| {
        item(&Message::default().message(2, &Message::default().message(field, schema)))
    };
    let mut parameters = Vec::new();
    for name in path_parameters(&operation.path) {
        let schema = Message::default()
            .flag(1, true)
            .text(2, "path")
            .text(4, name)
            .text(5, "string");
        parameters.push(not_body(4, &schema));
    }
    for name in operation.query {
        let schema = Message::default()
            .text(2, "query")
            .text(4, name)
            .text(6, parameter_type(name));
        parameters.push(not_body(3, &schema));
    }
    if !operation.consumes.is_empty() {
        let schema = match operation.action {
            "post" | "put" => Message::default().text(1, &format!("{REFERENCES}{kind}")),
            _ => Message::default().message(22, &Message::default().text(1, "object")),
        };
        let body = Message::default()
            .text(2, "body")
            .text(3, "body")
            .message(5, &schema);
        parameters.push(item(&Message::default().message(1, &body)));
    }
    parameters
}

fn responses(answer: &str) -> Message {
    let reference = Message::default().text(1, &format!("{REFERENCES}{answer}"));
    let schema = Message::default().message(1, &reference);
    let response = Message::default().text(1, "OK").message(2, &schema);
    let value = Message::default().message(1, &response);
    let named = Message::default().text(1, "200").message(2, &value);
    Message::default().message(1, &named)
}

fn named_schemas(schemas: &Map<String, Value>) -> Message {
    let named = schemas
        .iter()
        .map(|(name, value)| Message::default().text(1, name).message(2, &schema(value)));
    Message::default().messages(1, named)
}

/// A JSON Schema as a message.
fn schema(json: &Value) -> Message {
    let text = |name: &str| json.get(name).and_then(Value::as_str).unwrap_or_default();
    let list = |name: &str| {
        json.get(name)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let mut message = Message::default()
        .text(1, text("$ref"))
        .text(2, text("format"))
        .text(4, text("description"));
    for name in list("required") {
        message = message.text(19, name.as_str().unwrap_or_default());
    }
    for value in list("enum") {
        message = message.message(20, &any(value));
    }
    if let Some(value) = json.get("additionalProperties") {
        message = message.message(21, &Message::default().message(1, &schema(value)));
    }
    if json.get("type").is_some() {
        message = message.message(22, &Message::default().text(1, text("type")));
    }
    if let Some(items) = json.get("items") {
        message = message.message(23, &Message::default().message(1, &schema(items)));
    }
    message = message.messages(24, list("allOf").map(schema));
    if let Some(properties) = json.get("properties").and_then(Value::as_object) {
        message = message.message(25, &named_schemas(properties));
    }
    let extensions = json
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| name.starts_with("x-"));
    extensions.fold(message, |message, (name, value)| {
        message.message(31, &extension(name, value))
    })
}

/// JSON is YAML.
fn any(value: &Value) -> Message {
    Message::default().text(2, &value.to_string())
}

fn extension(name: &str, value: &Value) -> Message {
    Message::default().text(1, name).message(2, &any(value))
}
