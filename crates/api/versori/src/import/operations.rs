//! Imports of OpenAPI documents, as a new connector or into one that is there.

use hub::error::{Error, FieldError, Result};
use hub::fetch::FetchRequest;
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{Computed, ObjectVersion, Operation, World};
use hub::plan::{Change, Plan};
use serde_json::{Map, Value, json};

use super::create::{self, NewConnector};
use super::versions::{check_draft, draft};
use super::{below, organisation, time_of_change, uploads};
use crate::contents::{self, Part};
use crate::document::{self, Document, FILE, SCHEMA_URL, Source};
use crate::family::Family;
use crate::links::Schemas;
use crate::openapi::{self, Imported};
use crate::part::{self, Printer};
use crate::{connector, scheme};

/// The version that a document without one is imported into.
const FIRST_VERSION: &str = "1";

/// Where a document goes.
#[derive(Clone, Debug)]
pub enum Target {
    /// A new connector.
    New,
    /// A connector that is there.
    Connector(Uid),
}

/// Makes a version from a document, or makes a draft anew. Nothing is left of a document with errors.
#[derive(Debug)]
pub struct ImportDocument {
    /// Where it goes.
    pub target: Target,
    /// The document, and which version it becomes; its own where it is none.
    pub document: Document,
    /// What addresses in answers begin with.
    pub base: String,
}

impl Operation for ImportDocument {
    fn fetches(&self, world: &dyn World) -> Result<Vec<FetchRequest>> {
        match &self.document.source {
            Source::File(_) => Ok(Vec::new()),
            Source::Url(url, _) => Ok(vec![uploads::ask(url, SCHEMA_URL, world)?]),
        }
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let import = self.import(world)?;
        let (plan, family) = match self.target {
            Target::New => import.of_new_connector(world)?,
            Target::Connector(uid) => import.of_connector(Family::read(uid, world)?, world)?,
        };
        let contents = import.contents();
        let (organisation, connector) = (organisation(world), family.connector.uid);
        let schemas = Schemas::of(&self.base, organisation, connector, import.version_name());
        let print = |part| -> Value {
            let printer = Printer::new(part, &contents, schemas.clone());
            let parts = contents::parts(&contents, part).iter();
            parts.map(|one| printer.print(one)).collect()
        };
        Ok(Computed {
            plan,
            answer: Some(json!({
                "connector": connector::print(&family, organisation),
                "definitions": print(Part::Definition),
                "actions": print(Part::Action),
                "triggers": print(Part::Trigger),
                "messages": import.imported.messages,
            })),
            subject: Some(ObjectVersion::from(&family.connector)),
            before: None,
        })
    }
}

impl ImportDocument {
    fn import<'i>(&'i self, world: &dyn World) -> Result<Import<'i>> {
        let (field, mut imported) = match &self.document.source {
            Source::File(imported) => (FILE, imported.as_ref().clone()),
            Source::Url(_, file_type) => {
                let reply = world.fetched().first().and_then(Option::as_ref);
                let document = document::of_reply(reply, *file_type)?;
                (SCHEMA_URL, openapi::read(&document, SCHEMA_URL)?)
            }
        };
        for parts in [
            &mut imported.actions,
            &mut imported.triggers,
            &mut imported.definitions,
        ] {
            *parts = part::with_new_ids(std::mem::take(parts), world.now())?;
        }
        Ok(Import {
            version: self.document.version.as_deref(),
            field,
            imported,
        })
    }
}

/// A document that was read.
struct Import<'i> {
    version: Option<&'i str>,
    /// The field of the request that has it or leads to it.
    field: &'static str,
    imported: Imported,
}

impl Import<'_> {
    fn version_name(&self) -> &str {
        let own = Some(self.imported.version.as_str())
            .filter(|name| !name.is_empty() && !name.contains('/'));
        self.version.or(own).unwrap_or(FIRST_VERSION)
    }

    fn contents(&self) -> Value {
        let mut doc = contents::empty();
        for (part, parts) in [
            (Part::Action, &self.imported.actions),
            (Part::Trigger, &self.imported.triggers),
            (Part::Definition, &self.imported.definitions),
        ] {
            doc = contents::with_parts(&doc, part, parts.clone());
        }
        doc
    }

    fn of_new_connector(&self, world: &dyn World) -> Result<(Plan, Family)> {
        let mut members = Map::new();
        members.insert("name".to_owned(), json!(self.imported.title));
        let Some(url) = &self.imported.base_url else {
            let message = "must have an absolute URL: the connector needs a base URL";
            let code = hub::error::FieldCode::Required;
            let field = format!("{}.servers", self.field);
            return Err(Error::field(FieldError::new(field, code, message)));
        };
        members.insert("baseUrl".to_owned(), json!(url));
        let configs = json!({"securitySchemes": self.imported.configs});
        let mut faults = FieldErrors::default();
        let fields = faults.object(&format!("{}.components", self.field), &configs);
        let schemes =
            fields.map(|fields| scheme::read_list(&fields, "securitySchemes", &mut faults));
        faults.finish(())?;
        let new = NewConnector {
            protocol: connector::HTTP,
            members,
            schemes: schemes.unwrap_or_default(),
            connections: Vec::new(),
        };
        let (mut plan, family) = create::plan(&new, world)?;
        plan.changes.extend(self.made(&family, world)?);
        let family = family.after(&plan);
        Ok((plan, family))
    }

    fn of_connector(&self, family: Family, world: &dyn World) -> Result<(Plan, Family)> {
        let now = time_of_change(&family.connector, world);
        let known = family
            .of(Kind::Version)
            .find(|known| known.name == self.version_name());
        let changes = match known {
            Some(known) => self.made_anew(known, world)?,
            None => self.made(&family, world)?,
        };
        let plan = below(&family.connector, changes, now);
        let family = family.after(&plan);
        Ok((plan, family))
    }

    fn made(&self, family: &Family, world: &dyn World) -> Result<Vec<Change>> {
        let description = self.imported.description.as_deref();
        let (mut changes, _) = draft(
            family,
            self.version_name(),
            description,
            self.contents(),
            world,
        )?;
        if let Some(version) = changes.first_mut() {
            self.note_messages(&mut version.object);
        }
        Ok(changes)
    }

    fn made_anew(&self, version: &Object, world: &dyn World) -> Result<Vec<Change>> {
        check_draft(version)?;
        let now = time_of_change(version, world);
        let current = contents::read(version.uid, world)?;
        let mut change = Change::update(version.clone(), version.doc.clone(), now);
        self.note_messages(&mut change.object);
        Ok(vec![change, Change::update(current, self.contents(), now)])
    }

    fn note_messages(&self, version: &mut Object) {
        if let Some(members) = version.doc.as_object_mut() {
            members.insert("messages".to_owned(), json!(self.imported.messages));
        }
    }
}
