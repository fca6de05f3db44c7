//! The actions, triggers and definitions of a version.

use std::collections::HashSet;

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::object::Object;
use hub::operation::{Computed, ObjectVersion, Operation, Reading, View, World};
use hub::plan::Change;
use serde_json::{Value, json};

use super::versions::{VersionPath, check_draft};
use super::{below, organisation, read_only, time_of_change};
use crate::contents::{self, Part, References};
use crate::family::Family;
use crate::limits;
use crate::links::Schemas;
use crate::page::{self, Page};
use crate::part::{self, Printer};

/// Which list of a version, and how it is told of.
#[derive(Clone, Debug)]
pub struct PartsPath {
    /// Of which version.
    pub path: VersionPath,
    /// Which list.
    pub part: Part,
    /// What addresses in answers begin with.
    pub base: String,
}

/// A page of the parts of a list whose names contain a text.
#[derive(Debug)]
pub struct ListParts {
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
        let parts = contents::parts(&found.contents.doc, self.parts.part).iter();
        let parts = parts
            .map(|one| (contents::name_of(one), one))
            .filter(|(name, _)| name.to_lowercase().contains(&wanted))
            .map(|(name, one)| (page::by_name(name), one))
            .collect();
        let answer = self
            .page
            .print(self.parts.part.list(), parts, |one| printer.print(one));
        Ok(read_only(&found.contents, answer))
    }
}

/// One part of a list.
#[derive(Debug)]
pub struct GetPart {
    /// Which list.
    pub parts: PartsPath,
    /// Which of them.
    pub name: String,
}

impl Reading for GetPart {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let found = Found::of(&self.parts.path, view)?;
        let part = one(&found.contents, self.parts.part, &self.name)?;
        let printer = self.parts.printer(&found, &found.contents.doc, view);
        let answer = printer.print(part);
        Ok(read_only(&found.contents, answer))
    }
}

impl PartsPath {
    /// What prints parts as they are in these contents.
    fn printer<'c>(&self, found: &Found, contents: &'c Value, view: &dyn View) -> Printer<'c> {
        let (organisation, connector) = (organisation(view), found.family.connector.uid);
        let schemas = Schemas::of(&self.base, organisation, connector, &found.version.name);
        Printer::new(self.part, contents, schemas)
    }
}

/// The JSON Schema of a definition.
#[derive(Debug)]
pub struct GetSchema {
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
        Ok(read_only(&contents, schema.clone()))
    }
}

/// Adds parts to a draft: one, or of definitions many at once, which may refer to each other.
#[derive(Debug)]
pub struct CreateParts {
    /// To which list.
    pub parts: PartsPath,
    /// The part, or `{definitions: [part]}`.
    pub body: Value,
}

impl Operation for CreateParts {
    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let found = Found::of(&self.parts.path, world)?;
        let many = self.body.get(Part::Definition.list());
        let many = many.filter(|_| self.parts.part == Part::Definition);
        let new = self.read(many)?;
        check_draft(&found.version)?;
        let known = contents::parts(&found.contents.doc, self.parts.part);
        let mut names: HashSet<&str> = known.iter().map(contents::name_of).collect();
        for name in new.iter().map(contents::name_of) {
            if !names.insert(name) {
                return Err(taken(self.parts.part, name));
            }
        }
        if names.len() > limits::PARTS_MAX {
            let mut faults = FieldErrors::default();
            limits::too_many(self.parts.part.list(), limits::PARTS_MAX, &mut faults);
            faults.finish(())?;
        }
        let mut parts = known.to_vec();
        parts.extend(part::with_new_ids(new, world.now())?);
        let written = found.written(self.parts.part, parts.clone(), world);
        let after = contents::with_parts(&found.contents.doc, self.parts.part, parts);
        let printer = self.parts.printer(&found, &after, world);
        let added = contents::parts(&after, self.parts.part).get(known.len()..);
        let added = added.into_iter().flatten();
        let mut added: Vec<Value> = added.map(|one| printer.print(one)).collect();
        let answer = match many {
            Some(_) => json!({Part::Definition.list(): added}),
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
            Value::Object(part::read(self.parts.part, path, value, &mut faults))
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
pub struct UpdatePart {
    /// Of which list.
    pub parts: PartsPath,
    /// Which of them.
    pub name: String,
    /// The part.
    pub body: Value,
}

impl Operation for UpdatePart {
    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let (found, part) = (Found::of(&self.parts.path, world)?, self.parts.part);
        let current = one(&found.contents, part, &self.name)?.clone();
        let id = current
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mut faults = FieldErrors::default();
        let members = part::read(part, "", &self.body, &mut faults);
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
        let changed = part::with_id(members, id);
        let mut parts = contents::parts(&found.contents.doc, part).to_vec();
        let name = contents::name_of(&changed);
        if name != self.name && parts.iter().any(|known| contents::name_of(known) == name) {
            return Err(taken(part, name));
        }
        let place = parts
            .iter_mut()
            .find(|known| contents::name_of(known) == self.name);
        if let Some(known) = place {
            *known = changed.clone();
        }
        let written = found.written(part, parts.clone(), world);
        let after = contents::with_parts(&found.contents.doc, part, parts);
        let before = self.parts.printer(&found, &found.contents.doc, world);
        Ok(Computed {
            answer: Some(self.parts.printer(&found, &after, world).print(&changed)),
            before: Some(before.print(&current)),
            ..written
        })
    }
}

/// Removes parts of a draft. Definitions to which something else refers stay, unless by force.
#[derive(Debug)]
pub struct DeleteParts {
    /// Of which list.
    pub parts: PartsPath,
    /// Which of them.
    pub chosen: Chosen,
    /// Even if something refers to them.
    pub force: bool,
}

/// Which parts are to go.
#[derive(Debug)]
pub enum Chosen {
    /// The one of that name.
    Name(String),
    /// `{ids?, names?}` or `{all: true}`
    Body(Value),
}

impl Operation for DeleteParts {
    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let (found, part) = (Found::of(&self.parts.path, world)?, self.parts.part);
        check_draft(&found.version)?;
        let chosen = self.chosen.of(&found.contents, part)?;
        let names: HashSet<&str> = chosen.iter().map(contents::name_of).collect();
        let is_chosen = |one: &Value| names.contains(contents::name_of(one));
        let parts = contents::parts(&found.contents.doc, part).iter();
        let left: Vec<Value> = parts.filter(|one| !is_chosen(one)).cloned().collect();
        let after = contents::with_parts(&found.contents.doc, part, left.clone());
        if part == Part::Definition && !self.force {
            check_unreferenced(&chosen, &after)?;
        }
        let printer = self.parts.printer(&found, &found.contents.doc, world);
        let print = |one| printer.print(one);
        let before = match (&self.chosen, chosen.as_slice()) {
            (Chosen::Name(_), [one]) => print(one),
            _ => json!({part.list(): chosen.iter().map(print).collect::<Vec<_>>()}),
        };
        Ok(Computed {
            before: Some(before),
            ..found.written(part, left, world)
        })
    }
}

