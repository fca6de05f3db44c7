//! Links, and their form in the hub: `{id, title, kind, target, settings}`.

use hub::connector::parameters::{self, Shown};
use hub::error::{FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::json::text_at;
use hub::object::{Kind, Object};
use hub::resource::{Context, Draft, Resource};
use hub::secret::Raw;
use hub::slot::{MASKED, shown};
use serde_json::{Map, Value, json};

/// The members that the hub has a place for, or that the server sets.
const KNOWN: [&str; 5] = ["id", "title", "kind", "target", "settings"];

pub(crate) struct Link;

impl Resource for Link {
    fn name(&self) -> &'static str {
        "sixth link"
    }

    fn kind(&self) -> Kind {
        Kind::Connector
    }

    fn show(&self, link: &Object, context: &Context<'_>) -> Value {
        let mut members = Map::new();
        members.insert("id".to_owned(), json!(link.uid.hex()));
        members.insert("title".to_owned(), json!(link.name));
        members.insert("kind".to_owned(), json!(text_at(&link.doc, "/class")));
        if let Some(address) = link.doc.get("address") {
            members.insert("target".to_owned(), address.clone());
        }
        let parameters = parameters::list(&link.doc, context.class_of(&link.doc));
        let settings: Map<String, Value> = parameters.iter().filter_map(setting).collect();
        if !settings.is_empty() {
            members.insert("settings".to_owned(), Value::Object(settings));
        }
        let extension = link.doc.pointer("/extensions/sixth");
        members.extend(
            extension
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default(),
        );
        Value::Object(members)
    }

    fn read(&self, wire: &Value, current: Option<&Object>, context: &Context<'_>) -> Result<Draft> {
        let mut faults = FieldErrors::default();
        let fields = faults.object("", wire);
        let text = |name, faults: &mut FieldErrors| fields.as_ref()?.string(name, faults);
        let title = text("title", &mut faults).unwrap_or_default();
        let class = text("kind", &mut faults).unwrap_or_default();
        if !class.is_empty() && context.classes.get(class).is_none() {
            let message = format!("there is no kind {class:?}");
            faults.push(FieldError::new("kind", FieldCode::NotFound, message));
        }
        let target = fields
            .as_ref()
            .and_then(|link| link.optional_string("target", &mut faults));
        let settings = fields
            .as_ref()
            .and_then(|link| link.optional_object("settings", &mut faults));
        let members = fields
            .as_ref()
            .map(|link| link.members().clone())
            .unwrap_or_default();
        let settings = settings
            .map(|settings| settings.members().clone())
            .unwrap_or_default();
        faults.finish(())?;

        // What other dialects know of it stays.
        let mut doc = current.map_or_else(|| json!({}), |link| link.doc.clone());
        let rows = settings.into_iter().map(|one| row(one, &doc)).collect();
        let extension: Map<String, Value> = members
            .into_iter()
            .filter(|(name, _)| !KNOWN.contains(&name.as_str()))
            .collect();
        let mut extensions = doc
            .get("extensions")
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        put(&mut extensions, "sixth", Some(Value::Object(extension)));
        if let Some(doc) = doc.as_object_mut() {
            doc.insert("class".to_owned(), json!(class));
            put(doc, "address", target.map(Value::from));
            let class = context.classes.get(class);
            parameters::put(doc, class, rows, |shown| setting(shown).is_some());
            put(doc, "extensions", Some(Value::Object(extensions)));
        }
        Ok(Draft {
            name: title.to_owned(),
            doc: Raw::new(doc),
        })
    }

    /// What is left out is unset, except for what cannot change.
    fn replace_rules(&self) -> &'static str {
        r#"{"server": ["/id"], "immutable": [{"path": "/kind"}],
            "mask": {"text": "******", "asterisks": 6, "unmatched": "error"}}"#
    }
}

/// A parameter as a setting, with the mask in place of a secret. The address is the target.
fn setting(parameter: &Shown<'_>) -> Option<(String, Value)> {
    let value = parameter.value.filter(|_| !parameter.is_address())?;
    Some((parameter.name.to_owned(), shown(value, MASKED)?))
}

/// A setting as a row. What other dialects know of the row stays.
fn row((name, value): (String, Value), doc: &Value) -> Map<String, Value> {
    let rows = doc.get("params").and_then(Value::as_array);
    let known = rows
        .into_iter()
        .flatten()
        .find(|row| text_at(row, "/name") == name);
    let mut row = known
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    row.insert("name".to_owned(), json!(name));
    row.insert("value".to_owned(), value);
    row
}

/// Sets a member, or removes it when there is nothing in the value.
fn put(members: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    let empty = [json!([]), json!({})];
    match value.filter(|value| !empty.contains(value)) {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.shift_remove(name),
    };
}
