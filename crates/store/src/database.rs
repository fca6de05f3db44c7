//! What the store asks of a database, and how it tells apart the ways in which one fails.
//! Spin-free.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use hub::error::Error;
pub use spin_sdk::sqlite::Value;

/// The values of one row.
pub type Row = Vec<Value>;

/// A database that holds the schema. Errors are text because that is all that a Spin host gives.
pub trait Database {
    /// Runs a single statement that only reads, and gives all its rows. It holds up the whole
    /// instance while it runs.
    ///
    /// # Errors
    /// Whatever the database says.
    fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure>;

    /// Runs a single statement that may write, and gives all its rows. It never waits for another
    /// writer.
    fn write(
        &self,
        sql: &str,
        parameters: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>, Failure>>;

    /// Writes what may be lost in a power cut, which is cheaper where a database can.
    fn write_volatile(
        &self,
        sql: &str,
        parameters: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<Row>, Failure>> {
        self.write(sql, parameters)
    }

    /// Lets time pass, and others work.
    fn pause(&self, time: Duration) -> impl Future<Output = ()>;

    /// Forgets the connection for writing after a failure that may be the connection's own.
    fn reconnect(&self);
}

/// Why a statement failed. None of it was carried out, except perhaps after [`Failure::Other`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Somebody else is writing.
    Busy,
    /// The trigger `revision_check` refused a later step of a plan.
    Step,
    /// A unique column has the value already: its table and its name, the last of several.
    Unique(String, String),
    /// Anything else, in the database's own words.
    Other(String),
}

impl Failure {
    /// Reads the text of an error, which differs between SQLite and libsql in what stands around
    /// it.
    pub fn from_text(text: String) -> Self {
        const UNIQUE: &str = "UNIQUE constraint failed: ";
        if ["is locked", "SQLITE_BUSY"]
            .iter()
            .any(|busy| text.contains(busy))
        {
            return Self::Busy;
        }
        if text.contains("a step of the plan is refused") {
            return Self::Step;
        }
        let unique = text.split_once(UNIQUE).and_then(|(_, columns)| {
            let name = |char: char| char.is_ascii_alphanumeric() || "_., ".contains(char);
            let end = columns.find(|char| !name(char)).unwrap_or(columns.len());
            let last = columns.get(..end)?.split(", ").last()?.trim();
            last.split_once('.')
        });
        match unique {
            Some((table, column)) => Self::Unique(table.to_owned(), column.to_owned()),
            None => Self::Other(text),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("the database is locked"),
            Self::Step => f.write_str("a step of the plan is refused"),
            Self::Unique(table, column) => write!(f, "{table}.{column} is not unique"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Busy => Self::Unavailable { retry_after: 1 },
            failure => Self::Internal(format!("database: {failure}")),
        }
    }
}

/// Takes the values of a row one after the other.
pub(crate) struct Columns(std::vec::IntoIter<Value>);

impl Columns {
    pub(crate) fn new(row: Row) -> Self {
        Self(row.into_iter())
    }

    pub(crate) fn integer(&mut self) -> Result<i64, Error> {
        self.maybe_integer()?.ok_or_else(|| mismatch("an integer"))
    }

    pub(crate) fn maybe_integer(&mut self) -> Result<Option<i64>, Error> {
        match self.0.next() {
            Some(Value::Integer(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(mismatch("an integer")),
        }
    }

    pub(crate) fn text(&mut self) -> Result<String, Error> {
        self.maybe_text()?.ok_or_else(|| mismatch("a text"))
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<String>, Error> {
        match self.0.next() {
            Some(Value::Text(value)) => Ok(Some(value)),
            Some(Value::Null) => Ok(None),
            _ => Err(mismatch("a text")),
        }
    }
}

fn mismatch(wanted: &str) -> Error {
    Error::Internal(format!("a column of the store is not {wanted}"))
}
