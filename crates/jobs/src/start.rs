//! Accepts jobs: what they are to do goes to disk.

use api::task::{ItemTask, Work};
use hub::class::Classes;
use hub::error::Result;
use hub::id::{Uid, random_bytes};
use hub::job::{Item, Job, NewJob, Status};
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::{Scope, SecretStore};
use hub::time::Timestamp;
use serde_json::{Map, Value, json};
use store::Store;
use store::database::Database;
use store::secrets::Vault;

use crate::{Tasks, count, task};

/// Whose job it is, and what it needs.
pub struct Context<'a, D> {
    pub store: &'a Store<D>,
    /// The tasks that jobs can have.
    pub tasks: Tasks,
    /// The scope that it works in.
    pub scope: &'a Scope,
    /// Who asks for it.
    pub actor: &'a str,
    /// What its secrets are sealed with.
    pub vault: &'a Vault,
    /// How long it is kept, in seconds.
    pub keep_seconds: i64,
}

/// Writes down what a job is asked for and what it is to work on. The plan that makes it a job is
/// left to the caller; what was written for a job that never was goes as if it had expired.
///
/// # Errors
/// Those of the store and of the vault.
pub async fn prepare<D: Database>(context: &Context<'_, D>, mut new: NewJob) -> Result<Plan> {
    let now = Timestamp::now();
    let backup = match new.backup.take() {
        Some(backup) => Some(write(context, *backup, None, now).await?),
        None => None,
    };
    let uid = backup.as_ref().map(|backup| backup.object.uid);
    let mut plan = Plan::of(write(context, new, uid, now).await?);
    plan.changes.extend(backup);
    Ok(plan)
}

/// Writes down what belongs to a job. What makes it one.
async fn write<D: Database>(
    context: &Context<'_, D>,
    mut new: NewJob,
    backup: Option<Uid>,
    now: Timestamp,
) -> Result<Change> {
    let work = task(context.tasks, new.task)?.work();
    if let Work::Items(task) = work {
        seal_secrets(context, task, &mut new.items)?;
    }
    let own = change(context, &new, work, backup, now)?;
    let uid = own.object.uid;
    context.store.put_job_request(uid, &new.request).await?;
    if !new.items.is_empty() {
        let items: Vec<(i64, Item)> = (1..).zip(new.items).collect();
        context.store.put_job_items(uid, &items).await?;
    }
    Ok(own)
}

fn change<D>(
    context: &Context<'_, D>,
    new: &NewJob,
    work: Work,
    backup: Option<Uid>,
    now: Timestamp,
) -> Result<Change> {
    let job = Job {
        task: new.task.to_owned(),
        status: Status::NotStarted,
        description: new.description.clone(),
        message: None,
        actor: context.actor.to_owned(),
        completed: None,
        expires: now.plus_seconds(context.keep_seconds).millis(),
        leased_until: 0,
        attempts: 0,
        total: matches!(work, Work::Items(_)).then(|| count(new.items.len())),
        done: 0,
        failed: 0,
        applied: 0,
        backup: backup.map(Uid::hex),
    };
    let mut change = Change::create(
        Kind::Job,
        context.scope.id,
        new.task,
        job.doc()?,
        Uniqueness::None,
        now,
    )?;
    change.object.slug = format!("{}-{}", new.task, change.object.uid.hex());
    Ok(change)
}

/// Takes the secrets out of the items and seals them, so that not even a job that waits has one in
/// the clear. Of a scope that takes none, only the entries are kept: the task tells which items are
/// refused for them.
fn seal_secrets<D: Database>(
    context: &Context<'_, D>,
    task: &dyn ItemTask,
    items: &mut [Item],
) -> Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let classes = Classes::of(context.store.classes(context.scope.id)?);
    let suffix = format!("-{:016x}", u64::from_be_bytes(random_bytes()?));
    let takes_values = context.scope.secret_store == SecretStore::Values;
    for item in items {
        let taken = task.take_secrets(item, &classes, &suffix);
        if taken.is_empty() {
            continue;
        }
        let mut sealed = Map::new();
        for (entry, value) in taken {
            let value = if takes_values {
                json!(context.vault.seal(context.scope.id, &entry, &value)?)
            } else {
                Value::Null
            };
            sealed.insert(entry, value);
        }
        item.secrets = Some(Value::Object(sealed));
    }
    Ok(())
}
