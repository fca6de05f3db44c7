//! The store over rusqlite: the real migrations, statements and triggers.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;

use hub::command::ObjectRef;
use hub::error::Error;
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Plan, Uniqueness};
use hub::time::Timestamp;
use serde_json::{Value as Json, json};
use store::commit::Queue;
use store::database::{Database, Failure, Row, Value};
use store::statements::INSERT_REVISIONS;
use store::{ScopeName, Store, schema};

pub const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// A database in memory that counts its inserts and fails when it is told to.
#[derive(Clone)]
pub struct Native(Rc<Inner>);

struct Inner {
    connection: RefCell<rusqlite::Connection>,
    inserts: Cell<usize>,
    reconnects: Cell<usize>,
    failures: RefCell<VecDeque<Failure>>,
    /// Fail only after the statement was carried out.
    late: Cell<bool>,
}

impl Native {
    pub fn new() -> Self {
        Self::on(rusqlite::Connection::open_in_memory().unwrap())
    }

    pub fn on(connection: rusqlite::Connection) -> Self {
        connection
            .execute(schema::CREATE_MIGRATION_TABLE, [])
            .unwrap();
        for migration in schema::migrations(NOW).unwrap() {
            for statement in migration.statements {
                let mut prepared = connection.prepare(&statement.sql).unwrap();
                let mut rows = prepared
                    .query(rusqlite::params_from_iter(statement.parameter))
                    .unwrap();
                while rows.next().unwrap().is_some() {}
            }
            connection
                .execute(schema::RECORD_MIGRATION, [migration.number, NOW.millis()])
                .unwrap();
        }
        Self(Rc::new(Inner {
            connection: RefCell::new(connection),
            inserts: Cell::new(0),
            reconnects: Cell::new(0),
            failures: RefCell::default(),
            late: Cell::new(false),
        }))
    }

    pub fn inserts(&self) -> usize {
        self.0.inserts.get()
    }

    pub fn reconnects(&self) -> usize {
        self.0.reconnects.get()
    }

    /// The next inserts fail so.
    pub fn fail(&self, failures: impl IntoIterator<Item = Failure>) {
        self.0.failures.borrow_mut().extend(failures);
    }

    /// Failing inserts do their work first, as when the answer is lost on the way.
    pub fn fail_late(&self) {
        self.0.late.set(true);
    }

    pub fn sql<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        let connection = self.0.connection.borrow();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub fn execute(&self, sql: &str) {
        self.0.connection.borrow().execute(sql, []).unwrap();
    }

    fn run(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.query(sql, parameters)
            .map_err(|error| Failure::from_text(error.to_string()))
    }

    fn query(&self, sql: &str, parameters: Vec<Value>) -> rusqlite::Result<Vec<Row>> {
        let connection = self.0.connection.borrow();
        let mut statement = connection.prepare_cached(sql)?;
        let count = statement.column_count();
        let parameters = parameters.into_iter().map(|value| match value {
            Value::Integer(value) => rusqlite::types::Value::Integer(value),
            Value::Text(value) => rusqlite::types::Value::Text(value),
            Value::Real(value) => rusqlite::types::Value::Real(value),
            Value::Blob(value) => rusqlite::types::Value::Blob(value),
            Value::Null => rusqlite::types::Value::Null,
        });
        let mut rows = statement.query(rusqlite::params_from_iter(parameters))?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let values = (0..count).map(|index| match row.get_unwrap(index) {
                rusqlite::types::Value::Integer(value) => Value::Integer(value),
                rusqlite::types::Value::Text(value) => Value::Text(value),
                rusqlite::types::Value::Real(value) => Value::Real(value),
                rusqlite::types::Value::Blob(value) => Value::Blob(value),
                rusqlite::types::Value::Null => Value::Null,
            });
            all.push(values.collect());
        }
        Ok(all)
    }
}

impl Database for Native {
    fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.run(sql, parameters)
    }

    async fn write(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.pause(Duration::ZERO).await;
        if sql == INSERT_REVISIONS {
            self.0.inserts.set(self.inserts() + 1);
            let failure = self.0.failures.borrow_mut().pop_front();
            if let Some(failure) = failure {
                if self.0.late.get() {
                    self.run(sql, parameters)?;
                }
                return Err(failure);
            }
        }
        self.run(sql, parameters)
    }

    /// Lets the other tasks run once.
    async fn pause(&self, _: Duration) {
        let mut waited = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut waited, true) {
                return std::task::Poll::Ready(());
            }
            context.waker().wake_by_ref();
            std::task::Poll::Pending
        })
        .await;
    }

    fn reconnect(&self) {
        self.0.reconnects.set(self.reconnects() + 1);
    }
}

pub fn new() -> (Store<Native>, Native, ScopeId) {
    let database = Native::new();
    let store = Store::over(database.clone(), Rc::<Queue>::default());
    let scope = store
        .scope_by(ScopeName::Name, "default")
        .unwrap()
        .unwrap()
        .id;
    (store, database, scope)
}

pub fn create(scope: ScopeId, name: &str) -> Change {
    claiming(scope, name, Uniqueness::None)
}

pub fn claiming(scope: ScopeId, name: &str, claim: Uniqueness) -> Change {
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

pub fn child(of: &Object, kind: Kind, name: &str) -> Change {
    let mut change =
        Change::create(kind, of.scope, name, json!({}), Uniqueness::None, NOW).unwrap();
    change.object.parent = Some(of.uid);
    change
}

pub fn steps(changes: impl Into<Vec<Change>>) -> Plan {
    Plan {
        changes: changes.into(),
        ..Plan::default()
    }
}

pub fn commit(store: &Store<Native>, changes: impl Into<Vec<Change>>) -> Result<Vec<i64>, Error> {
    let committed = futures::executor::block_on(store.commit(steps(changes), "tester"))?;
    Ok(committed.into_iter().map(|one| one.revision).collect())
}

/// Creates a connector and reads it back.
pub fn made(store: &Store<Native>, scope: ScopeId, name: &str) -> Object {
    let change = create(scope, name);
    let uid = change.object.uid;
    commit(store, [change]).unwrap();
    store
        .object(scope, Kind::Connector, &ObjectRef::Uid(uid))
        .unwrap()
}

pub fn update(object: &Object, doc: Json) -> Change {
    Change::update(object.clone(), doc, NOW.plus_seconds(1))
}
