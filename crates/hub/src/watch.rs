//! Lists of what is selected, and watches: what becomes of it from then on.

use std::collections::BTreeMap;

use futures::channel::mpsc;

use crate::object::{Kind, Object, ScopeId};
use crate::query::{Cursor, Query};
use crate::selector::Selector;

/// Which objects are wanted, of the request's scope or of all that its caller may read.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRequest {
    /// Of which kinds, in which order, from where on and how many.
    pub query: Query,
    /// Those that meet this.
    pub selector: Selector,
    /// As it was at this revision; none for now.
    pub at: Option<i64>,
    /// At least as new as this revision.
    pub not_before: i64,
    /// How many there are from `query.after` on, where that is known.
    pub remaining: Option<i64>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPage {
    /// The objects.
    pub objects: Vec<Object>,
    /// The revision at which it was so.
    pub revision: i64,
    /// Where the next page starts, if there is more.
    pub next: Option<Cursor>,
    /// How many come after these, where that is known.
    pub remaining: Option<i64>,
    /// The names of the scopes.
    pub scopes: ScopeNames,
}

/// The names of scopes by their numbers.
pub type ScopeNames = BTreeMap<ScopeId, String>;

/// Where a watch begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// With what there is now, each told as new.
    Now,
    /// With what happens after a revision.
    After(i64),
}

/// What is watched.
#[derive(Clone, Debug, PartialEq)]
pub struct Watch {
    /// Objects of this kind.
    pub kind: Kind,
    /// Those that meet this.
    pub selector: Selector,
    /// From where on.
    pub from: From,
    /// Whether to tell when all that there was has been told.
    pub mark_initial: bool,
    /// Whether to tell from time to time how far it has come.
    pub bookmarks: bool,
    /// How long it is wanted, in seconds.
    pub seconds: Option<u32>,
}

/// What a watch tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// There is one more that is selected.
    Added(Object, String),
    /// One that is selected has changed.
    Modified(Object, String),
    /// There is one less that is selected; it is as it last was.
    Deleted(Object, String),
    /// Everything up to this revision has been told; true when it is all that there was at the
    /// start.
    Bookmark(i64, bool),
    /// It cannot go on: what it would have to tell is no longer kept.
    Expired(String),
    /// It cannot go on because of a fault of ours.
    Failed,
}

/// The events of a watch, as they come. It ends when the watch does.
#[derive(Debug)]
pub struct Events(pub mpsc::Receiver<Event>);
