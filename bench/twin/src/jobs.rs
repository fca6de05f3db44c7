//! Jobs: the library that carries out those of the application, with one difference. A native server need not survive in the
//! middle of one, so that all of a job is one transaction, and is done when it is answered.

use futures::executor::block_on;
use hub::command::{ObjectRef, Outcome};
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::job::{Job, NewJob, Task};
use hub::object::{Kind, Object};
use hub::scope::Scope;
use jobs::Core;
use jobs::start::{Context, prepare};
use store::secrets::Vault;

use crate::database::Databases;

/// How long what a job made is kept, in seconds.
const KEEP_SECONDS: i64 = 604_800;

/// Does a job. The answer is the job as it was accepted.
pub async fn start(
    databases: &Databases,
    vault: &Vault,
    scope: &Scope,
    actor: &str,
    job: NewJob,
) -> Result<Object> {
    let (vault, scope, actor) = (vault.clone(), scope.clone(), actor.to_owned());
    let work = databases.transaction(move |store| {
        block_on(async {
            let context = Context {
                store,
                scope: &scope,
                actor: &actor,
                vault: &vault,
                keep_seconds: KEEP_SECONDS,
            };
            let plan = prepare(&context, job).await?;
            let nothing = || Error::Internal("a job that is none".to_owned());
            let first = plan.changes.first().ok_or_else(nothing)?.object.uid;
            store.commit(plan, &actor).await?;
            let object = store.object(scope.id, Kind::Job, &ObjectRef::Uid(first))?;
            jobs::run::one(store, &Core, &object).await?;
            Ok(object)
        })
    });
    work.await
}

/// How a job got on.
pub fn status(databases: &Databases, scope: &Scope, uid: Uid) -> Result<Object> {
    databases.read(|store| store.object(scope.id, Kind::Job, &ObjectRef::Uid(uid)))
}

/// What a job has made.
pub fn artifact(databases: &Databases, scope: &Scope, uid: Uid) -> Result<Outcome> {
    let object = status(databases, scope, uid)?;
    let of_export = Job::of(&object)?.task == Task::Export;
    databases.read(|store| {
        let (request, artifacts) = (store.job_request(uid)?, store.artifacts(uid, of_export)?);
        Ok(Outcome::Artifact(object, request, artifacts))
    })
}
