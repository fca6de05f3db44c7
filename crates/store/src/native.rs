//! The database over rusqlite, for what runs natively: tests, the twin of the benchmark, and the
//! application outside of Spin.

use std::future::poll_fn;
use std::path::Path;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use futures::executor::block_on;
use hub::dialects::Dialects;
use hub::error::Error;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};

use crate::database::{Database, Failure, Row, Value};
use crate::migrate;

/// A connection of rusqlite. Clones share it.
#[derive(Clone)]
pub struct Native(Rc<Connection>);

impl Native {
    /// A database file, created where there is none, with the schema brought up to date. It is as
    /// durable as Spin's: what was answered survives a power cut.
    ///
    /// # Errors
    /// [`hub::error::Error::Unavailable`] when another connection holds the lock,
    /// [`hub::error::Error::Internal`] when the database fails, as in everything that opens
    /// one.
    pub fn open(file: &Path, dialects: &dyn Dialects) -> Result<Self, Error> {
        Self::over(Connection::open(file).map_err(failure)?, dialects)
    }

    /// A database that is gone with its last connection, with the schema.
    ///
    /// # Errors
    /// As [`Native::open`].
    pub fn in_memory(dialects: &dyn Dialects) -> Result<Self, Error> {
        Self::over(Connection::open_in_memory().map_err(failure)?, dialects)
    }

    /// A connection that is open, with the schema brought up to date.
    ///
    /// # Errors
    /// As [`Native::open`].
    pub fn over(connection: Connection, dialects: &dyn Dialects) -> Result<Self, Error> {
        let native = Self(Rc::new(connection));
        // The store waits for other writers itself, and sooner.
        native.0.busy_timeout(Duration::ZERO).map_err(failure)?;
        for pragma in ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"] {
            native.run(pragma, Vec::new())?;
        }
        let session = async || Ok(native.clone());
        block_on(migrate::bring_up_to_date(&native, dialects, session))?;
        Ok(native)
    }

    /// The connection itself, for transactions of several statements and for copies.
    pub fn connection(&self) -> &Connection {
        &self.0
    }

    fn run(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.query(sql, parameters).map_err(failure)
    }

    fn query(&self, sql: &str, parameters: Vec<Value>) -> rusqlite::Result<Vec<Row>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let columns = statement.column_count();
        let parameters = params_from_iter(parameters.into_iter().map(bound));
        let rows = statement.query_map(parameters, |row| {
            (0..columns).map(|index| row.get(index).map(read)).collect()
        })?;
        rows.collect()
    }
}

impl Database for Native {
    fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.run(sql, parameters)
    }

    /// Lets the other tasks of the thread go first, so that writes that arrive together share a
    /// statement here too.
    async fn write(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        let_others_go_first().await;
        self.run(sql, parameters)
    }

    /// Holds up the thread, for the few milliseconds that another writer takes.
    async fn pause(&self, time: Duration) {
        let_others_go_first().await;
        std::thread::sleep(time);
    }

    fn reconnect(&self) {}
}

impl migrate::Session for Native {
    async fn run(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        Self::run(self, sql, parameters)
    }
}

async fn let_others_go_first() {
    let mut went = false;
    poll_fn(|context| {
        if std::mem::replace(&mut went, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

fn failure(error: rusqlite::Error) -> Failure {
    Failure::from_text(error.to_string())
}

fn bound(value: Value) -> Cell {
    match value {
        Value::Integer(value) => Cell::Integer(value),
        Value::Real(value) => Cell::Real(value),
        Value::Text(value) => Cell::Text(value),
        Value::Blob(value) => Cell::Blob(value),
        Value::Null => Cell::Null,
    }
}

fn read(cell: Cell) -> Value {
    match cell {
        Cell::Integer(value) => Value::Integer(value),
        Cell::Real(value) => Value::Real(value),
        Cell::Text(value) => Value::Text(value),
        Cell::Blob(value) => Value::Blob(value),
        Cell::Null => Value::Null,
    }
}
