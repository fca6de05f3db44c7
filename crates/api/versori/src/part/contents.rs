//! The contents of a version: `{actions, triggers, definitions}`, each a list of parts with unique
//! names. They are an object of their own that belongs to the version: they can be large, and a
//! connector is shown without them.

use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::View;
use hub::plan::Change;
use serde_json::{Map, Value, json};

use crate::text::Members;

/// The kinds of parts, each with a list of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// What can be asked of the connected system.
    Action,
    /// What the connected system tells by itself.
    Trigger,
    /// The schemas that actions and triggers refer to.
    Definition,
}

impl PartKind {
    /// Its list.
    pub(crate) const fn list(self) -> &'static str {
        match self {
            Self::Action => "actions",
            Self::Trigger => "triggers",
            Self::Definition => "definitions",
        }
    }

    /// What messages call one of them.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Trigger => "trigger",
            Self::Definition => "definition",
        }
    }
}

/// Of a version that is made of nothing yet.
pub(crate) fn empty() -> Value {
    json!({"actions": [], "triggers": [], "definitions": []})
}

/// What a version is made of.
///
/// # Errors
/// Those of the store.
pub(crate) fn read(version: Uid, view: &dyn View) -> Result<Object> {
    let mut found = view.children(&[version], &[Kind::Contents])?;
    found
        .pop()
        .ok_or_else(|| Error::Internal(format!("version {version:?} has no contents")))
}

/// The change that makes it.
///
/// # Errors
/// [`Error::Internal`] when the host has no randomness to give.
pub(crate) fn create(version: &Object, doc: Value, view: &dyn View) -> Result<Change> {
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
pub(crate) fn parts(contents: &Value, kind: PartKind) -> &[Value] {
    let list = contents.get(kind.list()).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// The name of a part.
pub(crate) fn name_of(part: &Value) -> &str {
    part.text_at("name").unwrap_or_default()
}

/// The document with another list.
pub(crate) fn with_parts(contents: &Value, kind: PartKind, parts: Vec<Value>) -> Value {
    let mut members = contents.as_object().cloned().unwrap_or_default();
    members.insert(kind.list().to_owned(), parts.into());
    Value::Object(members)
}

/// The JSON Schema of a definition, by the name of its file.
pub(crate) fn schema<'a>(contents: &'a Value, file: &str) -> Option<&'a Value> {
    let name = file.strip_suffix(".json").unwrap_or(file);
    let found = parts(contents, PartKind::Definition)
        .iter()
        .find(|one| name_of(one) == name)?;
    found.get("schema")
}

/// A part of that name, which comes first.
pub(crate) fn named(name: &str, mut members: Map<String, Value>) -> Value {
    members.shift_remove("name");
    let mut part = Map::new();
    part.insert("name".to_owned(), json!(name));
    part.extend(members);
    Value::Object(part)
}
