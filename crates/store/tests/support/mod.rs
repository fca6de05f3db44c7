//! The store over rusqlite, with a database that counts its inserts and fails when it is told to.

#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::arithmetic_side_effects, reason = "it counts what a test does")]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use hub::command::ObjectRef;
use hub::dialects::Dialects;
use hub::error::Error;
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::ScopeName;
use hub::time::Timestamp;
use serde_json::{Value as Json, json};
use store::database::{Database, Failure, Row, Value};
use store::statements::INSERT_REVISIONS;
use store::{Native, Store};

pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// A dialect that keeps in its own form what the sweep needs.
pub(crate) struct OneDialect;

impl Dialects for OneDialect {
    fn scope_names(&self) -> Vec<(&'static str, &'static dyn ScopeName)> {
        vec![("pingone", &Environment), ("privacera", &Plane)]
    }

    fn ca_secret<'d>(&self, doc: &'d Json) -> Option<&'d str> {
        doc.pointer("/extensions/one/certificates")?.as_str()
    }
}

/// Names that are texts.
struct Environment;

impl ScopeName for Environment {
    fn field(&self) -> &'static str {
        "environmentId"
    }

    fn form(&self) -> &'static str {
        "a text"
    }

    fn parse(&self, text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn generate(&self, scope_name: &str, _: Timestamp) -> Result<String, Error> {
        Ok(format!("environment of {scope_name}"))
    }
}

/// Names that are numbers.
struct Plane;

impl ScopeName for Plane {
    fn field(&self) -> &'static str {
        "runtimePlaneId"
    }

    fn form(&self) -> &'static str {
        "an integer"
    }

    fn parse(&self, text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn parse_json(&self, value: &Json) -> Option<String> {
        value.as_i64().map(|number| number.to_string())
    }

    fn generate(&self, scope_name: &str, _: Timestamp) -> Result<String, Error> {
        Ok(scope_name.len().to_string())
    }
}

/// A database that counts its inserts and fails when it is told to.
#[derive(Clone)]
pub(crate) struct Faulty(Rc<Inner>);

struct Inner {
    native: Native,
    inserts: Cell<usize>,
    reconnects: Cell<usize>,
    failures: RefCell<VecDeque<Failure>>,
    /// Fail only after the statement was carried out.
    late: Cell<bool>,
}

impl Faulty {
    pub(crate) fn new() -> Self {
        Self::over(Native::in_memory(&OneDialect).unwrap())
    }

    pub(crate) fn over(native: Native) -> Self {
        Self(Rc::new(Inner {
            native,
            inserts: Cell::new(0),
            reconnects: Cell::new(0),
            failures: RefCell::default(),
            late: Cell::new(false),
        }))
    }

    pub(crate) fn inserts(&self) -> usize {
        self.0.inserts.get()
    }

    pub(crate) fn reconnects(&self) -> usize {
        self.0.reconnects.get()
    }

    /// The next inserts fail so.
    pub(crate) fn fail(&self, failures: impl IntoIterator<Item = Failure>) {
        self.0.failures.borrow_mut().extend(failures);
    }

    /// Failing inserts do their work first, as when the answer is lost on the way.
    pub(crate) fn fail_late(&self) {
        self.0.late.set(true);
    }

    pub(crate) fn sql<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        let connection = self.0.native.connection();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub(crate) fn execute(&self, sql: &str) {
        self.0.native.connection().execute(sql, []).unwrap();
    }
}

impl Database for Faulty {
    fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.0.native.read(sql, parameters)
    }

    async fn write(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        if sql != INSERT_REVISIONS {
            return self.0.native.write(sql, parameters).await;
        }
        self.pause(Duration::ZERO).await;
        self.0.inserts.set(self.inserts() + 1);
        let failure = self.0.failures.borrow_mut().pop_front();
        if failure.is_none() || self.0.late.get() {
            let answer = self.0.native.read(sql, parameters);
            return failure.map_or(answer, Err);
        }
        Err(failure.unwrap())
    }

    async fn pause(&self, time: Duration) {
        self.0.native.pause(time).await;
    }

    fn reconnect(&self) {
        self.0.reconnects.set(self.reconnects() + 1);
    }
}

pub(crate) fn new() -> (Store<Faulty>, Faulty, ScopeId) {
    let database = Faulty::new();
    let store = Store::over(database.clone(), &OneDialect, Rc::default());
    let scope = store.scope_named("default").unwrap().unwrap().id;
    (store, database, scope)
}

pub(crate) fn create(scope: ScopeId, name: &str) -> Change {
    claiming(scope, name, Uniqueness::None)
}

pub(crate) fn claiming(scope: ScopeId, name: &str, claim: Uniqueness) -> Change {
    Change::create(
        Kind::Connector,
        scope,
        name,
        json!({"name": name}),
        claim,
        NOW,
    )
    .unwrap()
}

pub(crate) fn child(of: &Object, kind: Kind, name: &str) -> Change {
    let mut change =
        Change::create(kind, of.scope, name, json!({}), Uniqueness::None, NOW).unwrap();
    change.object.parent = Some(of.uid);
    change
}

pub(crate) fn steps(changes: impl Into<Vec<Change>>) -> Plan {
    Plan {
        changes: changes.into(),
        ..Plan::default()
    }
}

pub(crate) fn commit(
    store: &Store<Faulty>,
    changes: impl Into<Vec<Change>>,
) -> Result<Vec<i64>, Error> {
    let committed = futures::executor::block_on(store.commit(steps(changes), "tester"))?;
    Ok(committed.into_iter().map(|one| one.revision).collect())
}

/// Creates a connector and reads it back.
pub(crate) fn made(store: &Store<Faulty>, scope: ScopeId, name: &str) -> Object {
    let change = create(scope, name);
    let uid = change.object.uid;
    commit(store, [change]).unwrap();
    store
        .object(scope, Kind::Connector, &ObjectRef::Uid(uid))
        .unwrap()
}

pub(crate) fn update(object: &Object, doc: Json) -> Change {
    Change::update(object.clone(), doc, NOW.plus_seconds(1))
}
