//! Parts as they are sent and answered: actions, triggers and definitions.
//!
//! A part is kept as it was sent, with an id. The schema of a definition can be sent as JSON, or as
//! published: as text with its media type. It is kept as JSON.

use hub::error::{FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::contents::{self, PartKind};
use super::references::{References, Referrer};
use crate::address::SchemaAddress;
use crate::json_or_yaml::{self, Format};
use crate::rules;

/// The only type of actions and triggers.
const TYPE: &str = "http";
/// What an action can send.
const METHODS: [&str; 9] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE",
];
/// What data a definition is of, where it does not say.
const ACCEPT: &str = "application/json";
/// How a schema can be written.
const SCHEMA_TYPES: [&str; 2] = ["application/schema+json", "application/schema+yaml"];

/// Reads a part, without its id. Its name is not empty when nothing is wrong.
pub(crate) fn read(
    kind: PartKind,
    path: &str,
    value: &Value,
    faults: &mut FieldErrors,
) -> Map<String, Value> {
    let Some(fields) = faults.object(path, value) else {
        return Map::new();
    };
    let mut members = fields.members().clone();
    members.shift_remove("id");
    read_name(&fields, faults);
    for name in ["description", "summary"] {
        fields.optional_string(name, faults);
    }
    if kind == PartKind::Definition {
        read_definition(&fields, &mut members, faults);
    } else {
        fields.optional_choice("type", &[TYPE], faults);
        fields.optional_choice("method", &METHODS, faults);
        members.entry("type").or_insert_with(|| json!(TYPE));
    }
    members
}

fn read_name(fields: &Fields<'_>, faults: &mut FieldErrors) {
    fields.string("name", faults);
    rules::path_segment(fields, "name", faults);
}

fn read_definition(
    fields: &Fields<'_>,
    members: &mut Map<String, Value>,
    faults: &mut FieldErrors,
) {
    if rules::strings(fields, "accept", false, faults).is_none() {
        members.insert("accept".to_owned(), json!([ACCEPT]));
    }
    // Members that follow from others.
    for name in ["url", "referencedBy"] {
        members.shift_remove(name);
    }
    let path = fields.path("schema");
    match fields.members().get("schema") {
        None | Some(Value::Bool(_)) => {}
        Some(Value::Object(schema)) if schema.contains_key("contentType") => {
            if let Some(schema) = inline_schema(fields, faults) {
                members.insert("schema".to_owned(), schema);
            }
        }
        Some(Value::Object(_)) => {}
        Some(_) => faults.wrong_type(&path, "a JSON Schema, or its text with its contentType"),
    }
}

/// `{contentType, content}` with a JSON Schema as text.
fn inline_schema(definition: &Fields<'_>, faults: &mut FieldErrors) -> Option<Value> {
    let fields = definition.optional_object("schema", faults)?;
    let content_type = fields.string("contentType", faults)?;
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !SCHEMA_TYPES.contains(&media_type) {
        let allowed = SCHEMA_TYPES.map(str::to_owned).to_vec();
        let field = fields.path("contentType");
        faults.push(FieldError::unsupported(field, media_type, allowed));
    }
    let content = fields.string("content", faults)?;
    let format = match media_type {
        "application/schema+json" => Format::Json,
        _ => Format::Any,
    };
    match json_or_yaml::parse(content.as_bytes(), &fields.path("content"), format) {
        Ok(schema) if schema.is_object() || schema.is_boolean() => Some(schema),
        Ok(_) => {
            faults.wrong_type(&fields.path("content"), "a JSON Schema");
            None
        }
        Err(hub::error::Error::Invalid(found)) => {
            found.into_iter().for_each(|fault| faults.push(fault));
            None
        }
        Err(_) => None,
    }
}

/// A part with its id, which comes first.
pub(crate) fn with_id(members: Map<String, Value>, id: &str) -> Value {
    let mut part = Map::new();
    part.insert("id".to_owned(), json!(id));
    part.extend(members);
    Value::Object(part)
}

/// Parts with new ids, and new ids for the responses and the references to definitions within them.
///
/// # Errors
/// [`hub::error::Error::Internal`] when the host has no randomness to give.
pub(crate) fn with_new_ids(parts: Vec<Value>, now: Timestamp) -> Result<Vec<Value>> {
    let with_new_id = |mut part: Value| {
        if let Some(body) = part.get_mut("requestBody") {
            identify(body, "definitions", now)?;
        }
        identify(&mut part, "responses", now)?;
        let responses = part.get_mut("responses").and_then(Value::as_array_mut);
        for response in responses.into_iter().flatten() {
            identify(response, "definitions", now)?;
        }
        with_new_id(&part, now)
    };
    parts.into_iter().map(with_new_id).collect()
}

