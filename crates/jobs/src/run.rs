//! Takes up what was left, and removes what has expired.

use std::time::{Duration, Instant};

use hub::error::Result;
use hub::job::{Job, Task};
use hub::object::Object;
use hub::time::Timestamp;
use store::Store;
use store::database::Database;

use crate::{MergeCore, export, import};

/// How many jobs are taken up at once, of anybody.
const JOBS: i64 = 8;
/// For how long another one is taken up. What is left then is for who comes next.
const TAKING_UP: Duration = Duration::from_secs(20);

/// Works on a job, whatever it does.
///
/// # Errors
/// Those of the store.
pub async fn one<D: Database>(
    store: &Store<D>,
    core: &impl MergeCore,
    object: &Object,
) -> Result<()> {
    match Job::of(object)?.task {
        Task::Export => export::run(store, object.scope, object.uid).await.map(drop),
        Task::Import | Task::Preview => import::run(store, core, object.scope, object.uid).await,
    }
}

/// Takes up jobs that nobody works on, and removes those that have expired.
///
/// # Errors
/// Those of the store; of several jobs that cannot be worked on, the last one's.
pub async fn all<D: Database>(
    store: &Store<D>,
    core: &impl MergeCore,
    keep_seconds: i64,
) -> Result<()> {
    let (now, until) = (Timestamp::now(), Instant::now() + TAKING_UP);
    let mut result = Ok(());
    for object in store.abandoned_jobs(now, JOBS)? {
        if Instant::now() > until {
            break;
        }
        if let Err(error) = one(store, core, &object).await {
            result = Err(error);
        }
    }
    store
        .expire_jobs(now, now.plus_seconds(-keep_seconds))
        .await?;
    result
}
