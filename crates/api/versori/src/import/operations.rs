//! Imports of OpenAPI documents, as a new connector or into one that is there.

use hub::error::{Error, FieldError, Result};
use hub::fetch::FetchRequest;
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{Computed, ObjectVersion, Operation, World};
use hub::plan::{Change, Plan};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::openapi::document::{self as openapi, Imported};
use super::source::{self, DocumentSource, FILE, ImportSource, SCHEMA_URL};
use crate::address::SchemaAddress;
use crate::auth::config::{self, AuthSchemeConfig};
use crate::change::{below, body, organisation, time_of_change};
use crate::connector::create::{self, NewConnector};
use crate::connector::document::HTTP;
use crate::connector::wire::{self as connector, ConnectorBody};
use crate::family::Family;
use crate::message::Message;
use crate::part::contents::{self, PartKind};
use crate::part::wire::{self as part, Printer};
use crate::rules;
use crate::upload::operations::fetch_request;
use crate::version::draft::{check_draft, draft};

/// The version that a document without one is imported into.
const FIRST_VERSION: &str = "1";

/// Where a document goes.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// A new connector.
    New,
    /// A connector that is there.
    Connector(Uid),
}

/// Makes a version from a document, or makes a draft anew. Nothing is left of a document with
/// errors.
#[derive(Debug)]
pub(crate) struct ImportDocument {
    /// Where it goes.
    pub target: Target,
    /// The document, and the version that it becomes; its own where none is named.
    pub source: ImportSource,
    /// What addresses in answers begin with.
    pub base: String,
}

impl Operation for ImportDocument {
    fn fetches(&self, world: &dyn World) -> Result<Vec<FetchRequest>> {
        match &self.source.document {
            DocumentSource::File(_) => Ok(Vec::new()),
            DocumentSource::Url(url, _) => Ok(vec![fetch_request(url, SCHEMA_URL, world)?]),
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
        let schemas = SchemaAddress::of(&self.base, organisation, connector, import.version_name());
        let print = |kind| -> Vec<Value> {
            let printer = Printer::new(kind, &contents, schemas.clone());
            let parts = contents::parts(&contents, kind).iter();
            parts.map(|one| printer.print(one)).collect()
        };
        Ok(Computed {
            plan,
            answer: Some(body(ImportBody {
                connector: connector::print(&family, organisation, &*world.classes()?),
                definitions: print(PartKind::Definition),
                actions: print(PartKind::Action),
                triggers: print(PartKind::Trigger),
                messages: &import.imported.messages,
            })?),
            subject: Some(ObjectVersion::from(&family.connector)),
            before: None,
        })
    }
}

impl ImportDocument {
    fn import<'i>(&'i self, world: &dyn World) -> Result<Import<'i>> {
        let (field, mut imported) = match &self.source.document {
            DocumentSource::File(imported) => (FILE, imported.as_ref().clone()),
            DocumentSource::Url(_, format) => {
                let reply = world.fetched().first().and_then(Option::as_ref);
                let document = source::of_reply(reply, *format)?;
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
            version: self.source.version.as_deref(),
            field,
            imported,
        })
    }
}

/// The answer of an import.
#[derive(Serialize)]
struct ImportBody<'i> {
    connector: ConnectorBody,
    definitions: Vec<Value>,
    actions: Vec<Value>,
    triggers: Vec<Value>,
    messages: &'i [Message],
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
        for (kind, parts) in [
            (PartKind::Action, &self.imported.actions),
            (PartKind::Trigger, &self.imported.triggers),
            (PartKind::Definition, &self.imported.definitions),
        ] {
            doc = contents::with_parts(&doc, kind, parts.clone());
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
        let new = NewConnector {
            protocol: HTTP,
            members,
            schemes: self.schemes()?,
            connections: Vec::new(),
        };
        let (mut plan, family) = create::plan(&new, world)?;
        plan.changes.extend(self.made(&family, world)?);
        let family = family.after(&plan);
        Ok((plan, family))
    }

    /// The configs of its security schemes. A fault in one names the scheme, whose members have
    /// other names than those of the config.
    fn schemes(&self) -> Result<Vec<AuthSchemeConfig>> {
        let mut all = FieldErrors::default();
        let field = format!("{}.components.securitySchemes", self.field);
        if self.imported.configs.len() > rules::SCHEMES_MAX {
            rules::too_many(&field, rules::SCHEMES_MAX, &mut all);
        }
        let mut schemes = Vec::new();
        for (name, config) in &self.imported.configs {
            let mut faults = FieldErrors::default();
            let read = config::read("", config, &mut faults);
            match faults.finish(read) {
                Ok(read) => schemes.extend(read),
                Err(Error::Invalid(found)) => {
                    for fault in found {
                        let field = format!("{field}.{name}");
                        all.push(FieldError::new(field, fault.code, fault.to_string()));
                    }
                }
                Err(error) => return Err(error),
            }
        }
        all.finish(schemes)
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
