//! What a version is made of: `{actions, triggers, definitions}`, each a list of parts that their names tell apart. It
//! is an object of its own that belongs to the version: it can be large, and a connector is shown without it.

use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::View;
use hub::plan::Change;
use serde_json::{Map, Value, json};

/// One of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What can be asked of the connected system.
    Action,
    /// What the connected system tells by itself.
    Trigger,
    /// The schemas that actions and triggers refer to.
    Definition,
}

impl Part {
    /// Its list.
    pub const fn list(self) -> &'static str {
        match self {
            Self::Action => "actions",
            Self::Trigger => "triggers",
            Self::Definition => "definitions",
        }
    }

    /// What messages call one of them.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Trigger => "trigger",
            Self::Definition => "definition",
        }
    }
}

/// Of a version that is made of nothing yet.
pub fn empty() -> Value {
    json!({"actions": [], "triggers": [], "definitions": []})
}

/// What a version is made of.
///
/// # Errors
/// Those of the store.
pub fn read(version: Uid, view: &dyn View) -> Result<Object> {
    let mut found = view.children(&[version], &[Kind::Contents])?;
    found
        .pop()
        .ok_or_else(|| Error::Internal(format!("version {version:?} has no contents")))
}

/// The change that makes it.
///
/// # Errors
/// [`Error::Internal`] when the host has no randomness to give.
pub fn create(version: &Object, doc: Value, view: &dyn View) -> Result<Change> {
    let scope = version.scope;
    let mut change = Change::create(
        Kind::Contents,
        scope,
        &version.name,
        doc,
        Default::default(),
        view.now(),
    )?;
    change.object.parent = Some(version.uid);
    Ok(change)
}

/// The parts of a list.
pub fn parts(contents: &Value, part: Part) -> &[Value] {
    let list = contents.get(part.list()).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// The name of a part.
pub fn name_of(part: &Value) -> &str {
    part.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// The document with another list.
pub fn with_parts(contents: &Value, part: Part, parts: Vec<Value>) -> Value {
    let mut members = contents.as_object().cloned().unwrap_or_default();
    members.insert(part.list().to_owned(), parts.into());
    Value::Object(members)
}

/// The parts other than a definition itself that refer to it: by a `$ref` that ends with its name, or as `definition`, by
/// its id or name.
pub fn references<'a>(
    contents: &'a Value,
    definition: &'a Value,
) -> impl Iterator<Item = (Part, &'a Value)> {
    let all = [Part::Action, Part::Trigger, Part::Definition].into_iter();
    let itself = move |part: Part, one: &Value| {
        part == Part::Definition && name_of(one) == name_of(definition)
    };
    let parts = all.flat_map(move |part| parts(contents, part).iter().map(move |one| (part, one)));
    parts.filter(move |(part, one)| !itself(*part, one) && refers(one, definition))
}

fn refers(value: &Value, definition: &Value) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| {
            let is_reference = match name.as_str() {
                "$ref" => points_to(value, name_of(definition)),
                "definition" => is_of(value, definition),
                _ => false,
            };
            is_reference || refers(value, definition)
        }),
        Value::Array(items) => items.iter().any(|item| refers(item, definition)),
        _ => false,
    }
}

/// Whether `{id}` or `{name}` is of the definition.
fn is_of(reference: &Value, definition: &Value) -> bool {
    ["id", "name"].into_iter().any(|member| {
        let given = reference.get(member);
        given.is_some() && given == definition.get(member)
    })
}

fn points_to(reference: &Value, definition: &str) -> bool {
    let target = reference.as_str().and_then(|text| text.rsplit('/').next());
    // A JSON Pointer in a URL fragment: RFC 6901, section 3.
    target.is_some_and(|last| last.replace("~1", "/").replace("~0", "~") == definition)
}

/// The JSON Schema of a definition, by the name of its file.
pub fn schema<'a>(contents: &'a Value, file: &str) -> Option<&'a Value> {
    let name = file.strip_suffix(".json").unwrap_or(file);
    let found = parts(contents, Part::Definition)
        .iter()
        .find(|one| name_of(one) == name)?;
    found.get("schema")
}

/// A part of that name, which comes first.
pub fn named(name: &str, mut members: Map<String, Value>) -> Value {
    members.shift_remove("name");
    let mut part = Map::new();
    part.insert("name".to_owned(), json!(name));
    part.extend(members);
    Value::Object(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_at_any_depth_but_not_in_itself() {
        let contents = json!({
            "actions": [{"name": "get", "in": [{"schema": {"$ref": "#/components/schemas/A~1B"}}]}],
            "triggers": [
                {"name": "told", "requestBody": {"definitions": [{"definition": {"id": "7"}}]}},
                {"name": "tell", "responses": [{"definitions": [{"definition": {"name": "D"}}, {"definition": {"name": "E"}}]}]},
            ],
            "definitions": [
                {"name": "A/B", "schema": {"next": {"$ref": "#/components/schemas/A~1B"}}},
                {"name": "C", "schema": {"next": {"$ref": "#/components/schemas/C"}}},
            ],
        });
        let names = |definition: Value| -> Vec<String> {
            let references = references(&contents, &definition);
            references.map(|(_, by)| name_of(by).to_owned()).collect()
        };
        assert_eq!(names(json!({"name": "A/B"})), ["get"]);
        assert_eq!(names(json!({"name": "C"})), [""; 0]);
        assert_eq!(names(json!({"id": "7", "name": "D"})), ["told", "tell"]);
        assert_eq!(names(json!({"id": "8", "name": "E"})), ["tell"]);
    }
}
