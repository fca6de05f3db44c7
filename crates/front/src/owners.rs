//! Who owns which field, where a dialect keeps track of it.

use hub::error::Result;
use hub::object::Object;
use hub::resource::{Context, Owners, Resource};
use hub::time::Timestamp;
use serde_json::{Value, json};

use crate::Call;
use crate::merge::{self, Merged, Writer};

/// Notes in the document of `object`, which becomes so from `current` or is new, that the caller owns what changes.
///
/// # Errors
/// [`hub::error::Error::Invalid`] when the owners that the document says cannot be read.
pub fn note(
    call: &Call,
    resource: &dyn Resource,
    context: &Context<'_>,
    current: Option<&Object>,
    object: &mut Object,
    now: Timestamp,
) -> Result<()> {
    let Some((owners, writer)) = writer(call, resource, now) else {
        return Ok(());
    };
    let mut after = resource.show(object, context);
    let given = owners.take(&mut after);
    let shown = current.map(|current| resource.show(current, context));
    let (before, stored) = shown.map_or((None, json!([])), |mut before| {
        let stored = owners.take(&mut before);
        (Some(before), stored)
    });
    // A document that says nothing about owners leaves them as they are; an empty entry makes all of them go.
    let known = match given.as_array().map(Vec::as_slice) {
        None | Some([]) => stored,
        Some([Value::Object(entry)]) if entry.is_empty() => json!([]),
        Some(_) => given,
    };
    let rules = owners.rules();
    let new = merge::owners_after(before.as_ref(), &after, &known, &writer, rules)?;
    owners.put(&mut object.doc, new);
    Ok(())
}

/// Applies what the caller wants to the object as it is, or to nothing. Answers the merged document and its owners.
///
/// # Errors
/// Those of [`merge::apply`].
pub fn apply(
    call: &Call,
    resource: &dyn Resource,
    current: Option<Value>,
    payload: &Value,
    force: bool,
) -> Result<(Merged, Value)> {
    let unsupported =
        || hub::error::Error::Internal(format!("{} cannot be applied", resource.name()));
    let (owners, writer) = writer(call, resource, Timestamp::now()).ok_or_else(unsupported)?;
    let mut current = current;
    let stored = current
        .as_mut()
        .map_or_else(|| json!([]), |current| owners.take(current));
    merge::apply(
        current.as_ref(),
        &stored,
        payload,
        &writer,
        force,
        owners.rules(),
    )
}

fn writer<'r>(
    call: &Call,
    resource: &'r dyn Resource,
    at: Timestamp,
) -> Option<(&'r dyn Owners, Writer)> {
    let (owners, manager) = (resource.owners()?, call.writer.clone()?);
    let writer = Writer {
        manager,
        version: owners.version(),
        subresource: owners.subresource().to_owned(),
        at,
    };
    Some((owners, writer))
}
