//! The only place with SQL and key-value calls.
//!
//! SQLite holds the truth. Whatever changes is one [`hub::plan::Plan`], committed by [`Store::commit`] as one INSERT into
//! the revision log, from which triggers keep the current state (schema/0001_objects.sql). Reads are single statements.
//! [`schema`], [`statements`] and [`database`] know nothing of Spin, so that tests and other programs run the same
//! statements on any SQLite.

mod batch;
pub mod commit;
pub mod database;
pub mod history;
pub mod jobs;
mod migrate;
pub mod objects;
mod patience;
pub mod probes;
mod query;
mod rate;
pub mod ready;
mod refusal;
mod reply;
pub mod revisions;
pub mod schema;
pub mod scopes;
mod search;
pub mod secrets;
mod spin;
pub mod statements;
pub mod uploads;
mod write;

use std::rc::Rc;

use hub::error::{Error, Result};

pub use revisions::Revision;
pub use schema::ROOT;
pub use scopes::{Entered, Entry, ScopeName};
pub use spin::Spin;
pub use write::Committed;

use crate::commit::Queue;

thread_local! {
    static QUEUE: Rc<Queue> = Rc::default();
}

/// A handle to the store, cheap to make and to clone.
#[derive(Clone)]
pub struct Store<D = Spin> {
    database: D,
    queue: Rc<Queue>,
}

impl Store {
    /// The component's own database, with the schema brought up to date once an instance.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when another instance holds the lock for long, [`Error::Internal`] when the database
    /// fails.
    pub async fn open() -> Result<Self> {
        migrate::run_once().await?;
        Ok(Self {
            database: Spin,
            queue: QUEUE.with(Rc::clone),
        })
    }
}

impl<D> Store<D> {
    /// Any database that has the schema. Those who write to it together share the queue.
    pub fn over(database: D, queue: Rc<Queue>) -> Self {
        Self { database, queue }
    }
}

/// A fault of ours, for the log.
pub(crate) fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}
