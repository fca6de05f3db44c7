//! What the store keeps: objects of every kind in one form.

use serde_json::Value;

use crate::id::Uid;
pub use crate::kind::Kind;
use crate::time::Timestamp;

/// The number of a scope: the revision that created it.
pub type ScopeId = i64;

/// An object as stored: what every kind has in common, and its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// The revision that created it: a small integer of its own, for dialects whose ids are
    /// integers.
    pub id: i64,
    /// What it is known by for ever.
    pub uid: Uid,
    /// The scope it is in.
    pub scope: ScopeId,
    /// What it is.
    pub kind: Kind,
    /// Its name as the user gave it.
    pub name: String,
    /// Its name in the form of a DNS name, unique for its kind in the scope.
    pub slug: String,
    /// The object it belongs to and is deleted with.
    pub parent: Option<Uid>,
    /// Counts the changes of what is wanted, not those of what is observed.
    pub generation: i64,
    /// The revision that wrote it last.
    pub revision: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When what is wanted of it was last written. It rises with every such write, and what is
    /// observed does not move it.
    pub updated_at: Timestamp,
    /// The document, of a form that its kind decides.
    pub doc: Value,
}

impl Object {
    /// The value of one of its labels, which are the member `labels` of its document.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.doc.get("labels")?.get(name)?.as_str()
    }
}

/// Gives a document the `status` of the one that it replaces, when it has none of its own.
pub fn keep_status(doc: &mut Value, current: &Value) {
    let (Some(members), Some(status)) = (doc.as_object_mut(), current.get("status")) else {
        return;
    };
    members.entry("status").or_insert_with(|| status.clone());
}

impl Object {
    /// Its entity tag (RFC 9110, section 8.8.3): another one after every write of what is wanted of
    /// it. A probe that writes what it observed does not come between a reader and their
    /// change.
    pub const fn tag(&self) -> i64 {
        self.updated_at.millis()
    }

    /// When a change at `now` is written: later than the last one, however quick or wrong the clock
    /// is.
    pub(crate) fn next_update(&self, now: Timestamp) -> Timestamp {
        now.max(Timestamp::from_millis(
            self.updated_at.millis().saturating_add(1),
        ))
    }
}
