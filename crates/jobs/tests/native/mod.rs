//! Jobs over the store's native database and the merge core as a library.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::pin::pin;
use std::rc::Rc;
use std::task::{Context as TaskContext, Poll, Waker};

use futures::executor::block_on;
use hub::command::{Artifact, ObjectRef};
use hub::id::Uid;
use hub::job::{Item, Job, NewJob, Task};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Plan};
use hub::query::Query;
use hub::scope::Scope;
use jobs::Core;
use jobs::start::Context;
use registry::Registry;
use sailpoint::order;
use serde_json::{Value, json};
use store::database::Database;
use store::secrets::Vault;
use store::{Native, Store};

/// A database with scopes, and what happens in it.
pub struct World {
    pub database: Native,
    pub store: Store<Native>,
    vault: Vault,
}

impl World {
    pub fn new() -> Self {
        let database = Native::in_memory(&Registry).unwrap();
        let store = Store::over(database.clone(), &Registry, Rc::default());
        Self {
            database,
            store,
            vault: Vault::new("root"),
        }
    }

    pub fn scope(&self, name: &str) -> Scope {
        if let Some(scope) = self.store.scope_named(name).unwrap() {
            return scope;
        }
        let now = hub::time::Timestamp::now();
        let doc = Scope::new(name, &Registry, now).unwrap().doc().unwrap();
        let change = Change::create(Kind::Scope, 0, name, doc, Default::default(), now).unwrap();
        block_on(self.store.commit(Plan::of(change), "tester")).unwrap();
        self.scope(name)
    }

    pub fn start(&self, scope: &Scope, new: NewJob) -> Object {
        let context = Context {
            store: &self.store,
            scope,
            actor: "tester",
            vault: &self.vault,
            keep_seconds: 604_800,
        };
        let plan = block_on(jobs::start::prepare(&context, new)).unwrap();
        let uid = plan.changes[0].object.uid;
        block_on(self.store.commit(plan, "tester")).unwrap();
        self.job(scope.id, uid)
    }

    /// The integer that a statement gives.
    pub fn count(&self, sql: &str) -> i64 {
        let rows = self.database.read(sql, Vec::new()).unwrap();
        match rows.first().and_then(|row| row.first()) {
            Some(store::database::Value::Integer(count)) => *count,
            other => panic!("{other:?}"),
        }
    }

    pub fn job(&self, scope: ScopeId, uid: Uid) -> Object {
        self.store
            .object(scope, Kind::Job, &ObjectRef::Uid(uid))
            .unwrap()
    }

    pub fn import(&self, scope: &Scope, items: Vec<Item>) -> (Job, Vec<Artifact>) {
        self.run(scope, import(items))
    }

    pub fn run(&self, scope: &Scope, new: NewJob) -> (Job, Vec<Artifact>) {
        let job = self.start(scope, new);
        block_on(jobs::run::one(&self.store, &Core, &job)).unwrap();
        self.ended(scope, &job)
    }

    pub fn ended(&self, scope: &Scope, job: &Object) -> (Job, Vec<Artifact>) {
        let job = self.job(scope.id, job.uid);
        let (uid, job) = (job.uid, Job::of(&job).unwrap());
        assert!(job.is_over(), "{job:?}");
        (
            job.clone(),
            self.store.artifacts(uid, job.task == Task::Export).unwrap(),
        )
    }

    /// Works on a job until the work was interrupted so many times by a statement, and then no longer.
    pub fn run_for(&self, job: &Object, polls: usize) {
        let mut work = pin!(jobs::run::one(&self.store, &Core, job));
        let mut context = TaskContext::from_waker(Waker::noop());
        for _ in 0..polls {
            if let Poll::Ready(result) = work.as_mut().poll(&mut context) {
                result.unwrap();
                return;
            }
        }
    }

    /// What time does: nobody has a lease any more.
    pub fn leases_end(&self) {
        self.set_in_jobs("$.leasedUntil");
    }

    /// Makes a time in all jobs one that is long past.
    pub fn set_in_jobs(&self, path: &str) {
        let sql = format!("UPDATE object SET doc = json_set(doc, '{path}', 0) WHERE kind = 'job'");
        self.database.read(&sql, Vec::new()).unwrap();
    }

    pub fn export(&self, scope: &Scope) -> Vec<Value> {
        let new = NewJob {
            task: Task::Export,
            description: None,
            request: json!({}),
            items: Vec::new(),
            backup: false,
        };
        let (_, artifacts) = self.run(scope, new);
        artifacts
            .iter()
            .map(|artifact| serde_json::from_str(&artifact.json).unwrap())
            .collect()
    }

    pub fn objects(&self, scope: &Scope) -> Vec<Object> {
        let mut query = Query::of(Kind::ConfigObject).within(scope.id);
        query.kinds.push(Kind::Connector);
        self.store.list(&query).unwrap().objects
    }
}

pub fn import(items: Vec<Item>) -> NewJob {
    let ordered = order::by_dependency(items);
    NewJob {
        task: Task::Import,
        description: None,
        request: json!({"cycles": ordered.cycles}),
        items: ordered.items,
        backup: false,
    }
}

pub fn preview(items: Vec<Item>) -> NewJob {
    NewJob {
        task: Task::Preview,
        ..import(items)
    }
}

pub fn item(kind: &str, id: &str, name: &str, object: Value) -> Item {
    Item {
        kind: kind.to_owned(),
        id: Some(id.to_owned()),
        name: name.to_owned(),
        doc: json!({"version": 1, "self": {"type": kind, "id": id, "name": name}, "object": object}),
        secrets: None,
    }
}

/// Everything that a job tells.
pub fn told(artifacts: &[Artifact]) -> String {
    artifacts
        .iter()
        .map(|artifact| format!("{}\n", artifact.json))
        .collect()
}
