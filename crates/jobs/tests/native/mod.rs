//! Jobs of tasks of the tests' own, over the store's native database.

use std::pin::pin;
use std::rc::Rc;
use std::task::{Context as TaskContext, Poll, Waker};

use api::task::{Batches, Connectors, Context, ItemTask, SnapshotTask, Task, ToItem, Work, Worked};
use futures::executor::block_on;
use hub::class::Classes;
use hub::command::ObjectRef;
use hub::dialects::Dialects;
use hub::error::Result;
use hub::id::Uid;
use hub::job::{Item, ItemResult, Job, NewJob, Status};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::{Scope, ScopeName};
use hub::secret::Clear;
use hub::time::Timestamp;
use jobs::{Core, Tasks};
use serde_json::{Value, json};
use store::database::Database;
use store::secrets::Vault;
use store::{Native, Store};

/// No dialects at all.
pub(crate) struct Registry;

impl Dialects for Registry {
    fn scope_names(&self) -> Vec<(&'static str, &'static dyn ScopeName)> {
        Vec::new()
    }

    fn ca_secret<'d>(&self, _: &'d Value) -> Option<&'d str> {
        None
    }
}

/// What the tests bring to jobs.
pub(crate) const TASKS: Tasks = Tasks {
    find: task,
    strip_identity: |_| {},
};

/// The tasks: `create` makes an object of each item that is not there, and `copy` an item of each
/// object.
pub(crate) fn task(name: &str) -> Option<&'static dyn Task> {
    match name {
        "create" => Some(&Create),
        "copy" => Some(&Copy),
        _ => None,
    }
}

struct Create;
struct Copy;

impl Task for Create {
    fn name(&self) -> &'static str {
        "create"
    }

    fn work(&self) -> Work {
        Work::Items(&Self)
    }
}

impl ItemTask for Create {
    fn take_secrets(
        &self,
        item: &mut Item,
        _classes: &Classes,
        _suffix: &str,
    ) -> Vec<(String, Clear)> {
        let secret = item
            .doc
            .as_object_mut()
            .and_then(|doc| doc.remove("secret"));
        let clear = |secret: Value| (item.name.clone(), Clear::new(secret.as_str().unwrap()));
        secret.map(clear).into_iter().collect()
    }

    fn begin<'a>(&self, context: Context<'a>) -> Result<Box<dyn Batches + 'a>> {
        Ok(Box::new(Creating(context)))
    }
}

struct Creating<'a>(Context<'a>);

impl Batches for Creating<'_> {
    fn end_of_batch(&self, _done: i64, last: i64) -> i64 {
        last
    }

    fn work(&self, _done: i64, items: Vec<(i64, Item)>) -> Result<Vec<Worked>> {
        let uid = |item: &Item| Uid::derived(&[&self.0.scope.to_string(), &item.name]);
        let uids: Vec<Uid> = items.iter().map(|(_, item)| uid(item)).collect();
        let there = self.0.lookup.objects(&uids)?;
        let work = |(place, item): (i64, Item)| {
            let (uid, now) = (uid(&item), Timestamp::now());
            let mut changes = Vec::new();
            if there.iter().all(|object| object.uid != uid) {
                let (kind, name) = (Kind::ConfigObject, &item.name);
                let create =
                    Change::create(kind, self.0.scope, name, item.doc, Uniqueness::None, now);
                let mut change = create?;
                change.object.uid = uid;
                changes.push(change);
            }
            let result = ItemResult {
                place,
                target: Some(uid.hex()),
                failed: false,
                report: json!({}),
            };
            Ok(Worked { result, changes })
        };
        items.into_iter().map(work).collect()
    }

    fn end(&self, _job: &Job) -> (Status, String) {
        (Status::Complete, "done".to_owned())
    }
}

impl Task for Copy {
    fn name(&self) -> &'static str {
        "copy"
    }

    fn work(&self) -> Work {
        Work::Snapshot(&Self)
    }
}

impl SnapshotTask for Copy {
    fn kinds(&self) -> &'static [Kind] {
        &[Kind::ConfigObject]
    }

    fn begin(&self, _request: &Value, _connectors: Connectors) -> ToItem {
        Box::new(|object| Some(item(&object.name)))
    }

    fn message(&self) -> &'static str {
        "copied"
    }
}

