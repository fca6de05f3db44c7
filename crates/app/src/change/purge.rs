//! Purges secrets that were stored in the clear before they were known to be secrets.
//!
//! The log is read from its beginning. An object that has a secret in the clear as it is now has it
//! moved into its secret object, by a change like any other; then the revision is rewritten. What is
//! purged already changes nothing, so that it can be done again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use hub::class::{Class, Classes};
use hub::command::{ObjectRef, Outcome};
use hub::connector::settle;
use hub::error::{Error, Result};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Plan};
use hub::purge::{PurgeBatch, Purged, without_secrets};
use hub::scope::SecretStore;
use hub::secret::Raw;
use hub::time::Timestamp;

use crate::call::Call;
use crate::ports::Platform;
use crate::retry::{Attempt, until_done};

/// The kinds of objects whose documents can have secrets.
const KINDS: [Kind; 4] = [
    Kind::Connector,
    Kind::Connection,
    Kind::ConfigObject,
    Kind::Version,
];

/// Purges some of the log and some items of jobs. Once nothing is left the file is written anew.
///
/// # Errors
/// Those of the store; [`Error::Conflict`] without a key to encrypt with, or when others keep
/// changing an object.
pub(crate) async fn purge<P: Platform>(call: &Call<P>, batch: PurgeBatch) -> Result<Outcome> {
    call.store.overwrite_freed().await;
    let mut purged = Purged {
        next: batch.after,
        next_item: batch.after_item,
        ..Purged::default()
    };
    let some = usize::try_from(batch.limit).unwrap_or(usize::MAX);
    let revisions = purge_log(call, batch, &mut purged).await?;
    let items = purge_items(call, batch, &mut purged).await?;
    if revisions < some && items < some {
        purged.done = true;
        purged.compacted = call.store.compact().await?;
    }
    Ok(Outcome::Purged(purged))
}

async fn purge_log<P: Platform>(
    call: &Call<P>,
    batch: PurgeBatch,
    purged: &mut Purged,
) -> Result<usize> {
    let store = &call.store;
    let revisions = store.revisions_after(&KINDS, None, batch.after, batch.limit)?;
    let mut scopes: HashMap<ScopeId, Classes> = HashMap::new();
    for revision in &revisions {
        let object = &revision.object;
        purged.next = object.revision;
        let classes: &Classes = match scopes.entry(object.scope) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Classes::of(store.classes(object.scope)?)),
        };
        let class = |object: &Object| {
            let name = object.doc.get("class")?.as_str()?;
            classes.get(name)
        };
        let Some(doc) = without_secrets(&object.doc, class(object)) else {
            continue;
        };
        if move_secrets(call, object, class).await? {
            purged.objects = purged.objects.saturating_add(1);
        }
        store.rewrite_revision(object.revision, &doc).await?;
        purged.revisions = purged.revisions.saturating_add(1);
    }
    Ok(revisions.len())
}

/// Moves the secrets that an object has in the clear now into its secret object. False where it has
/// none, or is gone.
async fn move_secrets<'c, P: Platform>(
    call: &Call<P>,
    object: &Object,
    class: impl Fn(&Object) -> Option<&'c Class>,
) -> Result<bool> {
    until_done(async || {
        let by = ObjectRef::Uid(object.uid);
        let Some(current) = call.store.find(object.scope, object.kind, &by)? else {
            return Ok(Attempt::Done(false));
        };
        let class = class(&current);
        if without_secrets(&current.doc, class).is_none() {
            return Ok(Attempt::Done(false));
        }
        let plan = moved(call, current, class)?;
        match call.store.commit(plan, &call.caller.name).await {
            Err(error @ (Error::Conflict { .. } | Error::NotFound { .. })) => {
                Ok(Attempt::Overtaken(error))
            }
            committed => committed.map(|_| Attempt::Done(true)),
        }
    })
    .await
}

/// Nothing of the object is another than before, so that it stays of its generation.
fn moved<P: Platform>(call: &Call<P>, current: Object, class: Option<&Class>) -> Result<Plan> {
    let now = Timestamp::now();
    let raw = Raw::new(current.doc.clone());
    let (doc, secrets) = settle(raw, Some(&current.doc), class, SecretStore::Values)?;
    let owned = call.store.children(current.uid, Kind::Secret)?.pop();
    let secret = call.settings.vault.change(&current, owned, &secrets, now)?;
    let generation = current.generation;
    let mut change = Change::update(current, doc, now);
    change.object.generation = generation;
    let mut plan = Plan::of(change);
    plan.changes.extend(secret);
    Ok(plan)
}

async fn purge_items<P: Platform>(
    call: &Call<P>,
    batch: PurgeBatch,
    purged: &mut Purged,
) -> Result<usize> {
    let items = call.store.ended_items(batch.after_item, batch.limit)?;
    for (place, doc) in &items {
        purged.next_item = *place;
        if let Some(doc) = without_secrets(doc, None) {
            call.store.rewrite_item(*place, &doc).await?;
            purged.items = purged.items.saturating_add(1);
        }
    }
    Ok(items.len())
}
