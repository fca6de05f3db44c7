//! Jobs: work that is accepted now and done after the response, batch by batch.
//!
//! The document of a job is small, because every batch writes it anew: what the job works on and
//! what comes of it is kept beside it, one [`Item`] a row (crates/store, jobs).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::id::Uid;
use crate::object::Object;
use crate::time::Timestamp;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// It is on disk, and nobody has begun.
    NotStarted,
    /// Somebody has begun.
    InProgress,
    /// It has done what it was asked for.
    Complete,
    /// It could not do all of it.
    Failed,
}

/// A job, as its object's document has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// The name of the task that says what it does.
    pub task: String,
    /// How far it is.
    pub status: Status,
    /// What its user says of it.
    pub description: Option<String>,
    /// What it has to say itself.
    pub message: Option<String>,
    /// Who asked for it, and who is written down as the author of what it does.
    pub actor: String,
    /// When it ended, in milliseconds since 1970.
    pub completed: Option<i64>,
    /// When its artifacts go, in milliseconds since 1970.
    pub expires: i64,
    /// Until when whoever works on it is left alone, in milliseconds since 1970.
    pub leased_until: i64,
    /// How often it was taken up since it last got on.
    pub attempts: u32,
    /// How many items there are to work on; none before an export has looked.
    pub total: Option<i64>,
    /// How many of them are done. The first so many: they are worked on in order.
    pub done: i64,
    /// How many of those that are done failed.
    pub failed: i64,
    /// How many of those that are done were created or updated.
    pub applied: i64,
    /// The export job that must be complete before this one begins.
    pub backup: Option<String>,
}

impl Job {
    /// The job that an object of kind Job is.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is none.
    pub fn of(object: &Object) -> Result<Self> {
        Self::deserialize(&object.doc).map_err(|error| Error::Internal(format!("a job: {error}")))
    }

    /// The document for its object.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be printed.
    pub fn doc(&self) -> Result<Value> {
        serde_json::to_value(self).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Whether it has ended.
    pub const fn is_over(&self) -> bool {
        self.completed.is_some()
    }

    /// Whether nobody works on it though it has not ended.
    pub const fn is_abandoned(&self, now: Timestamp) -> bool {
        !self.is_over() && self.leased_until <= now.millis()
    }

    /// Whether its artifacts are gone.
    pub const fn has_expired(&self, now: Timestamp) -> bool {
        self.expires <= now.millis()
    }

    /// The export job that must be complete before this one begins.
    pub fn backup(&self) -> Option<Uid> {
        self.backup.as_deref().and_then(Uid::parse_hex)
    }
}

/// A job to be started.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// The name of the task that says what it does.
    pub task: &'static str,
    /// What its user says of it.
    pub description: Option<String>,
    /// What was asked for, in the task's own form.
    pub request: Value,
    /// What it is to work on, in that order.
    pub items: Vec<Item>,
    /// The export that must be complete before it begins.
    pub backup: Option<Box<NewJob>>,
}

/// One object that a job works on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// Its type, in the dialect's words.
    pub kind: String,
    /// The id by which its file knows it.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The object, in the dialect's form, without secrets.
    pub doc: Value,
    /// Its secrets as they are stored: sealed, by entry. Null stands for one that the scope does
    /// not take.
    pub secrets: Option<Value>,
}

impl Item {
    /// The name that the object itself has, which can be another.
    pub fn object_name(&self) -> Option<&str> {
        self.doc.get("object")?.get("name")?.as_str()
    }
}

/// An item as others mention it, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentioned {
    /// Its place.
    pub place: i64,
    /// Its type.
    pub kind: String,
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The id it has in the scope; none while it is not done, or when it failed.
    pub target: Option<String>,
    /// Whether it failed.
    pub failed: bool,
}

/// What became of an item.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemResult {
    /// Its place among the items, counted from 1.
    pub place: i64,
    /// The id it has in the scope now; none when it failed or was left out.
    pub target: Option<String>,
    /// Whether it failed.
    pub failed: bool,
    /// What there is to tell, in the dialect's form.
    pub report: Value,
}