/// An item, by its name.
pub(crate) fn item(name: &str) -> Item {
    Item {
        kind: "thing".to_owned(),
        name: name.to_owned(),
        doc: json!({"name": name}),
        ..Item::default()
    }
}

/// A job that creates so many objects.
pub(crate) fn create(count: usize) -> NewJob {
    NewJob {
        task: "create",
        description: None,
        request: json!({}),
        items: (0..count).map(|n| item(&n.to_string())).collect(),
        backup: None,
    }
}

/// A job that copies what is there.
pub(crate) fn copy() -> NewJob {
    NewJob {
        task: "copy",
        ..create(0)
    }
}

/// A database with scopes, and what happens in it.
pub(crate) struct World {
    pub database: Native,
    pub store: Store<Native>,
    pub vault: Vault,
}

impl World {
    pub(crate) fn new() -> Self {
        let database = Native::in_memory(&Registry).unwrap();
        let store = Store::over(database.clone(), &Registry, Rc::default());
        Self {
            database,
            store,
            vault: Vault::new("root"),
        }
    }

    pub(crate) fn scope(&self, name: &str) -> Scope {
        if let Some(scope) = self.store.scope_named(name).unwrap() {
            return scope;
        }
        let now = Timestamp::now();
        let doc = Scope::new(name, &Registry, now).unwrap().doc().unwrap();
        let change = Change::create(Kind::Scope, 0, name, doc, Default::default(), now).unwrap();
        block_on(self.store.commit(Plan::of(change), "tester")).unwrap();
        self.scope(name)
    }

    pub(crate) fn start(&self, scope: &Scope, new: NewJob) -> Object {
        let context = jobs::start::Context {
            store: &self.store,
            tasks: TASKS,
            scope,
            actor: "tester",
            vault: &self.vault,
            keep_seconds: 604_800,
        };
        let plan = block_on(jobs::start::prepare(&context, new)).unwrap();
        let uid = plan.changes[0].object.uid;
        block_on(self.store.commit(plan, "tester")).unwrap();
        self.object(scope.id, uid)
    }

    pub(crate) fn object(&self, scope: ScopeId, uid: Uid) -> Object {
        let object = self.store.object(scope, Kind::Job, &ObjectRef::Uid(uid));
        object.unwrap()
    }

    /// The job as it is now.
    pub(crate) fn job(&self, object: &Object) -> Job {
        Job::of(&self.object(object.scope, object.uid)).unwrap()
    }

    /// Works on a job until the work was interrupted so many times by a statement, and then no
    /// longer.
    pub(crate) fn run_for(&self, job: &Object, polls: usize) {
        let mut work = pin!(jobs::run::one(&self.store, &Core, TASKS, job));
        let mut context = TaskContext::from_waker(Waker::noop());
        for _ in 0..polls {
            if let Poll::Ready(result) = work.as_mut().poll(&mut context) {
                result.unwrap();
                return;
            }
        }
    }

    /// What time does: nobody has a lease any more.
    pub(crate) fn leases_end(&self) {
        self.set_in_jobs("$.leasedUntil");
    }

    /// Makes a time in all jobs one that is long past.
    pub(crate) fn set_in_jobs(&self, path: &str) {
        let sql = format!("UPDATE object SET doc = json_set(doc, '{path}', 0) WHERE kind = 'job'");
        self.database.read(&sql, Vec::new()).unwrap();
    }

    /// The integer that a statement gives.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        let rows = self.database.read(sql, Vec::new()).unwrap();
        match rows.first().and_then(|row| row.first()) {
            Some(store::database::Value::Integer(count)) => *count,
            other => panic!("{other:?}"),
        }
    }

    /// How many objects were created, and how many revisions they have.
    pub(crate) fn created(&self) -> (i64, i64) {
        let count = |table| {
            self.count(&format!(
                "SELECT count(*) FROM {table} WHERE kind = 'configuration object'"
            ))
        };
        (count("object"), count("revision"))
    }
}
