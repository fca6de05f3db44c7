//! The list of managers of an object: `metadata.managedFields`.

use serde_json::{Map, Value, json};

use super::Writer;
use super::compare::Changes;
use super::fields::FieldSet;
use crate::error::{Code, Conflict, Error};
use crate::errors::Errors;
use crate::pointer::Path;

/// Entries of plain updates that are kept apart; the oldest beyond them become one. Kubernetes has
/// the same bound: without it, every new client makes the object longer.
const MAX_UPDATERS: usize = 10;
/// Entries that are read at all: finding a manager goes through the list.
const MAX_MANAGERS: usize = 1_000;

/// How a manager came by its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ManagerOperation {
    Apply,
    Update,
}

/// One manager and its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Manager {
    name: String,
    operation: ManagerOperation,
    api_version: String,
    time: Option<String>,
    subresource: String,
    pub(super) fields: FieldSet,
}

impl Manager {
    pub(super) fn new(writer: &Writer, operation: ManagerOperation) -> Self {
        Self {
            name: writer.manager.clone(),
            operation,
            api_version: writer.api_version.clone(),
            time: Some(writer.time.clone()),
            subresource: writer.subresource.clone(),
            fields: FieldSet::default(),
        }
    }

    /// Whether an entry is the same manager's. An applier stays itself when it moves to another API
    /// version.
    fn is(&self, other: &Manager) -> bool {
        (&self.name, self.operation, &self.subresource)
            == (&other.name, other.operation, &other.subresource)
            && (self.operation == ManagerOperation::Apply || self.api_version == other.api_version)
    }

    fn conflicts(&self, taken: &FieldSet, document: &Value) -> Vec<Conflict> {
        let common = self.fields.common(taken);
        let conflict = |(field, pointer)| Conflict {
            manager: self.name.clone(),
            operation: self.operation.name().into(),
            api_version: self.api_version.clone(),
            subresource: self.subresource.clone(),
            message: format!("conflict with {}: {field}", self.description()),
            field,
            pointer,
        };
        common.paths(document).into_iter().map(conflict).collect()
    }

    fn description(&self) -> String {
        let mut text = Value::String(self.name.clone()).to_string();
        if !self.subresource.is_empty() {
            text = format!(
                "{text} with subresource {}",
                Value::String(self.subresource.clone())
            );
        }
        match self.operation {
            ManagerOperation::Apply => text,
            ManagerOperation::Update => format!("{text} using {}", self.api_version),
        }
    }

    fn read(entry: &Value, path: &Path, errors: &mut Errors) -> Option<Self> {
        let Some(members) = entry.as_object() else {
            errors.push(path, Code::WrongType, "must be an entry of managedFields");
            return None;
        };
        let text = |name: &str, errors: &mut Errors| match members.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                errors.push(&path.member(name), Code::WrongType, "must be a string");
                None
            }
        };
        let operation = match text("operation", errors).as_deref() {
            Some("Apply") => ManagerOperation::Apply,
            Some("Update") => ManagerOperation::Update,
            _ => {
                errors.push(
                    &path.member("operation"),
                    Code::Malformed,
                    "must be Apply or Update",
                );
                return None;
            }
        };
        let fields = match members.get("fieldsV1") {
            None | Some(Value::Null) => FieldSet::default(),
            Some(fields) => FieldSet::read(fields, &path.member("fieldsV1"), errors),
        };
        Some(Self {
            name: text("manager", errors).unwrap_or_default(),
            operation,
            api_version: text("apiVersion", errors).unwrap_or_default(),
            time: text("time", errors),
            subresource: text("subresource", errors).unwrap_or_default(),
            fields,
        })
    }

    fn write(&self) -> Value {
        let mut members = Map::new();
        members.insert("manager".into(), json!(self.name));
        members.insert("operation".into(), json!(self.operation.name()));
        members.insert("apiVersion".into(), json!(self.api_version));
        if let Some(time) = &self.time {
            members.insert("time".into(), json!(time));
        }
        members.insert("fieldsType".into(), json!("FieldsV1"));
        members.insert("fieldsV1".into(), self.fields.write());
        if !self.subresource.is_empty() {
            members.insert("subresource".into(), json!(self.subresource));
        }
        Value::Object(members)
    }
}

