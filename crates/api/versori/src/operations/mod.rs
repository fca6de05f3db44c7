//! What the requests ask for, worked out from how things are.

pub mod code;
pub mod connections;
pub mod contents;
pub mod create;
pub mod import;
pub mod library;
pub mod oauth2;
pub mod read;
pub mod schemes;
pub mod update;
pub mod uploads;
pub mod versions;

use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::operation::{Computed, ObjectVersion, View, World};
use hub::plan::{Change, Plan};
use hub::time::Timestamp;
use serde_json::Value;

use super::connector;
use super::family::Family;
use crate::scope_name::organisation_id;

/// The id by which the scope of the request is known here.
fn organisation(view: &dyn View) -> &str {
    organisation_id(view.scope())
}

/// When a change of an object is: now, and later than its last one, so that every change can be seen.
fn time_of_change(object: &Object, view: &dyn View) -> Timestamp {
    let next = object.updated_at.millis().saturating_add(1);
    view.now().max(Timestamp::from_millis(next))
}

/// An answer that changes nothing.
fn read_only(subject: &Object, answer: Value) -> Computed {
    Computed {
        answer: Some(answer),
        subject: Some(ObjectVersion::from(subject)),
        ..Computed::default()
    }
}

/// The plan of a change of what belongs to a connector: the connector first, so that no other change of it comes between.
fn below(connector: &Object, changes: impl IntoIterator<Item = Change>, now: Timestamp) -> Plan {
    let mut plan = Plan::of(Change::touch(connector.clone(), now));
    plan.changes.extend(changes);
    plan
}

/// A change of the connector's own document, answered with the connector.
fn change_connector(family: Family, doc: Value, more: Vec<Change>, world: &dyn World) -> Computed {
    let subject = ObjectVersion::from(&family.connector);
    let before = connector::print(&family, organisation(world));
    let now = time_of_change(&family.connector, world);
    let mut plan = Plan::of(Change::update(family.connector.clone(), doc, now));
    plan.changes.extend(more);
    let (plan, after) = family.carry_out(plan, now);
    Computed {
        plan,
        answer: Some(connector::print(&after, organisation(world))),
        before: Some(before),
        subject: Some(subject),
    }
}

/// What has the name already.
fn taken(kind: Kind, name: &str) -> Error {
    Error::AlreadyExists {
        kind: kind.as_str(),
        name: name.to_owned(),
        field: "name",
    }
}

/// What cannot be done as things are.
fn refused<T>(kind: Kind, name: &str, message: &str) -> Result<T> {
    Err(Error::Conflict {
        kind: kind.as_str(),
        name: name.to_owned(),
        message: message.to_owned(),
    })
}
