//! The log of revisions as it is told to users: what was done to which object, by whom and when. No
//! documents, and so no secrets.

use crate::id::Uid;
use crate::object::Kind;
use crate::plan::Action;
use crate::time::Timestamp;

/// Which entries of the log of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Of objects of these kinds.
    pub kinds: Vec<Kind>,
    /// Of this object.
    pub object: Option<Uid>,
    /// Of objects that had this name then.
    pub name: Option<String>,
    /// Only those after this revision.
    pub after: i64,
    /// This many at most, [`crate::query::LONGEST_PAGE`] at the most.
    pub limit: u32,
}

/// One change of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub revision: i64,
    /// What was done.
    pub operation: Action,
    /// By whom: the id of a key, `admin`, or the function that did it of itself.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// The object.
    pub object: Uid,
    /// What it is.
    pub kind: Kind,
    /// Its name then.
    pub name: String,
    /// Its name in the form of a DNS name.
    pub slug: String,
    /// How often what is wanted of it had been written.
    pub generation: i64,
}

/// A part of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Entries, oldest first.
    pub entries: Vec<Entry>,
    /// How many there are in all of those asked for.
    pub count: i64,
    /// The last revision told, if there are more after it.
    pub next: Option<i64>,
}
