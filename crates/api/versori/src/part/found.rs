//! The contents of a version as operations find and write them.

use hub::error::{Error, Result};
use hub::object::Object;
use hub::operation::{Computed, ObjectVersion, View, World};
use hub::plan::Change;
use serde_json::Value;

use super::contents::{self, PartKind};
use super::wire::Printer;
use crate::address::SchemaAddress;
use crate::change::{below, organisation, time_of_change};
use crate::family::Family;
use crate::version::path::VersionPath;

/// Which list of a version, and where its answers point to.
#[derive(Clone, Debug)]
pub(crate) struct PartsPath {
    /// Of which version.
    pub path: VersionPath,
    /// Which list.
    pub kind: PartKind,
    /// What addresses in answers begin with.
    pub base: String,
}

impl PartsPath {
    /// What prints parts as they are in these contents.
    pub(crate) fn printer<'c>(
        &self,
        found: &Found,
        contents: &'c Value,
        view: &dyn View,
    ) -> Printer<'c> {
        let (organisation, connector) = (organisation(view), found.family.connector.uid);
        let schemas = SchemaAddress::of(&self.base, organisation, connector, &found.version.name);
        Printer::new(self.kind, contents, schemas)
    }
}

/// A version with what it is made of, and its connector with its versions.
pub(crate) struct Found {
    /// The connector with its versions.
    pub family: Family,
    /// The version.
    pub version: Object,
    /// What it is made of.
    pub contents: Object,
}

impl Found {
    /// Finds it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such version.
    pub(crate) fn of(path: &VersionPath, view: &dyn View) -> Result<Self> {
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
    pub(crate) fn written(&self, kind: PartKind, parts: Vec<Value>, world: &dyn World) -> Computed {
        let now = time_of_change(&self.version, world);
        let doc = contents::with_parts(&self.contents.doc, kind, parts);
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

/// A part by its name.
///
/// # Errors
/// [`Error::NotFound`] when the list has none of that name.
pub(crate) fn one<'a>(contents: &'a Object, kind: PartKind, name: &str) -> Result<&'a Value> {
    let mut parts = contents::parts(&contents.doc, kind).iter();
    let found = parts.find(|known| contents::name_of(known) == name);
    found.ok_or_else(|| not_found(kind.name(), name))
}

/// There is no such part.
pub(crate) fn not_found(kind: &'static str, name: &str) -> Error {
    Error::NotFound {
        kind,
        name: name.to_owned(),
    }
}
