//! The object of a connector: how it is found, and how its own document is changed.

use hub::error::Result;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{Computed, ObjectVersion, View, World};
use hub::plan::{Change, Plan};
use serde_json::Value;

use super::wire;
use crate::change::{body, organisation, time_of_change};
use crate::family::Family;

/// A connector itself, without what belongs to it.
///
/// # Errors
/// [`hub::error::Error::NotFound`] when there is no such connector.
pub(crate) fn find(uid: Uid, view: &dyn View) -> Result<Object> {
    let found = view.object(Kind::Connector, uid)?;
    found.ok_or_else(|| hub::error::Error::not_found(Kind::Connector, uid.ulid()))
}

/// The connector that preconditions are about.
///
/// # Errors
/// As [`find`].
pub(crate) fn version_of(view: &dyn View, connector: Uid) -> Result<Option<ObjectVersion>> {
    Ok(Some(ObjectVersion::from(&find(connector, view)?)))
}

/// A change of the connector's own document, answered with the connector.
///
/// # Errors
/// [`hub::error::Error::Internal`] when the connector has no form in JSON.
pub(crate) fn change_connector(
    family: Family,
    doc: Value,
    more: Vec<Change>,
    world: &dyn World,
) -> Result<Computed> {
    let subject = ObjectVersion::from(&family.connector);
    let classes = world.classes()?;
    let before = body(wire::print(&family, organisation(world), &classes))?;
    if doc == family.connector.doc && more.is_empty() {
        return Ok(Computed {
            answer: Some(before.clone()),
            before: Some(before),
            subject: Some(subject),
            ..Computed::default()
        });
    }
    let now = time_of_change(&family.connector, world);
    let mut plan = Plan::of(Change::update(family.connector.clone(), doc, now));
    plan.changes.extend(more);
    let (plan, after) = family.carry_out(plan, now);
    Ok(Computed {
        plan,
        answer: Some(body(wire::print(&after, organisation(world), &classes))?),
        before: Some(before),
        subject: Some(subject),
    })
}
