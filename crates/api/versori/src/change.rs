//! What operations share: the time of a change, the plan of a change below a connector, answers and
//! refusals.

use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::operation::{Computed, ObjectVersion, View};
use hub::plan::{Change, Plan};
use hub::time::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::scope::organisation_id;

/// The id of the organisation that the scope of the request is.
pub(crate) fn organisation(view: &dyn View) -> &str {
    organisation_id(view.scope())
}

/// The time of a change of an object: now, and later than its last change, so that `updatedAt`
/// always moves.
pub(crate) fn time_of_change(object: &Object, view: &dyn View) -> Timestamp {
    let next = object.updated_at.millis().saturating_add(1);
    view.now().max(Timestamp::from_millis(next))
}

/// A body as JSON.
///
/// # Errors
/// [`Error::Internal`] when it has no form in JSON.
pub(crate) fn body(body: impl Serialize) -> Result<Value> {
    serde_json::to_value(body).map_err(|error| Error::Internal(error.to_string()))
}

/// An answer about an object that changes nothing.
///
/// # Errors
/// Those of [`body`].
pub(crate) fn read_only(subject: &Object, answer: impl Serialize) -> Result<Computed> {
    Ok(Computed {
        subject: Some(ObjectVersion::from(subject)),
        ..about_nothing(answer)?
    })
}

/// An answer about no object.
///
/// # Errors
/// Those of [`body`].
pub(crate) fn about_nothing(answer: impl Serialize) -> Result<Computed> {
    Ok(Computed {
        answer: Some(body(answer)?),
        ..Computed::default()
    })
}

/// The refusal of a body that is not a JSON object.
pub(crate) fn no_object() -> Error {
    Error::Malformed("the body must be a JSON object".to_owned())
}

/// The plan of a change of what belongs to a connector: the connector first, so that no other
/// change of it comes between.
pub(crate) fn below(
    connector: &Object,
    changes: impl IntoIterator<Item = Change>,
    now: Timestamp,
) -> Plan {
    let mut plan = Plan::of(Change::touch(connector.clone(), now));
    plan.changes.extend(changes);
    plan
}

/// The name is taken.
pub(crate) fn taken(kind: Kind, name: &str) -> Error {
    Error::AlreadyExists {
        kind: kind.as_str(),
        name: name.to_owned(),
        field: "name",
    }
}

/// It cannot be done in this state.
///
/// # Errors
/// [`Error::Conflict`], always.
pub(crate) fn refused<T>(kind: Kind, name: &str, message: &str) -> Result<T> {
    Err(Error::Conflict {
        kind: kind.as_str(),
        name: name.to_owned(),
        message: message.to_owned(),
    })
}
