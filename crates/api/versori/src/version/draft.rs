//! Drafts: versions that are not published.

use hub::error::Result;
use hub::object::{Kind, Object};
use hub::operation::World;
use hub::plan::Change;
use serde_json::{Map, Value, json};

use super::wire::published_at;
use crate::change::{refused, taken};
use crate::family::Family;
use crate::part::contents;

/// The changes that make a draft, and the draft.
///
/// # Errors
/// [`hub::error::Error::AlreadyExists`] when the connector has a version of that name.
pub(crate) fn draft(
    family: &Family,
    name: &str,
    description: Option<&str>,
    contents: Value,
    world: &dyn World,
) -> Result<(Vec<Change>, Object)> {
    if family.of(Kind::Version).any(|known| known.name == name) {
        return Err(taken(Kind::Version, name));
    }
    let mut doc = Map::new();
    if let Some(description) = description {
        doc.insert("description".to_owned(), json!(description));
    }
    let scope = world.scope().id;
    let doc = Value::Object(doc);
    let mut made = Change::create(
        Kind::Version,
        scope,
        name,
        doc,
        Default::default(),
        world.now(),
    )?;
    made.object.parent = Some(family.connector.uid);
    let version = made.object.clone();
    let contents = contents::create(&version, contents, world)?;
    Ok((vec![made, contents], version))
}

/// Only a draft can be changed.
///
/// # Errors
/// [`hub::error::Error::Conflict`] when it is published.
pub(crate) fn check_draft(version: &Object) -> Result<()> {
    if published_at(version).is_some() {
        let message = "it is published, and so cannot be changed: make a new version from it";
        return refused(Kind::Version, &version.name, message);
    }
    Ok(())
}