impl ManagerOperation {
    fn name(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

/// All managers of an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Managers(Vec<Manager>);

impl Managers {
    pub(super) fn read(managed_fields: &Value) -> Result<Self, Error> {
        let mut errors = Errors::default();
        let mut managers = Self::default();
        match managed_fields {
            Value::Null => {}
            Value::Array(entries) if entries.len() > MAX_MANAGERS => {
                let message = format!(
                    "managedFields may have {MAX_MANAGERS} entries: send an empty list to start anew"
                );
                errors.push(&Path::Root, Code::TooLarge, message);
            }
            Value::Array(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    if let Some(manager) = Manager::read(entry, &Path::Root.row(index), &mut errors)
                    {
                        managers.put(manager);
                    }
                }
            }
            _ => errors.push(&Path::Root, Code::WrongType, "managedFields must be a list"),
        }
        errors.or(managers)
    }

    /// Writes the list, appliers first, then by age, as Kubernetes sorts it.
    pub(super) fn write(&self) -> Value {
        let mut entries: Vec<&Manager> = self.0.iter().collect();
        entries.sort_by_key(|entry| {
            (
                entry.operation,
                &entry.time,
                &entry.name,
                &entry.api_version,
                &entry.subresource,
            )
        });
        Value::Array(entries.into_iter().map(Manager::write).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes the manager's entry out, if it has one.
    pub(super) fn take(&mut self, manager: &Manager) -> Option<Manager> {
        let at = self.0.iter().position(|entry| entry.is(manager))?;
        Some(self.0.remove(at))
    }

    /// Puts an entry in. One that owns nothing is none.
    pub(super) fn put(&mut self, manager: Manager) {
        match self.0.iter_mut().find(|entry| entry.is(&manager)) {
            Some(entry) => entry.fields.add(&manager.fields),
            None if manager.fields.is_empty() => {}
            None => self.0.push(manager),
        }
    }

    /// All that anyone owns.
    pub(super) fn owned(&self) -> FieldSet {
        let mut owned = FieldSet::default();
        for manager in &self.0 {
            owned.add(&manager.fields);
        }
        owned
    }

    pub(super) fn conflicts(&self, taken: &FieldSet, document: &Value) -> Vec<Conflict> {
        let mut conflicts: Vec<_> = self
            .0
            .iter()
            .flat_map(|manager| manager.conflicts(taken, document))
            .collect();
        conflicts.sort();
        conflicts
    }

    /// What someone else set is no longer theirs, and what is gone is nobody's.
    pub(super) fn lose(&mut self, changes: &Changes) {
        for manager in &mut self.0 {
            manager.fields = manager
                .fields
                .without(&changes.set)
                .without(&changes.removed);
        }
        self.0.retain(|manager| !manager.fields.is_empty());
    }

    /// Folds the oldest updaters into one.
    pub(super) fn cap(&mut self) {
        let is_updater = |entry: &Manager| {
            entry.operation == ManagerOperation::Update && entry.subresource.is_empty()
        };
        let excess = self
            .0
            .iter()
            .filter(|entry| is_updater(entry))
            .count()
            .saturating_sub(MAX_UPDATERS);
        if excess == 0 {
            return;
        }
        self.0
            .sort_by(|one, other| (&one.time, &one.name).cmp(&(&other.time, &other.name)));
        let mut left = excess.saturating_add(1);
        let (old, rest) = std::mem::take(&mut self.0).into_iter().partition(|entry| {
            let fold = left > 0 && is_updater(entry);
            left = left.saturating_sub(usize::from(fold));
            fold
        });
        self.0 = rest;
        for entry in Vec::<Manager>::into_iter(old) {
            self.put(Manager {
                name: "ancient-changes".into(),
                ..entry
            });
        }
    }
}

impl Manager {
    pub(super) fn same_as(&self, other: Option<&Manager>) -> bool {
        other.is_some_and(|other| {
            self.fields == other.fields && self.api_version == other.api_version
        })
    }

    pub(super) fn set_time(&mut self, time: Option<String>) {
        self.time = time;
    }

    pub(super) fn time(&self) -> Option<String> {
        self.time.clone()
    }
}
