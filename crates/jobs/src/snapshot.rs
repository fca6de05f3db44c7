//! Jobs that write down the objects of a scope, as they were at one moment.

use api::task::{SnapshotTask, ToItem, Work};
use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::job::{Item, Job, Status};
use hub::object::{Kind, ScopeId};
use store::Store;
use store::database::Database;

use crate::lease::{Committed, Lease, end};
use crate::{Tasks, connectors, count, task};

/// How many objects a batch has at most.
const BATCH: i64 = 500;

/// Works on a job until it is over or somebody else has it. The job as it is then.
///
/// # Errors
/// [`Error::NotFound`] when there is no such job, [`Error::Internal`] when it is of another sort,
/// and those of the store.
pub(crate) async fn run<D: Database>(
    store: &Store<D>,
    tasks: Tasks,
    scope: ScopeId,
    uid: Uid,
) -> Result<Job> {
    let read = || store.object(scope, Kind::Job, &ObjectRef::Uid(uid));
    let job = Job::of(&read()?)?;
    let Work::Snapshot(task) = task(tasks, &job.task)?.work() else {
        let message = format!("a job of the task {:?} has no snapshot", job.task);
        return Err(Error::Internal(message));
    };
    if let Some(mut lease) = Lease::take(store, scope, uid).await? {
        let connectors = connectors(store, tasks, scope)?;
        let item_of = task.begin(&store.job_request(uid)?, connectors);
        while !lease.job.is_over() {
            if batch(store, &mut lease, task, &item_of).await? != Committed::Yes {
                break;
            }
        }
    }
    Job::of(&read()?)
}

async fn batch<D: Database>(
    store: &Store<D>,
    lease: &mut Lease,
    task: &dyn SnapshotTask,
    item_of: &ToItem,
) -> Result<Committed> {
    let mut job = lease.job.clone();
    let Some(total) = job.total else {
        let taken = store.put_job_snapshot(&lease.object, task.kinds());
        job.total = Some(taken.await?);
        return lease.advance(store, job, Vec::new()).await;
    };
    let size = lease.batch_size(BATCH);
    let objects = store.job_objects(lease.object.uid, job.done, size)?;
    let items = objects
        .iter()
        .filter_map(|(place, object)| Some((*place, item_of(object)?)));
    let items: Vec<(i64, Item)> = items.collect();
    if !items.is_empty() {
        store.put_job_items(lease.object.uid, &items).await?;
    }
    job.done = job.done.saturating_add(count(objects.len()));
    if objects.is_empty() || job.done >= total {
        job.done = total;
        end(&mut job, Status::Complete, task.message().to_owned());
    }
    lease.advance(store, job, Vec::new()).await
}
