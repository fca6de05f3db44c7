//! Jobs that work through the items that they were given.

use api::task::{Batches, Context, ItemTask};
use hub::error::{Error, Result};
use hub::job::{Item, Job, Status};
use hub::object::Object;
use store::Store;
use store::database::Database;

use crate::lease::{Committed, Lease, end};
use crate::lookup::JobLookup;
use crate::{MergeCore, Tasks, connectors, count, snapshot};

/// How many items a batch has at most, apart from those that must be committed together. The more,
/// the less an object costs in a large scope, where each of them is on a page of its own in the
/// indexes by uid; but others wait for as long as a batch is written.
const BATCH: i64 = 1000;
/// How often a batch is done again because others changed its objects, before others are let go
/// first.
const ATTEMPTS: usize = 8;

/// Works on a job until it is over or somebody else has it. Its backup comes first.
///
/// # Errors
/// Those of the store and of the task.
pub(crate) async fn run<D: Database>(
    store: &Store<D>,
    core: &impl MergeCore,
    tasks: Tasks,
    task: &dyn ItemTask,
    object: &Object,
) -> Result<()> {
    let (scope, uid, job) = (object.scope, object.uid, Job::of(object)?);
    let mut backup_failed = false;
    if let Some(backup) = job.backup().filter(|_| !job.is_over()) {
        let backup = snapshot::run(store, tasks, scope, backup).await?;
        if !backup.is_over() {
            return Ok(());
        }
        backup_failed = backup.status != Status::Complete;
    }
    let Some(mut lease) = Lease::take(store, scope, uid).await? else {
        return Ok(());
    };
    if backup_failed {
        let mut job = lease.job.clone();
        let message = "The backup failed, so nothing was imported. Start the import again.";
        end(&mut job, Status::Failed, message.to_owned());
        lease.advance(store, job, Vec::new()).await?;
        return Ok(());
    }
    let request = store.job_request(uid)?;
    let lookup = JobLookup {
        store,
        scope,
        job: uid,
    };
    let connectors = connectors(store, tasks, scope)?;
    let identities = store.scope(scope)?.identities;
    let batches = task.begin(Context {
        scope,
        request: &request,
        connectors: &connectors,
        identities: &identities,
        lookup: &lookup,
        core,
    })?;
    while !lease.job.is_over() {
        if !batch(store, &mut lease, &*batches).await? {
            break;
        }
    }
    Ok(())
}

/// Does the next batch; false when somebody else has the job.
async fn batch<D: Database>(
    store: &Store<D>,
    lease: &mut Lease,
    batches: &dyn Batches,
) -> Result<bool> {
    for _ in 0..ATTEMPTS {
        let items = next_items(store, lease, batches)?;
        let length = count(items.len());
        if length > BATCH && !lease.extend(store, length / BATCH).await? {
            return Ok(false);
        }
        let worked = batches.work(lease.job.done, items)?;
        let mut job = lease.job.clone();
        let total = job.total.unwrap_or_default();
        job.done = if length == 0 {
            total
        } else {
            job.done.saturating_add(length)
        };
        let (mut results, mut changes) = (Vec::new(), Vec::new());
        for one in worked {
            job.failed = job.failed.saturating_add(i64::from(one.result.failed));
            let has_target = i64::from(one.result.target.is_some());
            job.applied = job.applied.saturating_add(has_target);
            results.push(one.result);
            changes.extend(one.changes);
        }
        if job.done >= total {
            let (status, message) = batches.end(&job);
            end(&mut job, status, message);
        }
        store.put_job_results(&lease.object, &results).await?;
        match lease.advance(store, job, changes).await? {
            Committed::Yes => return Ok(true),
            Committed::Lost => return Ok(false),
            Committed::Stale => {}
        }
    }
    Err(Error::Unavailable { retry_after: 1 })
}

/// The items of the next batch: those that must be committed together are all in it, however many
/// they are.
fn next_items<D: Database>(
    store: &Store<D>,
    lease: &Lease,
    batches: &dyn Batches,
) -> Result<Vec<(i64, Item)>> {
    let (job, done) = (lease.object.uid, lease.job.done);
    let mut items = store.job_items(job, done, lease.batch_size(BATCH))?;
    let Some((last, _)) = items.last() else {
        return Ok(items);
    };
    let (mut last, end) = (*last, batches.end_of_batch(done, *last));
    items.retain(|(place, _)| *place <= end);
    while last < end {
        let more = store.job_items(job, last, end.saturating_sub(last))?;
        let Some((place, _)) = more.last() else {
            break;
        };
        last = *place;
        items.extend(more);
    }
    Ok(items)
}
