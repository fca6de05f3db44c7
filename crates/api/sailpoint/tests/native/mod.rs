//! Imports and exports from the request to the response, over the store's native database and the
//! merge core as a library.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::rc::Rc;

use api::Dialect;
use api::request::Request;
use api::route::{Parse, Route};
use api::task::Task;
use futures::executor::block_on;
use hub::command::{Artifact, Export, Import, ObjectRef, Outcome};
use hub::dialects::Dialects;
use hub::id::Uid;
use hub::job::{Job, NewJob};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Plan};
use hub::query::Query;
use hub::scope::{Scope, ScopeName};
use jobs::start::Context;
use jobs::{Core, Tasks};
use sailpoint::SailPoint;
use serde_json::{Value, json};
use store::database::Database;
use store::secrets::Vault;
use store::{Native, Store};

/// This dialect, and no other.
pub(crate) struct Registry;

impl Dialects for Registry {
    fn scope_names(&self) -> Vec<(&'static str, &'static dyn ScopeName)> {
        Vec::new()
    }

    fn ca_secret<'d>(&self, _: &'d Value) -> Option<&'d str> {
        None
    }
}

const TASKS: Tasks = Tasks {
    find: task,
    strip_identity,
};

fn task(name: &str) -> Option<&'static dyn Task> {
    let mut tasks = SailPoint.tasks().iter().copied();
    tasks.find(|task| task.name() == name)
}

/// As the registry does, for this dialect and another that has bookkeeping.
fn strip_identity(doc: &mut Value) {
    SailPoint.strip_identity(doc);
    if let Some(doc) = doc.as_object_mut() {
        doc.shift_remove("status");
    }
    if let Some(Value::Object(other)) = doc.pointer_mut("/extensions/other") {
        other.shift_remove("uid");
        let items = other.get_mut("items").and_then(Value::as_array_mut);
        for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
            item.shift_remove("credential");
        }
    }
}

/// A database with scopes, and what happens in it.
pub(crate) struct World {
    pub database: Native,
    pub store: Store<Native>,
    vault: Vault,
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
        let now = hub::time::Timestamp::now();
        let doc = Scope::new(name, &Registry, now).unwrap().doc().unwrap();
        let change = Change::create(Kind::Scope, 0, name, doc, Default::default(), now).unwrap();
        block_on(self.store.commit(Plan::of(change), "tester")).unwrap();
        self.scope(name)
    }

    pub(crate) fn start(&self, scope: &Scope, new: NewJob) -> Object {
        let context = Context {
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
        self.job(scope.id, uid)
    }

    /// The integer that a statement gives.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        let rows = self.database.read(sql, Vec::new()).unwrap();
        match rows.first().and_then(|row| row.first()) {
            Some(store::database::Value::Integer(count)) => *count,
            _ => panic!("no job is started"),
        }
    }

    pub(crate) fn job(&self, scope: ScopeId, uid: Uid) -> Object {
        self.store
            .object(scope, Kind::Job, &ObjectRef::Uid(uid))
            .unwrap()
    }

    pub(crate) fn import(&self, scope: &Scope, configs: Vec<Value>) -> (Job, Vec<Artifact>) {
        self.run(scope, import(configs))
    }

    pub(crate) fn run(&self, scope: &Scope, new: NewJob) -> (Job, Vec<Artifact>) {
        let (object, job) = self.done(scope, new);
        let artifacts = self.store.artifacts(object.uid, job.task == "export");
        (job, artifacts.unwrap())
    }

    fn done(&self, scope: &Scope, new: NewJob) -> (Object, Job) {
        let started = self.start(scope, new);
        block_on(jobs::run::one(&self.store, &Core, TASKS, &started)).unwrap();
        let object = self.job(scope.id, started.uid);
        let job = Job::of(&object).unwrap();
        assert!(job.is_over(), "{job:?}");
        (object, job)
    }

    /// The job at its end, and what a download of its results says.
    pub(crate) fn download(&self, scope: &Scope, new: NewJob) -> (Job, Value) {
        let (object, job) = self.done(scope, new);
        let asked = self.store.job_request(object.uid).unwrap();
        let artifacts = self.store.artifacts(object.uid, job.task == "export");
        let outcome = Outcome::Artifact(object, asked, artifacts.unwrap());
        let response = SailPoint.render(&Request::default(), outcome, Some(scope));
        (
            job,
            serde_json::from_slice(&response.unwrap().body).unwrap(),
        )
    }

    pub(crate) fn export(&self, scope: &Scope) -> Vec<Value> {
        let (_, file) = self.download(scope, export(&json!({})));
        file["objects"].as_array().unwrap().clone()
    }

    pub(crate) fn objects(&self, scope: &Scope) -> Vec<Object> {
        let mut query = Query::of(Kind::ConfigObject).within(scope.id);
        query.kinds.push(Kind::Connector);
        self.store.list(&query).unwrap().objects
    }
}

