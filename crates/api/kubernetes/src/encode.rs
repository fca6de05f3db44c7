//! Writes answers down, in JSON or in YAML.

use http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::request::accept::Encoding;
use api::response::Response;

/// A response with a body.
pub(crate) fn encoded(encoding: Encoding, status: StatusCode, body: &impl Serialize) -> Response {
    // Nothing that is written here has keys that are no text, which alone could fail.
    match encoding {
        Encoding::Json => {
            let text = serde_json::to_vec(body).unwrap_or_default();
            Response::of(status, "application/json", text)
        }
        Encoding::Yaml => {
            let body = serde_json::to_value(body).unwrap_or_default();
            Response::of(status, "application/yaml", yaml(&body))
        }
    }
}

/// A document in block style. Texts that could be read as anything else stand in quotes, as in
/// JSON, which YAML reads alike.
fn yaml(document: &Value) -> String {
    let mut text = String::new();
    match document {
        Value::Object(members) if !members.is_empty() => write_members(&mut text, members, 0),
        Value::Array(items) if !items.is_empty() => write_items(&mut text, items, 0),
        other => text.push_str(&scalar(other)),
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn write_members(text: &mut String, members: &Map<String, Value>, depth: usize) {
    for (index, (name, value)) in members.iter().enumerate() {
        // The first member stands where its object begins.
        if index > 0 {
            indent(text, depth);
        }
        text.push_str(&plain_or_quoted(name));
        text.push(':');
        match value {
            Value::Object(below) if !below.is_empty() => {
                text.push('\n');
                let depth = depth.saturating_add(1);
                indent(text, depth);
                write_members(text, below, depth);
            }
            Value::Array(items) if !items.is_empty() => {
                text.push('\n');
                indent(text, depth);
                write_items(text, items, depth);
            }
            other => {
                text.push(' ');
                text.push_str(&scalar(other));
                text.push('\n');
            }
        }
    }
}

fn write_items(text: &mut String, items: &[Value], depth: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            indent(text, depth);
        }
        text.push_str("- ");
        let below = depth.saturating_add(1);
        match item {
            Value::Object(members) if !members.is_empty() => write_members(text, members, below),
            Value::Array(items) if !items.is_empty() => write_items(text, items, below),
            other => {
                text.push_str(&scalar(other));
                text.push('\n');
            }
        }
    }
}

fn indent(text: &mut String, depth: usize) {
    for _ in 0..depth {
        text.push_str("  ");
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => plain_or_quoted(text),
        other => other.to_string(),
    }
}

fn plain_or_quoted(text: &str) -> String {
    let starts = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic());
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    const WORDS: [&str; 9] = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    if starts && text.bytes().all(allowed) && !is_word {
        text.to_owned()
    } else {
        Value::from(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use api::yaml::Schema;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_alike() {
        let document = json!({
            "kind": "List", "empty": {}, "none": [], "null": null, "text": "a: b # c", "number": "012", "no": "no", "y": "1e3",
            "items": [{"a": {"b": [1, [2, ["x"]], {"c": "d\ne"}]}}, [], {}, "- x", true, 1.5], "f:a/b": {".": {}},
        });
        let text = yaml(&document);
        let read = api::yaml::parse("the text", text.as_bytes(), Schema::Kubernetes);
        let read = read.unwrap().value;
        assert_eq!(read, document, "{text}");
        assert!(text.starts_with("kind: List\nempty: {}\n"), "{text}");
    }
}
