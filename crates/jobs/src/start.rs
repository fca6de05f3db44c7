//! Accepts jobs: what they are to do goes to disk.

use hub::class::Classes;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::id::Uid;
use hub::job::{Item, Job, NewJob, Status, Task};
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::{Scope, SecretStore};
use hub::time::Timestamp;
use sailpoint::{secrets, types, wire};
use serde_json::{Map, Value, json};
use store::Store;
use store::database::Database;
use store::secrets::Vault;

use crate::export::count;

/// Whose job it is, and what it needs.
pub struct Context<'a, D> {
    /// The store.
    pub store: &'a Store<D>,
    /// The scope that it works in.
    pub scope: &'a Scope,
    /// Who asks for it.
    pub actor: &'a str,
    /// What its secrets are sealed with.
    pub vault: &'a Vault,
    /// How long it is kept, in seconds.
    pub keep_seconds: i64,
}

/// Writes down what a job is asked for and what it is to work on. The plan that makes it a job is left to the caller;
/// what was written for a job that never was goes as if it had expired.
///
/// # Errors
/// [`Error::Invalid`] when there are secrets and the scope takes none; those of the store and of the vault.
pub async fn prepare<D: Database>(context: &Context<'_, D>, mut new: NewJob) -> Result<Plan> {
    seal_secrets(context, &mut new.items)?;
    let now = Timestamp::now();
    let backup = if new.backup {
        Some(backup(context, now).await?)
    } else {
        None
    };
    let uid = backup.as_ref().map(|backup| backup.object.uid);
    let own = change(context, &new, uid, now)?;
    let uid = own.object.uid;
    context.store.put_job_request(uid, &new.request).await?;
    if !new.items.is_empty() {
        let items: Vec<(i64, Item)> = (1..).zip(new.items).collect();
        context.store.put_job_items(uid, &items).await?;
    }
    let mut plan = Plan::of(own);
    plan.changes.extend(backup);
    Ok(plan)
}

fn change<D>(
    context: &Context<'_, D>,
    new: &NewJob,
    backup: Option<Uid>,
    now: Timestamp,
) -> Result<Change> {
    let job = Job {
        task: new.task,
        status: Status::NotStarted,
        description: new.description.clone(),
        message: None,
        actor: context.actor.to_owned(),
        completed: None,
        expires: now.plus_seconds(context.keep_seconds).millis(),
        leased_until: 0,
        attempts: 0,
        total: (new.task != Task::Export).then(|| count(new.items.len())),
        done: 0,
        failed: 0,
        applied: 0,
        backup: backup.map(Uid::hex),
    };
    let name = match new.task {
        Task::Export => "export",
        Task::Import => "import",
        Task::Preview => "preview",
    };
    let mut change = Change::create(
        Kind::Job,
        context.scope.id,
        name,
        job.doc()?,
        Uniqueness::None,
        now,
    )?;
    change.object.slug = format!("{name}-{}", change.object.uid.hex());
    Ok(change)
}

/// The export of everything that comes before an import.
async fn backup<D: Database>(context: &Context<'_, D>, now: Timestamp) -> Result<Change> {
    let export = NewJob {
        task: Task::Export,
        description: Some("Backup before an import".to_owned()),
        request: json!({}),
        items: Vec::new(),
        backup: false,
    };
    let change = change(context, &export, None, now)?;
    let uid = change.object.uid;
    context.store.put_job_request(uid, &export.request).await?;
    Ok(change)
}

/// Takes the secrets out of the objects and seals them, so that not even a job that waits has one in the clear. What
/// is signed cannot be changed, and has none.
fn seal_secrets<D: Database>(context: &Context<'_, D>, items: &mut [Item]) -> Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let stored = context.store.classes(context.scope.id)?.into_iter();
    let classes = Classes::new(stored.map(|class| (class.name, class.doc)))?;
    let mut refused = Vec::new();
    for item in items {
        if types::find(&item.kind).is_some_and(|known| known.signature_required) {
            continue;
        }
        let class = wire::class_of(&item.doc).filter(|_| item.kind == types::SOURCE);
        let class = class.and_then(|name| classes.get(&name));
        let Some(object) = item.doc.get_mut("object") else {
            continue;
        };
        let taken = secrets::take(object, |name| {
            class.is_some_and(|class| class.is_sensitive(name))
        });
        if taken.is_empty() {
            continue;
        }
        if context.scope.secret_store != SecretStore::Values {
            let message =
                "must be a reference to a secret: this tenant keeps its secrets elsewhere";
            refused.extend(taken.iter().map(|(place, _)| {
                let field = format!("{} {:?}, {place}", item.kind, item.name);
                FieldError::new(field, FieldCode::Invalid, message)
            }));
            continue;
        }
        let mut sealed = Map::new();
        for (entry, value) in taken {
            let value = context.vault.seal(context.scope.id, &entry, &value)?;
            sealed.insert(entry, json!(value));
        }
        item.secrets = Some(Value::Object(sealed));
    }
    Error::check(refused)
}
