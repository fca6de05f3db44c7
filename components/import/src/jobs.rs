//! Jobs that create: imports and their previews. This function can carry out all jobs, also those that others left.

use gateway::jobs::{accept, after_response, find};
use gateway::{Call, merge};
use hub::command::Outcome;
use hub::error::Result;
use hub::id::Uid;
use hub::job::NewJob;
use hub::object::Object;
use hub::reference::ResolvedReference;
use hub::time::Timestamp;
use jobs::MergeCore;
use serde_json::Value;
use store::Store;

/// The merge core, for jobs.
struct Core;

impl MergeCore for Core {
    fn resolve(
        &self,
        document: &Value,
        extractors: &[String],
        candidates: &Value,
        rules: &Value,
    ) -> Result<(Value, Vec<ResolvedReference>)> {
        merge::resolve(document, extractors, candidates, rules)
    }

    fn changed(&self, before: &Value, after: &Value) -> Result<Vec<String>> {
        merge::changed(before, after)
    }
}

/// Accepts a job, and works on it when the response is out. Afterwards it looks for what others left.
pub async fn start(call: &Call, job: NewJob) -> Result<Outcome> {
    let object = accept(call, job).await?;
    let (started, store, keep_seconds) =
        (object.clone(), call.store.clone(), call.config.job_seconds);
    after_response("job", async move {
        work_on(&store, &started).await?;
        jobs::run::all(&store, &Core, registry::task, keep_seconds).await
    });
    Ok(Outcome::Created(object))
}

/// How a job is getting on. If nobody works on it, this does when the response is out.
pub fn status(call: &Call, tasks: &[&str], uid: Uid) -> Result<Outcome> {
    let (object, job) = find(call, tasks, uid)?;
    if job.is_abandoned(Timestamp::now()) {
        let (store, abandoned): (_, Object) = (call.store.clone(), object.clone());
        after_response("job", async move { work_on(&store, &abandoned).await });
    }
    Ok(Outcome::Found(object))
}

/// Works on a job. The connectors that it wrote long after the answer are probed as soon as others.
async fn work_on(store: &Store, job: &Object) -> Result<()> {
    let result = jobs::run::one(store, &Core, registry::task, job).await;
    gateway::announce_changes();
    result
}

/// Takes up what was left, and removes what has expired, uploads too: for a clock to call.
pub async fn run(call: &Call) -> Result<Outcome> {
    call.store.expire_uploads(Timestamp::now()).await?;
    jobs::run::all(&call.store, &Core, registry::task, call.config.job_seconds).await?;
    Ok(Outcome::Done)
}
