//! The actions, triggers and definitions of a version.

use std::collections::HashSet;

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::operation::{Computed, ObjectVersion, Operation, Reading, View, World};
use serde_json::{Value, json};

use super::contents::{self, PartKind};
use super::found::{Found, PartsPath, not_found, one};
use super::wire;
use crate::change::read_only;
use crate::page::{self, Page};
use crate::rules;
use crate::text::Members;
use crate::version::draft::check_draft;
use crate::version::path::VersionPath;

/// A page of the parts of a list whose names contain a text.
#[derive(Debug)]
pub(crate) struct ListParts {
    /// Which list.
    pub parts: PartsPath,
    /// The text, in any case; empty for all.
    pub name: String,
    /// Which page.
    pub page: Page,
}

impl Reading for ListParts {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let found = Found::of(&self.parts.path, view)?;
        let printer = self.parts.printer(&found, &found.contents.doc, view);
        let wanted = self.name.to_lowercase();
        let parts = contents::parts(&found.contents.doc, self.parts.kind).iter();
        let parts = parts
            .map(|one| (contents::name_of(one), one))
            .filter(|(name, _)| name.to_lowercase().contains(&wanted))
            .map(|(name, one)| (page::by_name(name), one))
            .collect();
        let answer = self
            .page
            .print(self.parts.kind.list(), parts, |one| printer.print(one));
        read_only(&found.contents, answer)
    }
}

/// One part of a list.
#[derive(Debug)]
pub(crate) struct GetPart {
    /// Which list.
    pub parts: PartsPath,
    /// Which of them.
    pub name: String,
}

impl Reading for GetPart {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let found = Found::of(&self.parts.path, view)?;
        let part = one(&found.contents, self.parts.kind, &self.name)?;
        let printer = self.parts.printer(&found, &found.contents.doc, view);
        let answer = printer.print(part);
        read_only(&found.contents, answer)
    }
}

/// The JSON Schema of a definition.
#[derive(Debug)]
pub(crate) struct GetSchema {
    /// Of which version.
    pub path: VersionPath,
    /// The name of the definition, with or without `.json`.
    pub file: String,
}

impl Reading for GetSchema {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let contents = Found::of(&self.path, view)?.contents;
        let schema = contents::schema(&contents.doc, &self.file);
        let schema = schema.ok_or_else(|| not_found("schema", &self.file))?;
        read_only(&contents, schema)
    }
}

/// Adds parts to a draft: one, or of definitions many at once, which may refer to each other.
#[derive(Debug)]
pub(crate) struct CreateParts {
    /// To which list.
    pub parts: PartsPath,
    /// The part, or `{definitions: [part]}`.
    pub body: Value,
}

impl Operation for CreateParts {
    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let found = Found::of(&self.parts.path, world)?;
        let many = self.body.get(PartKind::Definition.list());
        let many = many.filter(|_| self.parts.kind == PartKind::Definition);
        let new = self.read(many)?;
        check_draft(&found.version)?;
        let known = contents::parts(&found.contents.doc, self.parts.kind);
        let mut names: HashSet<&str> = known.iter().map(contents::name_of).collect();
        for name in new.iter().map(contents::name_of) {
            if !names.insert(name) {
                return Err(taken(self.parts.kind, name));
            }
        }
        if names.len() > rules::PARTS_MAX {
            let mut faults = FieldErrors::default();
            let field = many.map_or("", |_| PartKind::Definition.list());
            rules::too_many(field, rules::PARTS_MAX, &mut faults);
            faults.finish(())?;
        }
        let mut parts = known.to_vec();
        parts.extend(wire::with_new_ids(new, world.now())?);
        let written = found.written(self.parts.kind, parts.clone(), world);
        let after = contents::with_parts(&found.contents.doc, self.parts.kind, parts);
        let printer = self.parts.printer(&found, &after, world);
        let added = contents::parts(&after, self.parts.kind).get(known.len()..);
        let added = added.into_iter().flatten();
        let mut added: Vec<Value> = added.map(|one| printer.print(one)).collect();
        let answer = match many {
            Some(_) => json!({PartKind::Definition.list(): added}),
            None => added.pop().unwrap_or_default(),
        };
        Ok(Computed {
            answer: Some(answer),
            ..written
        })
    }
}

impl CreateParts {
    fn read(&self, many: Option<&Value>) -> Result<Vec<Value>> {
        let mut faults = FieldErrors::default();
        let mut read = |path: &str, value| {
            Value::Object(wire::read(self.parts.kind, path, value, &mut faults))
        };
        let parts: Vec<Value> = match many.and_then(Value::as_array) {
            Some(items) => {
                let items = items.iter().enumerate();
                items
                    .map(|(index, item)| read(&format!("definitions[{index}]"), item))
                    .collect()
            }
            None if many.is_some() => {
                faults.wrong_type("definitions", "an array");
                Vec::new()
            }
            None => vec![read("", &self.body)],
        };
        faults.finish(parts)
    }
}

/// Replaces a part of a draft. Its id stays.
#[derive(Debug)]
pub(crate) struct UpdatePart {
    /// Of which list.
    pub parts: PartsPath,
    /// Which of them.
    pub name: String,
    /// The part.
    pub body: Value,
}

impl Operation for UpdatePart {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        let contents = Found::of(&self.parts.path, view)?.contents;
        Ok(Some(ObjectVersion::from(&contents)))
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let (found, kind) = (Found::of(&self.parts.path, world)?, self.parts.kind);
        let current = one(&found.contents, kind, &self.name)?.clone();
        let id = current.text_at("id").unwrap_or_default();
        let mut faults = FieldErrors::default();
        let members = wire::read(kind, "", &self.body, &mut faults);
        let given = self.body.get("id").filter(|given| !given.is_null());
        if given.is_some_and(|given| {
            !given
                .as_str()
                .is_some_and(|given| given.eq_ignore_ascii_case(id))
        }) {
            let message = format!("cannot change: it is {id:?}");
            faults.push(FieldError::new("id", FieldCode::Immutable, message));
        }
        faults.finish(())?;
        check_draft(&found.version)?;
        let changed = wire::with_id(members, id);
        let mut parts = contents::parts(&found.contents.doc, kind).to_vec();
        let name = contents::name_of(&changed);
        if name != self.name && parts.iter().any(|known| contents::name_of(known) == name) {
            return Err(taken(kind, name));
        }
        let place = parts
            .iter_mut()
            .find(|known| contents::name_of(known) == self.name);
        if let Some(known) = place {
            *known = changed.clone();
        }
        let written = found.written(kind, parts.clone(), world);
        let after = contents::with_parts(&found.contents.doc, kind, parts);
        let before = self.parts.printer(&found, &found.contents.doc, world);
        Ok(Computed {
            answer: Some(self.parts.printer(&found, &after, world).print(&changed)),
            before: Some(before.print(&current)),
            ..written
        })
    }
}

fn taken(kind: PartKind, name: &str) -> Error {
    Error::AlreadyExists {
        kind: kind.name(),
        name: name.to_owned(),
        field: "name",
    }
}
