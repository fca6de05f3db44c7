//! The application over rusqlite in memory and the merge core as a library, asked in the words of
//! its dialects.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::arithmetic_side_effects, reason = "it counts what a test does")]

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::LazyLock;
use std::time::Duration;

use api::request::Request;
use api::response::Response;
use api::route::Parse;
use app::native::Core;
use app::outbound::{End, Outbound, ProbeSettings, Received};
use app::ports::{Platform, ProbeFunction, Tasks};
use app::{Call, Caller, Settings, perform};
use bytes::Bytes;
use futures::executor::{LocalPool, LocalSpawner, block_on};
use futures::task::LocalSpawnExt;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use hub::error::{Error, FieldError, Result};
use hub::fetch::{FetchResult, FetchTarget, Fetched};
use hub::id::Uid;
use hub::scope::DEFAULT_SCOPE;
use prober::observation::ProbeFailure;
use registry::Registry;
use serde_json::Value;
use store::secrets::Vault;
use store::{Entry, Native, Store};

static SETTINGS: LazyLock<Settings> = LazyLock::new(|| Settings {
    admin_key: "admin key".to_owned(),
    token_seconds: 60,
    job_seconds: 3600,
    max_body_bytes: 1 << 20,
    vault: Vault::new("root"),
});

static PROBING: LazyLock<ProbeSettings> = LazyLock::new(|| ProbeSettings {
    allowed: Vec::new(),
    concurrency: 4,
    per_host: 4,
});

/// What the application runs on, and what it did there.
#[derive(Clone)]
pub(crate) struct Bench {
    uploads: Rc<RefCell<HashMap<Uid, Vec<u8>>>>,
    spawner: LocalSpawner,
    /// How many requests went out.
    pub sent: Rc<Cell<u32>>,
    /// How often probe was asked to look at a class.
    pub checked: Rc<Cell<u32>>,
    /// What is wrong with the next class.
    pub refused: Rc<RefCell<Vec<FieldError>>>,
}

impl Platform for Bench {
    type Database = Native;
    type Merge = Core;

    fn merge(&self) -> &Core {
        &Core
    }

    async fn put_upload(&self, _: &Store<Native>, uid: Uid, content: &[u8]) -> Result<bool> {
        let before = self.uploads.borrow_mut().insert(uid, content.to_vec());
        Ok(before.is_none())
    }

    async fn upload(&self, _: &Store<Native>, uid: Uid) -> Result<Option<Vec<u8>>> {
        Ok(self.uploads.borrow().get(&uid).cloned())
    }

    async fn expire_uploads(&self, _: &Store<Native>) -> Result<()> {
        Ok(())
    }

    async fn ready(&self, _: &Store<Native>) -> Result<()> {
        Ok(())
    }
}

impl Tasks for Bench {
    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        self.spawner.spawn_local(work).unwrap();
    }

    /// No time passes, but for who waits.
    async fn sleep(&self, time: Duration) {
        if time > Duration::from_secs(1) {
            futures::future::pending::<()>().await;
        }
    }

    fn fault(&self, what: &str, error: &Error) {
        panic!("{what}: {error:?}");
    }
}

impl ProbeFunction for Bench {
    async fn check_class(&self, _: &Value) -> Result<Vec<FieldError>> {
        self.checked.set(self.checked.get() + 1);
        Ok(self.refused.take())
    }

    async fn fetch(&self, _: &FetchTarget) -> Result<FetchResult> {
        Ok(Ok(Fetched {
            status: 200,
            text: String::new(),
        }))
    }

    fn announce_changes(&self) {}
}

impl Outbound for Bench {
    async fn probe_settings(&self) -> Result<&'static ProbeSettings> {
        Ok(&PROBING)
    }

    async fn send(
        &self,
        _: &prober::exchange::Request,
        _: usize,
    ) -> std::result::Result<Received, ProbeFailure> {
        self.sent.set(self.sent.get() + 1);
        Ok(Received {
            status: 200,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            end: End::Whole,
        })
    }
}

/// An installation.
pub(crate) struct App {
    pub store: Store<Native>,
    pub database: Native,
    pub bench: Bench,
    pool: RefCell<LocalPool>,
}

impl App {
    pub(crate) fn new() -> Self {
        let database = Native::in_memory(&Registry).unwrap();
        let pool = LocalPool::new();
        Self {
            store: Store::over(database.clone(), &Registry, Rc::default()),
            database,
            bench: Bench {
                uploads: Rc::default(),
                spawner: pool.spawner(),
                sent: Rc::default(),
                checked: Rc::default(),
                refused: Rc::default(),
            },
            pool: RefCell::new(pool),
        }
    }

    /// The keys of the installation.
    pub(crate) fn vault(&self) -> &'static Vault {
        &SETTINGS.vault
    }

    /// Asks as the admin, in the namespace that the path names or in the scope `default`.
    pub(crate) fn ask(&self, method: Method, path: &str, body: &Value) -> Result<Response> {
        self.ask_with(method, path, &[], body)
    }

    pub(crate) fn ask_with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &Value,
    ) -> Result<Response> {
        block_on(self.answer(method, path, headers, body))
    }

    /// The same, for several at a time.
    pub(crate) async fn answer(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &Value,
    ) -> Result<Response> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (route, params) = registry::find(&method, path)?;
        let mut all = HeaderMap::new();
        all.insert("content-type", "application/json".parse().unwrap());
        for (name, value) in headers {
            all.insert(HeaderName::from_static(name), value.parse().unwrap());
        }
        let request = Request {
            method,
            origin: "http://here.example".to_owned(),
            path: path.to_owned(),
            raw_query: Some(query.to_owned()).filter(|query| !query.is_empty()),
            query: api::form::parse(query),
            headers: all,
            body: match body {
                Value::Null => Bytes::new(),
                body => body.to_string().into(),
            },
            params,
            route: Some(&route.info),
            ..Request::default()
        };
        let by = Entry::Scope(match request.param("namespace") {
            "" => DEFAULT_SCOPE,
            namespace => namespace,
        });
        let entered = self.store.enter(by, None)?.unwrap();
        let caller = Caller::entered("admin".to_owned(), entered, None);
        let scope = caller.scope.clone();
        let (store, bench) = (self.store.clone(), self.bench.clone());
        let call = Call::new(caller, &SETTINGS, store, bench, route.dialect.name());
        let outcome = match route.parse {
            Parse::Import(parse) => perform(&request, parse(&request)?, call).await,
            Parse::Export(parse) => perform(&request, parse(&request)?, call).await,
            Parse::Update(parse) => perform(&request, parse(&request)?, call).await,
            Parse::Probe(parse) => perform(&request, parse(&request)?, call).await,
        }?;
        route.dialect.render(&request, outcome, scope.as_ref())
    }

    /// Does what was left until the response is out.
    pub(crate) fn after_response(&self) {
        self.pool.borrow_mut().run_until_stalled();
    }

    /// How many objects of a kind there are.
    pub(crate) fn count(&self, kind: &str) -> i64 {
        let sql = "SELECT count(*) FROM object WHERE kind = ?1";
        let row = self.database.connection();
        row.query_row(sql, [kind], |row| row.get(0)).unwrap()
    }
}

pub(crate) fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

/// What was answered, which is a success.
pub(crate) fn done(answer: Result<Response>) -> (StatusCode, Value) {
    let response = answer.unwrap();
    assert!(response.status.is_success(), "{}", response.status);
    let body = match response.body.is_empty() {
        true => Value::Null,
        false => json(&response),
    };
    (response.status, body)
}
