//! The database of a Spin component. Connections are kept for the life of the instance: opening one
//! costs more than a statement does, and while one is open WAL need not be written back at every
//! close.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::thread::LocalKey;
use std::time::Duration;

use spin_sdk::sqlite::wit::sqlite::Connection as SyncConnection;
use spin_sdk::sqlite::{Connection, Error, Value};

use crate::database::{Database, Failure, Row};
use crate::migrate;
use crate::reply;

thread_local! {
    static READER: RefCell<Option<SyncConnection>> = const { RefCell::new(None) };
    static WRITER: RefCell<Option<Rc<Connection>>> = const { RefCell::new(None) };
    static VOLATILE: RefCell<Option<Rc<Connection>>> = const { RefCell::new(None) };
}

/// The database `default` of the component.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spin;

impl Database for Spin {
    /// By the synchronous import, which hands over many rows four times faster than the stream
    /// does.
    fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        let kept = READER.with_borrow_mut(Option::take);
        if let Some(connection) = kept {
            match read(connection, sql, &parameters) {
                // A kept connection may have been lost: a new one decides.
                Err(Failure::Other(_)) => {}
                answer => return answer,
            }
        }
        let connection = SyncConnection::open("default").map_err(failure)?;
        read(connection, sql, &parameters)
    }

    /// In a task of its own. The lock is held until the host has handed over every row, and that
    /// must not wait for a caller who waits for something else meanwhile, which may be this
    /// lock.
    async fn write(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        let connection = writer().await?;
        let sql = sql.to_owned();
        let (sender, receiver) = reply::channel();
        spin_sdk::wasip3::spawn(async move {
            sender.send(run(&connection, &sql, parameters).await);
        });
        let_spawned_begin().await;
        let given_up = || Err(Failure::Other("a statement was given up".to_owned()));
        receiver.receive().await.unwrap_or_else(given_up)
    }

    async fn write_volatile(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        let connection = match VOLATILE.with_borrow(Clone::clone) {
            Some(connection) => connection,
            // With WAL, nothing but a checkpoint waits for the disk.
            None => connect(&VOLATILE, "PRAGMA synchronous = NORMAL").await?,
        };
        let answer = run(&connection, sql, parameters).await;
        if matches!(answer, Err(Failure::Other(_))) {
            VOLATILE.with_borrow_mut(Option::take);
        }
        answer
    }

    async fn pause(&self, time: Duration) {
        spin_sdk::time::sleep(time).await;
    }

    fn reconnect(&self) {
        WRITER.with_borrow_mut(Option::take);
    }
}

/// What is spawned is polled once something of its task happens (wit-bindgen 0.57,
/// `Tasks::poll_next`). A task that has another future, which sleeps, would begin a statement when
/// that wakes: so something happens here.
async fn let_spawned_begin() {
    let mut happened = false;
    poll_fn(|context| {
        if std::mem::replace(&mut happened, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// A connection that answered is kept, one that failed is not.
fn read(connection: SyncConnection, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, Failure> {
    let answer = connection.execute(sql, parameters).map_err(failure)?;
    READER.with_borrow_mut(|kept| *kept = Some(connection));
    Ok(answer.rows.into_iter().map(|row| row.values).collect())
}

async fn writer() -> Result<Rc<Connection>, Failure> {
    if let Some(connection) = WRITER.with_borrow(Clone::clone) {
        return Ok(connection);
    }
    // What is answered with success survives a power cut.
    connect(&WRITER, "PRAGMA synchronous = FULL").await
}

/// A connection for one way of writing, to be kept.
async fn connect(
    kept: &'static LocalKey<RefCell<Option<Rc<Connection>>>>,
    synchronous: &str,
) -> Result<Rc<Connection>, Failure> {
    let connection = Rc::new(Connection::open_default().await.map_err(failure)?);
    // SQLite's own waiting sleeps up to 100 ms: the commit queue retries sooner.
    for pragma in [synchronous, "PRAGMA busy_timeout = 0"] {
        tolerate_unknown_pragma(run(&connection, pragma, Vec::new()).await)?;
    }
    Ok(kept.with_borrow_mut(|kept| kept.get_or_insert(connection).clone()))
}

/// A connection of its own for a transaction, which does not wait for the lock. Dropping it rolls
/// back.
pub(crate) struct Session(Connection);

impl Session {
    pub(crate) async fn open() -> Result<Self, Failure> {
        let connection = Connection::open_default().await.map_err(failure)?;
        for pragma in [
            "PRAGMA busy_timeout = 0",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
        ] {
            tolerate_unknown_pragma(run(&connection, pragma, Vec::new()).await)?;
        }
        Ok(Self(connection))
    }
}

impl migrate::Session for Session {
    async fn run(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        run(&self.0, sql, parameters).await
    }
}

/// A remote libsql decides for itself how it writes, and refuses to be told.
fn tolerate_unknown_pragma(answer: Result<Vec<Row>, Failure>) -> Result<(), Failure> {
    match answer {
        Err(Failure::Other(text)) => {
            eprintln!("store: a pragma was refused: {text}");
            Ok(())
        }
        answer => answer.map(drop),
    }
}

/// `execute` succeeds even for bad SQL: only what `collect` says counts.
async fn run(
    connection: &Connection,
    sql: &str,
    parameters: Vec<Value>,
) -> Result<Vec<Row>, Failure> {
    let answer = connection.execute(sql, parameters).await.map_err(failure)?;
    let rows = answer.collect().await.map_err(failure)?;
    Ok(rows.into_iter().map(|row| row.values).collect())
}

fn failure(error: Error) -> Failure {
    match error {
        Error::Io(text) => Failure::from_text(text),
        other => Failure::Other(format!("{other:?}")),
    }
}
