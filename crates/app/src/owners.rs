//! Who owns which field, where a dialect keeps track of it.

use std::borrow::Cow;

use hub::class::Classes;
use hub::command::{Edit, ObjectRef};
use hub::error::{Error, Result};
use hub::object::Object;
use hub::operation::Merged;
use hub::plan::{Action, Plan};
use hub::resource::{Context, Owners, Resource};
use hub::time::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::ports::{MergeCore, Platform, Writer};
use crate::secrets;

/// Notes in the document of `object`, which becomes so from `current` or is new, that the caller
/// owns what changes.
///
/// # Errors
/// [`hub::error::Error::Invalid`] when the owners that the document says cannot be read.
pub(crate) fn note<P: Platform>(
    call: &Call<P>,
    resource: &dyn Resource,
    context: &Context<'_>,
    current: Option<&Object>,
    object: &mut Object,
    now: Timestamp,
) -> Result<()> {
    match writer(call, resource, now) {
        Some((owners, writer)) => {
            let core = call.platform.merge();
            note_as(core, &writer, resource, owners, context, current, object)
        }
        None => current.map_or(Ok(()), |current| note_other(call, current, object, now)),
    }
}

fn note_as(
    core: &impl MergeCore,
    writer: &Writer,
    resource: &dyn Resource,
    owners: &dyn Owners,
    context: &Context<'_>,
    current: Option<&Object>,
    object: &mut Object,
) -> Result<()> {
    let mut after = owners.comparable(object, resource.show(object, context));
    let given = owners.take(&mut after);
    let shown = current.map(|current| owners.comparable(current, resource.show(current, context)));
    let (before, stored) = shown.map_or((None, json!([])), |mut before| {
        let stored = owners.take(&mut before);
        (Some(before), stored)
    });
    // A document that says nothing about owners leaves them as they are; an empty entry makes all
    // of them go.
    let known = match given.as_array().map(Vec::as_slice) {
        None | Some([]) => stored,
        Some([Value::Object(entry)]) if entry.is_empty() => json!([]),
        Some(_) => given,
    };
    let rules = owners.rules();
    let new = core.owners_after(before.as_ref(), &after, &known, writer, rules)?;
    owners.put(&mut object.doc, new);
    Ok(())
}

/// What is applied to `current` with masks in place of the secrets that are stored as they are in
/// it: in `current` itself, or in `owned`, its secret object. Another edit stays as it is.
pub(crate) fn masked<'e, P: Platform>(
    call: &Call<P>,
    resource: &dyn Resource,
    context: &Context<'_>,
    current: Option<&Object>,
    owned: Option<&Object>,
    edit: &'e Edit,
) -> Cow<'e, Edit> {
    let (Edit::Apply { document, force }, Some(owners), Some(current)) =
        (edit, resource.owners(), current)
    else {
        return Cow::Borrowed(edit);
    };
    let (mut document, force) = (document.clone(), *force);
    let secret = owned.unwrap_or(current);
    owners.mask(&mut document, current, context, &|entry, value| {
        secrets::is_stored(&call.settings.vault, secret, entry, value)
    });
    Cow::Owned(Edit::Apply { document, force })
}

/// Applies what the caller wants to `current`, which is shown as `wire`, or to nothing. Answers the
/// merged document and its owners.
///
/// # Errors
/// Those of [`Owners::check_applied`] and [`MergeCore::apply`].
pub(crate) fn apply<P: Platform>(
    call: &Call<P>,
    resource: &dyn Resource,
    current: Option<&Object>,
    mut wire: Option<Value>,
    payload: &Value,
    force: bool,
) -> Result<(Merged, Value)> {
    let unsupported = || Error::Internal(format!("{} cannot be applied", resource.name()));
    let (owners, writer) = writer(call, resource, Timestamp::now()).ok_or_else(unsupported)?;
    owners.check_applied(payload, current)?;
    let stored = wire
        .as_mut()
        .map_or_else(|| json!([]), |wire| owners.take(wire));
    let core = call.platform.merge();
    let apply = |force| {
        let rules = owners.rules();
        core.apply(wire.as_ref(), &stored, payload, &writer, force, rules)
    };
    let applied = match (apply(force), &wire) {
        (Err(Error::Owned(conflicts)), Some(wire)) => {
            let standing = owners.standing(&writer.manager, wire, conflicts);
            if standing.is_empty() {
                apply(true)
            } else {
                Err(Error::Owned(standing))
            }
        }
        (applied, _) => applied,
    };
    let (mut merged, managers) = applied?;
    owners.applied(&writer.manager, payload, &mut merged.document);
    Ok((merged, managers))
}

/// Notes the same of what a plan that was worked out from several objects changes.
///
/// # Errors
/// Those of reading the objects as they are, and of [`note`].
pub(crate) fn note_plan<P: Platform>(
    call: &Call<P>,
    plan: &mut Plan,
    now: Timestamp,
) -> Result<()> {
    for change in &mut plan.changes {
        let object = &mut change.object;
        let is_update = change.operation == Action::Update;
        if is_update && tracked(call, object).is_some() {
            let by = ObjectRef::Uid(object.uid);
            if let Some(current) = call.store.find(object.scope, object.kind, &by)? {
                note_other(call, &current, object, now)?;
            }
        }
    }
    Ok(())
}

/// Notes that what another API than Kubernetes changes of an object that has owners there is that
/// API's from now on, under the name `patchbay-<API>`: who applies the field next is told of it,
/// and does not overwrite it unawares.
fn note_other<P: Platform>(
    call: &Call<P>,
    current: &Object,
    object: &mut Object,
    now: Timestamp,
) -> Result<()> {
    let Some((resource, owners)) = tracked(call, object) else {
        return Ok(());
    };
    if current.doc == object.doc {
        return Ok(());
    }
    let context = Context {
        scope: call.scope()?,
        classes: &Classes::default(),
    };
    let manager = format!("patchbay-{}", call.dialect);
    let writer = writer_of(owners, manager, now);
    note_as(
        call.platform.merge(),
        &writer,
        resource,
        owners,
        &context,
        Some(current),
        object,
    )
}

/// How another dialect than the request's keeps track of who owns which field of an object, if one
/// does.
fn tracked<P: Platform>(
    call: &Call<P>,
    object: &Object,
) -> Option<(&'static dyn Resource, &'static dyn Owners)> {
    let others = registry::dialects().filter(|dialect| dialect.name() != call.dialect);
    others
        .filter_map(|dialect| dialect.tracks_owners(object.kind))
        .filter_map(|resource| Some((resource, resource.owners()?)))
        .find(|(_, owners)| owners.has(&object.doc))
}

fn writer<'r, P: Platform>(
    call: &Call<P>,
    resource: &'r dyn Resource,
    at: Timestamp,
) -> Option<(&'r dyn Owners, Writer)> {
    let (owners, manager) = (resource.owners()?, call.manager.clone()?);
    Some((owners, writer_of(owners, manager, at)))
}

fn writer_of(owners: &dyn Owners, manager: String, at: Timestamp) -> Writer {
    Writer {
        manager,
        version: owners.version(),
        subresource: owners.subresource().to_owned(),
        at,
    }
}
