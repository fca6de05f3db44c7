//! The actions, triggers and definitions of a version.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::Faults;
use hub::object::Object;
use hub::operation::{Operation, Reading, Subject, View, Worked, World};
use hub::plan::Change;
use serde_json::{Value, json};

use super::versions::{VersionPath, check_draft};
use super::{below, time_of_change};
use crate::versori::contents::{self, Part};
use crate::versori::family::Family;
use crate::versori::limits;

/// All the parts of a list, or one of them.
#[derive(Debug)]
pub struct GetParts {
    /// Of which version.
    pub path: VersionPath,
    /// Which list.
    pub part: Part,
    /// Which of them; all where it is none.
    pub name: Option<String>,
}

impl Reading for GetParts {
    fn answer(&self, view: &dyn View) -> Result<Worked> {
        let contents = found(&self.path, view)?.2;
        let parts = contents::parts(&contents.doc, self.part);
        let answer = match &self.name {
            Some(name) => one(parts, self.part, name)?.1.clone(),
            None => json!({"totalCount": parts.len(), "items": parts}),
        };
        Ok(Worked {
            answer: Some(answer),
            subject: Some(Subject::from(&contents)),
            ..Worked::default()
        })
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
    fn answer(&self, view: &dyn View) -> Result<Worked> {
        let contents = found(&self.path, view)?.2;
        let schema = contents::schema(&contents.doc, &self.file);
        let schema = schema.ok_or_else(|| not_found("schema", &self.file))?;
        Ok(Worked {
            answer: Some(schema.clone()),
            subject: Some(Subject::from(&contents)),
            ..Worked::default()
        })
    }
}

/// Adds a part to a draft, or replaces one.
#[derive(Debug)]
pub struct PutPart {
    /// Of which version.
    pub path: VersionPath,
    /// Which list.
    pub part: Part,
    /// Which part is replaced; a new one where it is none.
    pub name: Option<String>,
    /// The part.
    pub body: Value,
}

impl Operation for PutPart {
    fn work_out(&self, world: &dyn World) -> Result<Worked> {
        let (family, version, contents) = found(&self.path, world)?;
        let mut faults = Faults::default();
        let fields = faults.object("", &self.body);
        let mut name = "";
        if let Some(fields) = &fields {
            name = fields.string("name", &mut faults).unwrap_or_default();
            limits::length(fields, "name", limits::NAME_MAX, &mut faults);
            if fields
                .members()
                .get("schema")
                .is_some_and(|schema| !schema.is_object() && !schema.is_boolean())
            {
                faults.wrong_type("schema", "a JSON Schema");
            }
        }
        if name.contains('/') {
            let message = "must not have a slash: it is part of paths";
            faults.push(FieldError::new("name", FieldCode::Invalid, message));
        }
        faults.finish(())?;
        check_draft(&version)?;
        let members = self.body.as_object().cloned().unwrap_or_default();
        let part = contents::named(name, members);
        let mut parts = contents::parts(&contents.doc, self.part).to_vec();
        let place = self
            .name
            .as_deref()
            .map(|old| one(&parts, self.part, old).map(|(place, _)| place));
        let place = place.transpose()?;
        let twin = parts
            .iter()
            .position(|known| contents::name_of(known) == name);
        if twin.is_some() && twin != place {
            return Err(Error::AlreadyExists {
                kind: self.part.name(),
                name: name.to_owned(),
                field: "name",
            });
        }
        let before = place.and_then(|place| parts.get(place).cloned());
        match place.and_then(|place| parts.get_mut(place)) {
            Some(known) => *known = part.clone(),
            None => parts.push(part.clone()),
        }
        let worked = written(&family, version, contents, self.part, parts, world);
        Ok(Worked {
            answer: Some(part),
            before,
            ..worked
        })
    }
}

/// Removes a part of a draft. A definition to which something refers stays.
#[derive(Debug)]
pub struct DeletePart {
    /// Of which version.
    pub path: VersionPath,
    /// Which list.
    pub part: Part,
    /// Which of them.
    pub name: String,
}

impl Operation for DeletePart {
    fn work_out(&self, world: &dyn World) -> Result<Worked> {
        let (family, version, contents) = found(&self.path, world)?;
        check_draft(&version)?;
        let mut parts = contents::parts(&contents.doc, self.part).to_vec();
        let (place, _) = one(&parts, self.part, &self.name)?;
        if self.part == Part::Definition
            && let Some(by) = contents::referrer(&contents.doc, &self.name)
        {
            return Err(Error::PreconditionFailed(format!(
                "definition {:?} is in use: {by:?} refers to it",
                self.name
            )));
        }
        let before = parts.remove(place);
        let worked = written(&family, version, contents, self.part, parts, world);
        Ok(Worked {
            before: Some(before),
            ..worked
        })
    }
}

/// The connector with its versions, the version, and what it is made of.
fn found(path: &VersionPath, view: &dyn View) -> Result<(Family, Object, Object)> {
    let family = path.family(view)?;
    let version = family.version(&path.version)?.clone();
    let contents = contents::read(version.uid, view)?;
    Ok((family, version, contents))
}

fn one<'a>(parts: &'a [Value], part: Part, name: &str) -> Result<(usize, &'a Value)> {
    let found = parts
        .iter()
        .enumerate()
        .find(|(_, known)| contents::name_of(known) == name);
    found.ok_or_else(|| not_found(part.name(), name))
}

fn not_found(kind: &'static str, name: &str) -> Error {
    Error::NotFound {
        kind,
        name: name.to_owned(),
    }
}

/// The plan that writes a list. A version counts as changed when what it is made of is.
fn written(
    family: &Family,
    version: Object,
    contents: Object,
    part: Part,
    parts: Vec<Value>,
    world: &dyn World,
) -> Worked {
    let now = time_of_change(&version, world);
    let subject = Subject::from(&contents);
    let doc = contents::with_parts(&contents.doc, part, parts);
    let changes = [
        Change::touch(version, now),
        Change::update(contents, doc, now),
    ];
    Worked {
        plan: below(
            &family.connector,
            changes,
            time_of_change(&family.connector, world),
        ),
        subject: Some(subject),
        ..Worked::default()
    }
}
