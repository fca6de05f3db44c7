//! What a version is made of: `{actions, triggers, definitions}`, each a list of parts that their names tell apart. It
//! is an object of its own that belongs to the version: it can be large, and a connector is shown without it.

use std::collections::HashMap;

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

/// Which parts refer to which definitions: by a `$ref` that ends with its name, or as `definition`, by its id or name.
#[derive(Default)]
pub struct References<'c> {
    by_name: HashMap<String, Vec<Referrer<'c>>>,
    by_id: HashMap<&'c str, Vec<Referrer<'c>>>,
}

/// A part that refers to a definition.
pub type Referrer<'c> = (Part, &'c Value);

impl<'c> References<'c> {
    /// Those within a version, found in one walk.
    pub fn of(contents: &'c Value) -> Self {
        let mut found = Self::default();
        for part in [Part::Action, Part::Trigger, Part::Definition] {
            for one in parts(contents, part) {
                found.walk(one, (part, one));
            }
        }
        found
    }

    /// The parts that refer to a definition, without itself.
    pub fn to(&self, definition: &Value) -> Vec<Referrer<'c>> {
        let id = definition.get("id").and_then(Value::as_str);
        let by_name = self.by_name.get(name_of(definition));
        let by_id = id.and_then(|id| self.by_id.get(id));
        let mut referrers: Vec<Referrer<'c>> = Vec::new();
        for (part, by) in by_name.into_iter().chain(by_id).flatten() {
            let is_itself = *part == Part::Definition && name_of(by) == name_of(definition);
            if !is_itself && !referrers.iter().any(|(_, known)| std::ptr::eq(*known, *by)) {
                referrers.push((*part, by));
            }
        }
        referrers
    }

    fn walk(&mut self, value: &'c Value, by: Referrer<'c>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match name.as_str() {
                        "$ref" => self.note_name(value.as_str().map(target), by),
                        "definition" => {
                            let name = value.get("name").and_then(Value::as_str);
                            self.note_name(name.map(str::to_owned), by);
                            if let Some(id) = value.get("id").and_then(Value::as_str) {
                                note(self.by_id.entry(id).or_default(), by);
                            }
                        }
                        _ => {}
                    }
                    self.walk(value, by);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, by)),
            _ => {}
        }
    }

    fn note_name(&mut self, name: Option<String>, by: Referrer<'c>) {
        if let Some(name) = name {
            note(self.by_name.entry(name).or_default(), by);
        }
    }
}

/// A part is walked at once, so that it is the last one where it was noted before.
fn note<'c>(referrers: &mut Vec<Referrer<'c>>, by: Referrer<'c>) {
    if !referrers
        .last()
        .is_some_and(|(_, last)| std::ptr::eq(*last, by.1))
    {
        referrers.push(by);
    }
}

/// The name at the end of a reference: a JSON Pointer in a URL fragment (RFC 6901, section 3).
fn target(reference: &str) -> String {
    let (_, last) = reference.rsplit_once('/').unwrap_or(("", reference));
    last.replace("~1", "/").replace("~0", "~")
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
            let references = References::of(&contents).to(&definition);
            references
                .iter()
                .map(|(_, by)| name_of(by).to_owned())
                .collect()
        };
        assert_eq!(names(json!({"name": "A/B"})), ["get"]);
        assert_eq!(names(json!({"name": "C"})), [""; 0]);
        assert_eq!(names(json!({"id": "7", "name": "D"})), ["tell", "told"]);
        assert_eq!(names(json!({"id": "8", "name": "E"})), ["tell"]);
    }
}