impl Chosen {
    fn of(&self, contents: &Object, part: Part) -> Result<Vec<Value>> {
        let body = match self {
            Self::Name(name) => return Ok(vec![one(contents, part, name)?.clone()]),
            Self::Body(body) => body,
        };
        let mut faults = FieldErrors::default();
        let (mut keys, mut all) = (Vec::new(), false);
        if let Some(fields) = faults.object("", body) {
            all = fields.optional_bool("all", &mut faults).unwrap_or_default();
            for (list, member) in [("ids", "id"), ("names", "name")] {
                let texts = limits::strings(&fields, list, false, &mut faults);
                if texts
                    .as_ref()
                    .is_some_and(|texts| texts.len() > limits::PARTS_MAX)
                {
                    limits::too_many(list, limits::PARTS_MAX, &mut faults);
                    continue;
                }
                keys.extend(texts.into_iter().flatten().map(|text| (list, member, text)));
            }
            if all != keys.is_empty() {
                let message = "must be true without ids and names, or else there must be some";
                faults.push(FieldError::new("all", FieldCode::Invalid, message));
            }
        }
        let parts = contents::parts(&contents.doc, part);
        let mut chosen: Vec<Value> = if all { parts.to_vec() } else { Vec::new() };
        for (list, member, key) in keys {
            match parts
                .iter()
                .find(|one| one.get(member).and_then(Value::as_str) == Some(&key))
            {
                Some(one) if chosen.contains(one) => {
                    let message = format!("{key:?} is chosen twice");
                    faults.push(FieldError::new(list, FieldCode::Duplicate, message));
                }
                Some(one) => chosen.push(one.clone()),
                None => {
                    let message = format!("there is no {} {key:?}", part.name());
                    faults.push(FieldError::new(list, FieldCode::NotFound, message));
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
        if let Some((_, by)) = references.to(definition).first() {
            return Err(Error::PreconditionFailed(format!(
                "definition {:?} is in use: {:?} refers to it: change that first, or use force=true",
                contents::name_of(definition),
                contents::name_of(by)
            )));
        }
    }
    Ok(())
}

/// A version with what it is made of, and its connector with its versions.
struct Found {
    family: Family,
    version: Object,
    contents: Object,
}

impl Found {
    fn of(path: &VersionPath, view: &dyn View) -> Result<Self> {
        let family = path.family(view)?;
        let version = family.version(&path.version)?.clone();
        let contents = contents::read(version.uid, view)?;
        Ok(Self {
            family,
            version,
            contents,
        })
    }

    /// The plan that writes a list. A version counts as changed when what it is made of is.
    fn written(&self, part: Part, parts: Vec<Value>, world: &dyn World) -> Computed {
        let now = time_of_change(&self.version, world);
        let doc = contents::with_parts(&self.contents.doc, part, parts);
        let changes = [
            Change::touch(self.version.clone(), now),
            Change::update(self.contents.clone(), doc, now),
        ];
        let connector = &self.family.connector;
        Computed {
            plan: below(connector, changes, time_of_change(connector, world)),
            subject: Some(ObjectVersion::from(&self.contents)),
            ..Computed::default()
        }
    }
}

fn one<'a>(contents: &'a Object, part: Part, name: &str) -> Result<&'a Value> {
    let mut parts = contents::parts(&contents.doc, part).iter();
    let found = parts.find(|known| contents::name_of(known) == name);
    found.ok_or_else(|| not_found(part.name(), name))
}

fn not_found(kind: &'static str, name: &str) -> Error {
    Error::NotFound {
        kind,
        name: name.to_owned(),
    }
}

fn taken(part: Part, name: &str) -> Error {
    Error::AlreadyExists {
        kind: part.name(),
        name: name.to_owned(),
        field: "name",
    }
}
