//! The only place with SQL and key-value calls.
//!
//! SQLite holds the truth. Whatever changes is one [`hub::plan::Plan`], committed by
//! [`Store::commit`] as one INSERT into the revision log, from which triggers keep the current
//! state (schema/0001_objects.sql). Reads are single statements. The database is a port
//! ([`database::Database`]): Spin's, or rusqlite's with the feature `rusqlite`.

#![deny(missing_docs)]

mod backoff;
mod batch;
pub mod commit;
pub mod database;
mod history;
mod internal;
pub mod jobs;
mod migrate;
#[cfg(feature = "rusqlite")]
mod native;
mod object_row;
mod objects;
pub mod probes;
mod purge;
mod query;
mod rate;
mod ready;
mod refusal;
mod reply;
mod revisions;
mod schema;
mod scopes;
mod search;
pub mod secrets;
mod spin;
pub mod statements;
mod uploads;
mod write;

use std::cell::Cell;
use std::rc::Rc;

use hub::dialects::Dialects;
use hub::error::Result;

#[cfg(feature = "rusqlite")]
pub use native::Native;
pub use revisions::Revision;
pub use schema::ROOT;
pub use scopes::{Entered, Entry};
pub use spin::Spin;
pub use write::Committed;

use crate::commit::Queue;

thread_local! {
    static QUEUE: Rc<Queue> = Rc::default();
    static UP_TO_DATE: Cell<bool> = const { Cell::new(false) };
}

/// A handle to the store, cheap to make and to clone.
#[derive(Clone)]
pub struct Store<D = Spin> {
    database: D,
    dialects: &'static dyn Dialects,
    queue: Rc<Queue>,
}

impl Store {
    /// The component's own database, with the schema brought up to date once an instance.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when another instance holds the lock for long, [`Error::Internal`]
    /// when the database fails.
    pub async fn open(dialects: &'static dyn Dialects) -> Result<Self> {
        if !UP_TO_DATE.get() {
            migrate::bring_up_to_date(&Spin, dialects, spin::Session::open).await?;
            UP_TO_DATE.set(true);
        }
        Ok(Self {
            database: Spin,
            dialects,
            queue: QUEUE.with(Rc::clone),
        })
    }
}

impl<D> Store<D> {
    /// Any database that has the schema. Those who write to it together share the queue.
    pub fn over(database: D, dialects: &'static dyn Dialects, queue: Rc<Queue>) -> Self {
        Self {
            database,
            dialects,
            queue,
        }
    }
}
