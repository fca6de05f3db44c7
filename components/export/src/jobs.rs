//! Jobs that read: exports.

use gateway::Call;
use gateway::jobs::{accept, after_response, find};
use hub::command::Outcome;
use hub::error::Result;
use hub::id::Uid;
use hub::job::NewJob;
use hub::object::Object;
use hub::time::Timestamp;

/// Accepts a job, and works on it when the response is out.
pub async fn start(call: &Call, job: NewJob) -> Result<Outcome> {
    let object = accept(call, job).await?;
    work_on(call, &object);
    Ok(Outcome::Created(object))
}

/// How a job is getting on. If nobody works on it, this does when the response is out.
pub fn status(call: &Call, tasks: &[&str], uid: Uid) -> Result<Outcome> {
    let (object, job) = find(call, tasks, uid)?;
    if job.is_abandoned(Timestamp::now()) {
        work_on(call, &object);
    }
    Ok(Outcome::Found(object))
}

fn work_on(call: &Call, object: &Object) {
    let (store, job) = (call.store.clone(), object.clone());
    after_response("job", async move {
        jobs::run::snapshot(&store, registry::task, &job).await
    });
}
