//! OpenAPI 2 as protobuf (google/gnostic, OpenAPIv2.proto), which kubectl up to 1.28 takes in no
//! other form. The numbers are those of its fields.

use hub::json::text_at;
use serde_json::{Map, Value};

use super::proto::Message;

/// A document that is in JSON.
pub(super) fn document(json: &Value) -> Vec<u8> {
    let info = Message::default()
        .text(1, text_at(json, "/info/title"))
        .text(2, text_at(json, "/info/version"));
    let paths = members(json, "paths").map(|(path, item)| named(path, &path_item(item)));
    let definitions = json.get("definitions").and_then(Value::as_object);
    Message::default()
        .text(1, text_at(json, "/swagger"))
        .message(2, &info)
        .message(8, &Message::default().messages(2, paths))
        .message(9, &definitions.map(named_schemas).unwrap_or_default())
        .into_bytes()
}

fn named(name: &str, value: &Message) -> Message {
    Message::default().text(1, name).message(2, value)
}

fn members<'j>(json: &'j Value, name: &str) -> impl Iterator<Item = (&'j String, &'j Value)> {
    let members = json.get(name).and_then(Value::as_object);
    members.into_iter().flatten()
}

fn list<'j>(json: &'j Value, name: &str) -> impl Iterator<Item = &'j Value> {
    let list = json.get(name).and_then(Value::as_array);
    list.into_iter().flatten()
}

fn texts(message: Message, field: u32, json: &Value, name: &str) -> Message {
    let texts = list(json, name).filter_map(Value::as_str);
    texts.fold(message, |message, text| message.text(field, text))
}

fn extensions(message: Message, field: u32, json: &Value) -> Message {
    let members = json.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| name.starts_with("x-"))
        .fold(message, |message, (name, value)| {
            message.message(field, &named(name, &any(value)))
        })
}

fn path_item(methods: &Value) -> Message {
    let fields = [
        ("get", 2),
        ("put", 3),
        ("post", 4),
        ("delete", 5),
        ("patch", 8),
    ];
    let known = fields
        .into_iter()
        .filter_map(|(method, field)| Some((field, methods.get(method)?)));
    known.fold(Message::default(), |item, (field, described)| {
        item.message(field, &operation(described))
    })
}

fn operation(json: &Value) -> Message {
    let message = texts(Message::default(), 6, json, "produces");
    let message = texts(message, 7, json, "consumes")
        .messages(8, list(json, "parameters").map(parameter))
        .message(9, &responses(json));
    extensions(message, 13, json)
}

/// A parameter, in an item.
fn parameter(json: &Value) -> Message {
    let name = text_at(json, "/name");
    let place = text_at(json, "/in");
    let parameter = match place {
        "body" => {
            let described = json.get("schema").map(schema).unwrap_or_default();
            let body = Message::default()
                .text(2, place)
                .text(3, name)
                .message(5, &described);
            Message::default().message(1, &body)
        }
        "path" => {
            let described = Message::default()
                .flag(1, true)
                .text(2, place)
                .text(4, name)
                .text(5, text_at(json, "/type"));
            Message::default().message(2, &Message::default().message(4, &described))
        }
        _ => {
            let described = Message::default()
                .text(2, place)
                .text(4, name)
                .text(6, text_at(json, "/type"));
            Message::default().message(2, &Message::default().message(3, &described))
        }
    };
    Message::default().message(1, &parameter)
}

fn responses(json: &Value) -> Message {
    let responses = members(json, "responses").map(|(code, response)| {
        let described = response.get("schema").map(schema).unwrap_or_default();
        let response = Message::default()
            .text(1, text_at(response, "/description"))
            .message(2, &Message::default().message(1, &described));
        named(code, &Message::default().message(1, &response))
    });
    Message::default().messages(1, responses)
}

fn named_schemas(schemas: &Map<String, Value>) -> Message {
    let all = schemas.iter();
    Message::default().messages(1, all.map(|(name, value)| named(name, &schema(value))))
}

/// A JSON Schema as a message.
fn schema(json: &Value) -> Message {
    let message = Message::default()
        .text(1, text_at(json, "/$ref"))
        .text(2, text_at(json, "/format"))
        .text(4, text_at(json, "/description"));
    let mut message =
        texts(message, 19, json, "required").messages(20, list(json, "enum").map(any));
    if let Some(value) = json.get("additionalProperties") {
        message = message.message(21, &Message::default().message(1, &schema(value)));
    }
    if json.get("type").is_some() {
        message = message.message(22, &Message::default().text(1, text_at(json, "/type")));
    }
    if let Some(items) = json.get("items") {
        message = message.message(23, &Message::default().message(1, &schema(items)));
    }
    message = message.messages(24, list(json, "allOf").map(schema));
    if let Some(properties) = json.get("properties").and_then(Value::as_object) {
        message = message.message(25, &named_schemas(properties));
    }
    extensions(message, 31, json)
}

/// JSON is YAML.
fn any(value: &Value) -> Message {
    Message::default().text(2, &value.to_string())
}