fn route(operation: &str) -> &'static Route {
    let mut routes = sailpoint::ROUTES.iter().copied().flatten();
    routes.find(|route| route.operation == operation).unwrap()
}

/// The job that such a request starts.
pub(crate) fn export(payload: &Value) -> NewJob {
    let request = Request {
        body: payload.to_string().into(),
        ..Request::default()
    };
    match route("sailpoint.startExport").parse {
        Parse::Export(parse) => match parse(&request).unwrap().command {
            Export::StartJob(job) => *job,
            _ => panic!("no job is started"),
        },
        _ => panic!("an export is a command of another function"),
    }
}

/// The job that the import of a file of these objects starts, with options.
pub(crate) fn import_with(configs: Vec<Value>, options: &Value, preview: bool) -> NewJob {
    let file = json!({"version": 1, "objects": configs});
    let part = |disposition: &str, content: &Value| {
        format!("--x\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n")
    };
    let options = part("name=\"options\"", options);
    let data = part("name=\"data\"; filename=\"c.json\"", &file);
    let content_type = http::HeaderValue::from_static("multipart/form-data; boundary=x");
    let request = Request {
        query: vec![("preview".to_owned(), preview.to_string())],
        headers: http::HeaderMap::from_iter([(http::header::CONTENT_TYPE, content_type)]),
        body: format!("{options}{data}--x--\r\n").into(),
        ..Request::default()
    };
    match route("sailpoint.startImport").parse {
        Parse::Import(parse) => match parse(&request).unwrap().command {
            Import::StartJob(job) => *job,
            _ => panic!("no job is started"),
        },
        _ => panic!("an import is a command of another function"),
    }
}

pub(crate) fn import(configs: Vec<Value>) -> NewJob {
    import_with(configs, &json!({"excludeBackup": true}), false)
}

pub(crate) fn preview(configs: Vec<Value>) -> NewJob {
    import_with(configs, &json!({}), true)
}

/// An object as a file has it.
pub(crate) fn config(kind: &str, id: &str, name: &str, object: Value) -> Value {
    json!({"version": 1, "self": {"type": kind, "id": id, "name": name}, "object": object})
}

/// A SOURCE with an address and an attribute.
pub(crate) fn source(id: &str, name: &str) -> Value {
    let object = json!({"name": name, "connector": "ldap", "connectorAttributes": {"url": "https://a", "n": 1}});
    config("SOURCE", id, name, object)
}

/// An IDENTITY_PROFILE that refers to a source.
pub(crate) fn profile(id: &str, source: Value) -> Value {
    let object = json!({"name": id, "authoritativeSource": source});
    config("IDENTITY_PROFILE", id, id, object)
}

/// Everything that a job tells.
pub(crate) fn told(artifacts: &[Artifact]) -> String {
    artifacts
        .iter()
        .map(|artifact| format!("{}\n", artifact.json))
        .collect()
}
