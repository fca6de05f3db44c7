//! Server-side apply, and the fields that each manager owns.
//!
//! This is the algorithm of Kubernetes (structured-merge-diff) over plain JSON; what a schema says
//! there, the rules say here. A manager owns the fields that it applied or wrote. An apply sets
//! what its payload names, takes out what the same manager applied before and nobody else owns, and
//! leaves the rest alone. Changing another manager's field is a conflict, unless it is forced; then
//! the field changes hands.

mod compare;
mod fields;
mod manage;
mod merge;
mod schema;

use serde_json::{Map, Value};

use crate::equal::equal;
use crate::error::{Code, Error};
use crate::errors::Errors;
use crate::origin::Merged;
use crate::rules::ApplyRules;
use compare::{compare, fields_of};
use manage::{Manager, ManagerOperation, Managers};

/// Who writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writer {
    /// The field manager.
    pub manager: String,
    /// `group/version`.
    pub api_version: String,
    /// Empty for the object itself, else for instance `status`.
    pub subresource: String,
    /// RFC 3339, UTC, to the second: what a new or changed entry says.
    pub time: String,
}

/// What an apply made.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The object, without `metadata.managedFields`.
    pub merged: Merged,
    /// The new `metadata.managedFields`.
    pub managed_fields: Value,
    /// False when neither the object nor who owns it changed.
    pub changed: bool,
}

/// Server-side apply. `current` is none when the apply creates; documents are without
/// `metadata.managedFields`.
///
/// An object that exists and has no managed fields yet first becomes `before-first-apply`'s, as in
/// Kubernetes, so that the first apply conflicts with what is there instead of silently taking it.
pub fn apply(
    current: Option<&Value>,
    managed_fields: &Value,
    payload: &Value,
    writer: &Writer,
    force: bool,
    rules: &ApplyRules,
) -> Result<Applied, Error> {
    if !payload.is_object() {
        return Err(Error::field(
            "",
            Code::WrongType,
            "what is applied must be an object",
        ));
    }
    let nothing = Value::Object(Map::new());
    let before = current.unwrap_or(&nothing);
    let stored = Managers::read(managed_fields)?;
    let mut managers = stored.clone();
    if managers.is_empty() {
        let first = Writer {
            manager: "before-first-apply".into(),
            subresource: String::new(),
            ..writer.clone()
        };
        write_to(&mut managers, &nothing, before, &first, rules);
    }

    let mut applier = Manager::new(writer, ManagerOperation::Apply);
    let previous = managers.take(&applier);
    applier.fields = fields_of(payload, rules);

    let mut errors = Errors::default();
    let mut merged = merge::merge(before, payload, rules, &mut errors);
    errors.or(())?;
    if let Some(previous) = &previous {
        let mut owned = managers.owned();
        owned.add(&applier.fields);
        merge::prune(&mut merged, &previous.fields, &owned, rules);
    }
    let merged = merged.finish()?;

    let changes = compare(before, &merged.document, rules);
    // Nothing that someone owns is pruned, so what is removed here was replaced by a value of
    // another kind. Kubernetes leaves that to the schema; without one it would be lost
    // silently.
    let mut taken = changes.set.clone();
    taken.add(&changes.removed);
    let conflicts = managers.conflicts(&taken, &merged.document);
    if !force && !conflicts.is_empty() {
        return Err(Error::Conflicts(conflicts));
    }
    managers.lose(&changes);

    let same_object = current.is_some() && equal(before, &merged.document);
    if let Some(previous) = previous
        .as_ref()
        .filter(|previous| same_object && applier.same_as(Some(previous)))
    {
        applier.set_time(previous.time());
    }
    managers.put(applier);
    let managed_fields = managers.write();
    let changed = !same_object || managed_fields != stored.write();
    Ok(Applied {
        merged,
        managed_fields,
        changed,
    })
}

/// What `metadata.managedFields` becomes after a write that is no apply: the writer owns what it
/// added or changed, and what it removed is nobody's. `before` is none for a create.
pub fn manage_fields(
    before: Option<&Value>,
    after: &Value,
    managed_fields: &Value,
    writer: &Writer,
    rules: &ApplyRules,
) -> Result<Value, Error> {
    let mut managers = Managers::read(managed_fields)?;
    let nothing = Value::Object(Map::new());
    write_to(
        &mut managers,
        before.unwrap_or(&nothing),
        after,
        writer,
        rules,
    );
    managers.cap();
    Ok(managers.write())
}

fn write_to(
    managers: &mut Managers,
    before: &Value,
    after: &Value,
    writer: &Writer,
    rules: &ApplyRules,
) {
    let changes = compare(before, after, rules);
    let mut updater = Manager::new(writer, ManagerOperation::Update);
    let previous = managers.take(&updater);
    managers.lose(&changes);
    if changes.set.is_empty() {
        updater.set_time(previous.as_ref().and_then(Manager::time));
    }
    if let Some(previous) = previous {
        updater.fields = previous.fields.without(&changes.removed);
    }
    updater.fields.add(&changes.set);
    managers.put(updater);
}
