//! Imports from the library.

use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{Computed, ObjectVersion, Operation, World};
use hub::plan::{Change, Plan};
use serde_json::{Value, json};

use super::draft::draft;
use super::path::VersionPath;
use super::wire::published_at;
use crate::change::{body, organisation};
use crate::connector::{document, wire};
use crate::family::Family;
use crate::part::contents;
use crate::text::Members;

/// Where an imported connector has the version that it was imported from.
pub(crate) const SUBSCRIBED_VERSION: &str = "$.extensions.versori.importedFrom.version";

/// What an import takes from the connector in the library. Neither connections nor credentials are
/// among it, and the configs whose grants need a credential are left out with them.
const TAKEN: [&str; 6] = [
    "documentationURL",
    "imageURL",
    "tags",
    "categories",
    "connectionVariables",
    "authSchemeConfigs",
];

/// Makes a connector from a published version of one that is public or the organisation's own. The
/// version is a draft in it, and the one it comes from stays published as long as the import is
/// there.
#[derive(Debug)]
pub(crate) struct ImportFromLibrary {
    /// The version in the library.
    pub path: VersionPath,
}

impl Operation for ImportFromLibrary {
    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let library = library_connector(self.path.connector, world)?;
        let versions = world.children(&[library.uid], &[Kind::Version])?;
        let source = Family {
            connector: library,
            children: versions,
        };
        let from = source.version(&self.path.version)?;
        if published_at(from).is_none() {
            return Err(Error::not_found(Kind::Version, self.path.version.clone()));
        }
        let (plan, family) = plan(&source.connector, from, world)?;
        Ok(Computed {
            plan,
            answer: Some(body(wire::print(
                &family,
                organisation(world),
                &*world.classes()?,
            ))?),
            subject: Some(ObjectVersion::from(&family.connector)),
            before: None,
        })
    }
}

/// The connector, when it is the organisation's own or a public one.
fn library_connector(uid: Uid, world: &dyn World) -> Result<Object> {
    let own = world.object(Kind::Connector, uid)?;
    let found = match own {
        Some(own) => Some(own),
        None => world
            .anywhere(Kind::Connector, uid)?
            .filter(document::is_public),
    };
    found.ok_or_else(|| Error::not_found(Kind::Connector, uid.ulid()))
}

fn plan(library: &Object, from: &Object, world: &dyn World) -> Result<(Plan, Family)> {
    let mut doc = json!({});
    if let Some(members) = doc.as_object_mut() {
        for name in ["class", "description", "address", "params"] {
            if let Some(value) = library.doc.get(name) {
                members.insert(name.to_owned(), value.clone());
            }
        }
    }
    for name in TAKEN {
        document::set_extension(&mut doc, name, document::extension(library, name).cloned());
    }
    let configs = document::list(library, "authSchemeConfigs").iter();
    let free: Vec<Value> = configs
        .filter(|config| config.pointer("/grant/credential").is_none())
        .cloned()
        .collect();
    document::set_extension(&mut doc, "authSchemeConfigs", Some(free.into()));
    let origin = json!({"connector": library.uid.hex(), "version": from.uid.hex()});
    document::set_extension(&mut doc, "importedFrom", Some(origin));
    let (scope, now) = (world.scope().id, world.now());
    let first = Change::create(
        Kind::Connector,
        scope,
        &library.name,
        doc,
        Default::default(),
        now,
    )?;
    let family = Family {
        connector: first.object.clone(),
        children: Vec::new(),
    };
    let description = from.doc.text_at("description");
    let made = contents::read(from.uid, world)?.doc;
    let (changes, _) = draft(&family, &from.name, description, made, world)?;
    let mut plan = Plan::of(first);
    plan.changes.extend(changes);
    let family = family.after(&plan);
    Ok((plan, family))
}
