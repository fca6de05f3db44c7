//! Jobs: accepted when they are on disk, worked on when the response is out, and taken up by
//! whoever comes next.

use api::task::Work;
use hub::command::{ObjectRef, Outcome};
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::job::{Job, NewJob, Status};
use hub::object::{Kind, Object};
use hub::plan::Plan;
use hub::time::Timestamp;
use jobs::start::{self, Context};
use store::Store;

use crate::call::Call;
use crate::mutation::{Mutated, Mutation, carry_out};
use crate::ports::Platform;

/// What the dialects bring to jobs.
const TASKS: jobs::Tasks = jobs::Tasks {
    find: registry::task,
    strip_identity: registry::strip_identity,
};

/// A job that was prepared: all that it needs is written down, and the plan makes it a job.
struct StartJob(Plan);

impl Mutation for StartJob {
    fn compute<P: Platform>(&self, _: &Call<P>, _: Timestamp) -> Result<Mutated> {
        Ok(Mutated::object(self.0.clone()))
    }
}

/// Accepts a job, and works on it when the response is out. Afterwards it looks for what others
/// left.
///
/// # Errors
/// Those of [`start::prepare`] and [`carry_out`].
pub(crate) async fn start<P: Platform>(call: &Call<P>, job: NewJob) -> Result<Outcome> {
    let (outcome, object) = accept(call, job).await?;
    let (platform, store) = (call.platform.clone(), call.store.clone());
    let keep_seconds = call.settings.job_seconds;
    call.after_response("job", async move {
        work_on(&platform, &store, &object).await?;
        jobs::run::all(&store, platform.merge(), TASKS, keep_seconds).await
    });
    Ok(outcome)
}

/// Accepts an export, and works on it when the response is out.
///
/// # Errors
/// As [`start`].
pub(crate) async fn start_export<P: Platform>(call: &Call<P>, job: NewJob) -> Result<Outcome> {
    let (outcome, object) = accept(call, job).await?;
    export(call, &object);
    Ok(outcome)
}

async fn accept<P: Platform>(call: &Call<P>, job: NewJob) -> Result<(Outcome, Object)> {
    let context = Context {
        store: &call.store,
        tasks: TASKS,
        scope: call.scope()?,
        actor: &call.caller.name,
        vault: &call.settings.vault,
        keep_seconds: call.settings.job_seconds,
    };
    let plan = start::prepare(&context, job).await?;
    let outcome = carry_out(call, &StartJob(plan)).await?;
    let Outcome::Created(object) = &outcome else {
        return Err(Error::Internal("a job was not created".to_owned()));
    };
    let object = object.clone();
    Ok((outcome, object))
}

/// How a job is getting on. If nobody works on it, this does when the response is out.
///
/// # Errors
/// As [`find`].
pub(crate) fn status<P: Platform>(call: &Call<P>, tasks: &[&str], uid: Uid) -> Result<Outcome> {
    let (object, job) = find(call, tasks, uid)?;
    if job.is_abandoned(Timestamp::now()) {
        let (platform, store) = (call.platform.clone(), call.store.clone());
        let abandoned = object.clone();
        call.after_response("job", async move {
            work_on(&platform, &store, &abandoned).await
        });
    }
    Ok(Outcome::Found(object))
}

/// The same of an export.
///
/// # Errors
/// As [`find`].
pub(crate) fn status_of_export<P: Platform>(
    call: &Call<P>,
    tasks: &[&str],
    uid: Uid,
) -> Result<Outcome> {
    let (object, job) = find(call, tasks, uid)?;
    if job.is_abandoned(Timestamp::now()) {
        export(call, &object);
    }
    Ok(Outcome::Found(object))
}

/// Takes up what was left, and removes what has expired, uploads too: for a clock to call.
///
/// # Errors
/// Those of the store.
pub(crate) async fn run<P: Platform>(call: &Call<P>) -> Result<Outcome> {
    call.platform.expire_uploads(&call.store).await?;
    jobs::run::all(
        &call.store,
        call.platform.merge(),
        TASKS,
        call.settings.job_seconds,
    )
    .await?;
    Ok(Outcome::Done)
}

/// Works on a job. The connectors that it wrote long after the answer are probed as soon as others.
async fn work_on<P: Platform>(
    platform: &P,
    store: &Store<P::Database>,
    job: &Object,
) -> Result<()> {
    let result = jobs::run::one(store, platform.merge(), TASKS, job).await;
    platform.announce_changes();
    result
}

fn export<P: Platform>(call: &Call<P>, object: &Object) {
    let (store, job) = (call.store.clone(), object.clone());
    call.after_response("job", async move {
        jobs::run::snapshot(&store, TASKS, &job).await
    });
}

/// A job of one of these tasks that has not expired.
///
/// # Errors
/// [`Error::NotFound`] when there is none, [`Error::Gone`] when it has expired.
fn find<P: Platform>(call: &Call<P>, tasks: &[&str], uid: Uid) -> Result<(Object, Job)> {
    let by = ObjectRef::Uid(uid);
    let object = call.store.object(call.scope()?.id, Kind::Job, &by)?;
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
/// As [`find`]; [`Error::NotReady`] with what keeps it from being there.
pub(crate) fn artifact<P: Platform>(call: &Call<P>, tasks: &[&str], uid: Uid) -> Result<Outcome> {
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
        return Err(Error::NotReady(format!("The export failed: {why}")));
    }
    let request = call.store.job_request(uid)?;
    let artifacts = call.store.artifacts(uid, of_export)?;
    Ok(Outcome::Artifact(object, request, artifacts))
}
