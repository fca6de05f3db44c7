//! The removal of actions, triggers and definitions.

use std::collections::HashSet;

use hub::error::{Error, FieldCode, FieldError, Reference, Referenced, Result};
use hub::fields::FieldErrors;
use hub::object::Object;
use hub::operation::{Computed, ObjectVersion, Operation, View, World};
use serde_json::{Value, json};

use super::contents::{self, PartKind};
use super::found::{Found, PartsPath, one};
use super::references::References;
use crate::rules;
use crate::text::Members;
use crate::version::draft::check_draft;

/// Removes parts of a draft. Definitions to which something else refers stay, unless by force.
#[derive(Debug)]
pub(crate) struct DeleteParts {
    /// Of which list.
    pub parts: PartsPath,
    /// Which of them.
    pub chosen: Chosen,
    /// Even if something refers to them.
    pub force: bool,
}

/// Which parts are to go.
#[derive(Debug)]
pub(crate) enum Chosen {
    /// The one of that name.
    Name(String),
    /// `{ids?, names?}` or `{all: true}`
    Body(Value),
}

impl Operation for DeleteParts {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        let contents = Found::of(&self.parts.path, view)?.contents;
        Ok(Some(ObjectVersion::from(&contents)))
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let (found, kind) = (Found::of(&self.parts.path, world)?, self.parts.kind);
        check_draft(&found.version)?;
        let chosen = self.chosen.of(&found.contents, kind)?;
        let names: HashSet<&str> = chosen.iter().map(contents::name_of).collect();
        let is_chosen = |one: &Value| names.contains(contents::name_of(one));
        let parts = contents::parts(&found.contents.doc, kind).iter();
        let left: Vec<Value> = parts.filter(|one| !is_chosen(one)).cloned().collect();
        let after = contents::with_parts(&found.contents.doc, kind, left.clone());
        if kind == PartKind::Definition && !self.force {
            check_unreferenced(&chosen, &after)?;
        }
        let printer = self.parts.printer(&found, &found.contents.doc, world);
        let print = |one| printer.print(one);
        let before = match (&self.chosen, chosen.as_slice()) {
            (Chosen::Name(_), [one]) => print(one),
            _ => json!({kind.list(): chosen.iter().map(print).collect::<Vec<_>>()}),
        };
        Ok(Computed {
            before: Some(before),
            ..found.written(kind, left, world)
        })
    }
}

impl Chosen {
    fn of(&self, contents: &Object, kind: PartKind) -> Result<Vec<Value>> {
        let sent = match self {
            Self::Name(name) => return Ok(vec![one(contents, kind, name)?.clone()]),
            Self::Body(sent) => sent,
        };
        let mut faults = FieldErrors::default();
        let (mut keys, mut all) = (Vec::new(), false);
        if let Some(fields) = faults.object("", sent) {
            all = fields.optional_bool("all", &mut faults).unwrap_or_default();
            for (list, member) in [("ids", "id"), ("names", "name")] {
                let texts = rules::strings(&fields, list, false, &mut faults);
                if texts
                    .as_ref()
                    .is_some_and(|texts| texts.len() > rules::PARTS_MAX)
                {
                    rules::too_many(list, rules::PARTS_MAX, &mut faults);
                    continue;
                }
                let texts = texts.into_iter().flatten().enumerate();
                keys.extend(texts.map(|(index, text)| (format!("{list}[{index}]"), member, text)));
            }
            if all != keys.is_empty() {
                let message = "must be true without ids and names, or else there must be some";
                faults.push(FieldError::new("all", FieldCode::Invalid, message));
            }
        }
        let parts = contents::parts(&contents.doc, kind);
        let mut chosen: Vec<Value> = if all { parts.to_vec() } else { Vec::new() };
        for (field, member, key) in keys {
            match parts.iter().find(|one| one.text_at(member) == Some(&key)) {
                Some(one) if chosen.contains(one) => {
                    let message = format!("{key:?} is chosen twice");
                    faults.push(FieldError::new(field, FieldCode::Duplicate, message));
                }
                Some(one) => chosen.push(one.clone()),
                None => {
                    let message = format!("there is no {} {key:?}", kind.name());
                    faults.push(FieldError::new(field, FieldCode::NotFound, message));
                }
            }
        }
        faults.finish(chosen)
    }
}

/// Nothing that is left may refer to what goes.
fn check_unreferenced(chosen: &[Value], left: &Value) -> Result<()> {
    let references = References::of(left);
    for definition in chosen {
        let by = references.to(definition);
        if !by.is_empty() {
            return Err(Error::Referenced(Box::new(Referenced {
                object: reference(PartKind::Definition, definition),
                by: by
                    .into_iter()
                    .map(|(kind, one)| reference(kind, one))
                    .collect(),
                message: "change what refers to it first, or use force=true".to_owned(),
            })));
        }
    }
    Ok(())
}

fn reference(kind: PartKind, part: &Value) -> Reference {
    Reference {
        kind: kind.name(),
        id: part.text_at("id").unwrap_or_default().to_owned(),
        name: contents::name_of(part).to_owned(),
    }
}
