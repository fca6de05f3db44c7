//! A response as an expression sees it.

use std::collections::HashMap;
use std::sync::Arc;

use cel::Value;
use cel::objects::{Key, Map};
use serde_json::Value as Json;

/// What an expression sees of a response.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The status code.
    pub status: u16,
    /// The headers, with names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub text: String,
}

/// The body as JSON when it is said to be JSON and is, otherwise its text: published examples ask a
/// body whether it contains a word.
pub(super) fn body(seen: &Seen) -> Json {
    let is_json = seen.headers.iter().any(|(name, value)| {
        let media_type = value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        name == "content-type"
            && (media_type == "application/json" || media_type.ends_with("+json"))
    });
    let parsed = is_json
        .then(|| hub::json::parse_reply(seen.text.as_bytes()).ok())
        .flatten();
    parsed.unwrap_or_else(|| Json::String(seen.text.clone()))
}

pub(super) fn variables(seen: &Seen, body: &Json) -> [(&'static str, Value); 6] {
    let status = Value::Int(i64::from(seen.status));
    let headers = headers(seen);
    let text = Value::from(seen.text.as_str());
    let body = value(body);
    let response = map([
        ("statusCode".to_owned(), status.clone()),
        ("headers".to_owned(), headers.clone()),
        ("body".to_owned(), body.clone()),
        ("bodyString".to_owned(), text.clone()),
    ]);
    [
        ("response", response),
        ("statusCode", status),
        ("headers", headers),
        ("body", body.clone()),
        ("bodyJSON", body),
        ("bodyString", text),
    ]
}

/// Each name in lower case, as published expressions have it, and in the canonical form of Go, as
/// scripts have it.
fn headers(seen: &Seen) -> Value {
    let mut lists: Vec<(String, Vec<Value>)> = Vec::new();
    for (name, value) in &seen.headers {
        let value = Value::from(value.as_str());
        match lists.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value),
            None => lists.push((name.clone(), vec![value])),
        }
    }
    let both = lists.into_iter().flat_map(|(name, values)| {
        let values = Value::List(Arc::new(values));
        [(canonical(&name), values.clone()), (name, values)]
    });
    map(both)
}

/// `content-type` as `Content-Type` (`textproto.CanonicalMIMEHeaderKey`).
pub fn canonical(name: &str) -> String {
    let mut upper = true;
    name.chars()
        .map(|char| {
            let cased = if upper {
                char.to_ascii_uppercase()
            } else {
                char.to_ascii_lowercase()
            };
            upper = char == '-';
            cased
        })
        .collect()
}

/// Numbers without a fraction are integers, so that they can be compared with those of the
/// expression.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::Int(number),
            (None, Some(number)) => Value::UInt(number),
            (None, None) => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::List(Arc::new(items.iter().map(value).collect())),
        Json::Object(members) => map(members
            .iter()
            .map(|(name, member)| (name.clone(), value(member)))),
    }
}

fn map(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    let members: HashMap<Key, Value> = members
        .into_iter()
        .map(|(name, value)| (Key::String(Arc::new(name)), value))
        .collect();
    Value::Map(Map {
        map: Arc::new(members),
    })
}