/// Gives the items of a list ids where they have none.
fn identify(owner: &mut Value, list: &str, now: Timestamp) -> Result<()> {
    let items = owner.get_mut(list).and_then(Value::as_array_mut);
    for item in items.into_iter().flatten() {
        if item.is_object() && item.get("id").is_none() {
            *item = with_new_id(item, now)?;
        }
    }
    Ok(())
}

fn with_new_id(value: &Value, now: Timestamp) -> Result<Value> {
    let members = value.as_object().cloned().unwrap_or_default();
    Ok(with_id(members, &Uid::new(now)?.ulid()))
}

/// Prints the parts of a version. Of a definition it says also where its schema is and what refers
/// to it.
pub(crate) struct Printer<'c> {
    kind: PartKind,
    references: References<'c>,
    schemas: SchemaAddress,
}

impl<'c> Printer<'c> {
    /// Prints parts of a list of these contents.
    pub(crate) fn new(kind: PartKind, contents: &'c Value, schemas: SchemaAddress) -> Self {
        let references = match kind {
            PartKind::Definition => References::of(contents),
            PartKind::Action | PartKind::Trigger => References::default(),
        };
        Self {
            kind,
            references,
            schemas,
        }
    }

    /// A part as it is read.
    pub(crate) fn print(&self, stored: &Value) -> Value {
        let mut printed = stored.clone();
        if self.kind == PartKind::Definition
            && let Some(members) = printed.as_object_mut()
        {
            let url = self.schemas.url(contents::name_of(stored));
            members.insert("url".to_owned(), json!(url));
            let referrers = self.references.to(stored);
            if !referrers.is_empty() {
                let referrers = referrers.into_iter().map(referrer);
                members.insert("referencedBy".to_owned(), referrers.collect());
            }
        }
        printed
    }
}

/// A DefinitionReference.
#[derive(Serialize)]
struct ReferenceBody<'c> {
    r#type: &'static str,
    id: Option<&'c Value>,
    name: &'c str,
}

fn referrer((kind, by): Referrer<'_>) -> Value {
    let name = contents::name_of(by);
    let body = ReferenceBody {
        r#type: kind.name(),
        id: by.get("id"),
        name,
    };
    // Texts always have a form in JSON.
    serde_json::to_value(body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub::error::Error;

    fn read_one(kind: PartKind, value: Value) -> Result<Map<String, Value>> {
        let mut faults = FieldErrors::default();
        let read = read(kind, "", &value, &mut faults);
        faults.finish(read)
    }

    #[test]
    fn a_schema_is_kept_as_json_however_it_is_sent() {
        let schema = json!({"type": "object"});
        for sent in [
            schema.clone(),
            json!({"contentType": "application/schema+json; charset=utf-8", "content": "{\"type\": \"object\"}"}),
            json!({"contentType": "application/schema+yaml", "content": "type: object"}),
        ] {
            let read =
                read_one(PartKind::Definition, json!({"name": "a", "schema": sent})).unwrap();
            assert_eq!(
                (&read["schema"], &read["accept"]),
                (&schema, &json!([ACCEPT]))
            );
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let schema = |kind: &str, content: &str| json!({"name": "a", "schema": {"contentType": kind, "content": content}});
        for (kind, value, field) in [
            (PartKind::Action, json!({}), "name"),
            (PartKind::Action, json!({"name": "a/b"}), "name"),
            (
                PartKind::Action,
                json!({"name": "a", "type": "sql"}),
                "type",
            ),
            (
                PartKind::Trigger,
                json!({"name": "a", "method": "FETCH"}),
                "method",
            ),
            (
                PartKind::Definition,
                json!({"name": "a", "accept": "x"}),
                "accept",
            ),
            (
                PartKind::Definition,
                json!({"name": "a", "schema": 1}),
                "schema",
            ),
            (
                PartKind::Definition,
                schema("text/xml", "<a/>"),
                "schema.contentType",
            ),
            (
                PartKind::Definition,
                schema("application/schema+json", "a: b"),
                "schema.content",
            ),
            (
                PartKind::Definition,
                schema("application/schema+json", "[]"),
                "schema.content",
            ),
        ] {
            let Err(Error::Invalid(errors)) = read_one(kind, value.clone()) else {
                panic!("{value}")
            };
            assert_eq!(errors[0].field, field);
        }
    }
}
