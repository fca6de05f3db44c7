//! What comes of a command.

use std::rc::Rc;

use serde_json::Value;

use crate::class::Classes;
use crate::error::FieldError;
use crate::fetch::FetchResult;
use crate::fingerprint::Fingerprint;
use crate::history::History;
use crate::object::Object;
use crate::operation::Computed;
use crate::plan::Plan;
use crate::probing::{Round, Sweep};
use crate::purge::Purged;
use crate::query::Page;
use crate::scope::{Permission, Scope};
use crate::time::Timestamp;
use crate::watch::{Events, ListPage};

/// What came of a command.
#[derive(Debug)]
pub enum Outcome {
    /// It was done, and there is nothing to tell.
    Done,
    /// What the dialect says of itself, which it knows.
    Describe,
    /// It works.
    Healthy,
    /// A token.
    Token {
        /// The token.
        token: String,
        /// How long it is good for, in seconds.
        seconds: u32,
        /// What it may do.
        permissions: Vec<Permission>,
        /// The scope it is for.
        scope: Scope,
    },
    /// A scope; true when it is new.
    Scope(Scope, bool),
    /// Scopes.
    Scopes(Vec<Scope>),
    /// What was done.
    History(History),
    /// The secrets of an object.
    Fingerprints(Vec<Fingerprint>),
    /// What a part of a purge came to.
    Purged(Purged),
    /// A new key and its secret, if it has one, which is never told again.
    NewKey(Object, Option<String>),
    /// A key and when it was last used.
    Key(Object, Option<Timestamp>),
    /// Keys and when they were last used.
    Keys(Vec<(Object, Option<Timestamp>)>),
    /// A class: its name, its document, and whether it was created by this.
    Class(String, Value, bool),
    /// Classes: names and documents.
    Classes(Vec<(String, Value)>),
    /// A new object.
    Created(Object),
    /// An object as it is.
    Found(Object),
    /// Objects.
    Listed(Page),
    /// What was selected.
    ListPage(ListPage),
    /// What becomes of what is selected.
    Watching(Events),
    /// An object as it has become, which is as it was where the update changed nothing.
    Updated(Object),
    /// An object as it last was.
    Deleted(Object),
    /// A connector with what its probe found.
    Probed(Object),
    /// A round; true when it was started by this.
    Round(Round, bool),
    /// What a sweep did.
    Swept(Sweep),
    /// Which fields of a class cannot be used.
    Checked(Vec<FieldError>),
    /// What an address answered.
    FetchResult(FetchResult),
    /// What was uploaded.
    Uploaded(Vec<u8>),
    /// The outcome, and the classes of the scope.
    WithClasses(Box<Outcome>, Rc<Classes>),
    /// What a reading or an operation came to.
    Answered(Box<Computed>),
    /// What an operation would have come to.
    Previewed(Box<Computed>),
    /// What would have been done.
    Planned(Plan),
    /// What a job has made: the job, what exactly was asked for, and what came of each item, in
    /// order.
    Artifact(Object, Value, Vec<Artifact>),
}

/// What a job has made of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact {
    /// The type of the item, in the dialect's words.
    pub kind: String,
    /// JSON, in the dialect's form.
    pub json: String,
}
