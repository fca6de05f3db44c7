//! What the functions that have jobs have in common: accepting and reading them, and going on after the response.

use api::task::Work;
use hub::command::{ObjectRef, Outcome};
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::job::{Job, NewJob, Status};
use hub::object::{Kind, Object};
use hub::time::Timestamp;
use jobs::start::{self, Context};

use crate::{Call, log};

/// Puts a job on disk.
///
/// # Errors
/// Those of [`start::prepare`] and [`Call::commit`].
pub async fn accept(call: &Call, job: NewJob) -> Result<Object> {
    let context = Context {
        store: &call.store,
        tasks: registry::task,
        scope: call.scope()?,
        actor: &call.caller.name,
        vault: &call.config.vault,
        keep_seconds: call.config.job_seconds,
    };
    let plan = start::prepare(&context, job).await?;
    call.commit(plan).await
}

/// A job of one of these tasks that has not expired.
///
/// # Errors
/// [`Error::NotFound`] when there is none, [`Error::Gone`] when it has expired.
pub fn find(call: &Call, tasks: &[&str], uid: Uid) -> Result<(Object, Job)> {
    let object = call
        .store
        .object(call.scope()?.id, Kind::Job, &ObjectRef::Uid(uid))?;
    let job = Job::of(&object)?;
    if !tasks.contains(&job.task.as_str()) {
        return Err(Error::not_found(Kind::Job, uid.uuid()));
    }
    if job.has_expired(Timestamp::now()) {
        let at = Timestamp::from_millis(job.expires).rfc3339_seconds();
        return Err(Error::Gone(format!(
            "The job expired at {at}: start another."
        )));
    }
    Ok((object, job))
}

/// What a job has made. What an import has told is there also when it failed.
///
/// # Errors
/// As [`find`]; [`Error::NotReady`] while the job is not over, [`Error::Gone`] when it failed to make one.
pub fn artifact(call: &Call, tasks: &[&str], uid: Uid) -> Result<Outcome> {
    let (object, job) = find(call, tasks, uid)?;
    let work = registry::task(&job.task).map(api::task::Task::work);
    let of_export = matches!(work, Some(Work::Snapshot(_)));
    if !job.is_over() {
        return Err(Error::NotReady(
            "The job is not over yet: download it when its status is COMPLETE or FAILED."
                .to_owned(),
        ));
    }
    if of_export && job.status == Status::Failed {
        let why = job.message.unwrap_or_default();
        return Err(Error::Gone(format!("The export failed: {why}")));
    }
    let request = call.store.job_request(uid)?;
    let artifacts = call.store.artifacts(uid, of_export)?;
    Ok(Outcome::Artifact(object, request, artifacts))
}

/// Does work when the response is out. It ends with the instance: jobs go on where they were.
pub fn after_response(what: &'static str, work: impl Future<Output = Result<()>> + 'static) {
    spin_sdk::wasip3::spawn(async move {
        match work.await {
            // Others write: whoever comes next goes on.
            Ok(()) | Err(Error::Unavailable { .. }) => {}
            Err(error) => log::fault(what, &error),
        }
    });
}
