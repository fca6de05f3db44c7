//! Takes up what was left, and removes what has expired.

use std::time::{Duration, Instant};

use api::task::Work;
use hub::error::Result;
use hub::job::Job;
use hub::object::Object;
use hub::time::Timestamp;
use store::Store;
use store::database::Database;

use crate::{MergeCore, Tasks, items, snapshot, task};

/// How many jobs are taken up at once, of anybody.
const JOBS: i64 = 8;
/// For how long another one is taken up. What is left then is for who comes next.
const TAKING_UP: Duration = Duration::from_secs(20);

/// Works on a job, whatever it does.
///
/// # Errors
/// Those of the store and of the task.
pub async fn one<D: Database>(
    store: &Store<D>,
    core: &impl MergeCore,
    tasks: Tasks,
    object: &Object,
) -> Result<()> {
    match task(tasks, &Job::of(object)?.task)?.work() {
        Work::Snapshot(_) => snapshot(store, tasks, object).await,
        Work::Items(task) => items::run(store, core, tasks, task, object).await,
    }
}

/// Works on a job that writes down objects, for which no merge core is needed.
///
/// # Errors
/// Those of the store; [`hub::error::Error::Internal`] when the job does something else.
pub async fn snapshot<D: Database>(store: &Store<D>, tasks: Tasks, object: &Object) -> Result<()> {
    let run = snapshot::run(store, tasks, object.scope, object.uid);
    run.await.map(drop)
}

/// Takes up jobs that nobody works on, and removes those that have expired.
///
/// # Errors
/// Those of the store; of several jobs that cannot be worked on, the last one's.
pub async fn all<D: Database>(
    store: &Store<D>,
    core: &impl MergeCore,
    tasks: Tasks,
    keep_seconds: i64,
) -> Result<()> {
    let (now, until) = (Timestamp::now(), Instant::now() + TAKING_UP);
    let mut result = Ok(());
    for object in store.abandoned_jobs(now, JOBS)? {
        if Instant::now() > until {
            break;
        }
        if let Err(error) = one(store, core, tasks, &object).await {
            result = Err(error);
        }
    }
    store
        .expire_jobs(now, now.plus_seconds(keep_seconds.saturating_neg()))
        .await?;
    result
}
