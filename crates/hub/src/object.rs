//! What the store keeps: objects of every kind in one form.

use serde_json::Value;

use crate::id::Uid;
use crate::time::Timestamp;

/// The number of a scope: the revision that created it.
pub type ScopeId = i64;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A tenant.
    Scope,
    /// An API key of a scope.
    Key,
    /// What connectors are instances of.
    Class,
    /// The thing managed.
    Connector,
    /// A stored credential; its parent, if any, is the connector that owns it.
    Secret,
    /// A named set of credentials and variables of a connector, which is its parent.
    Connection,
    /// A version of a connector, which is its parent.
    Version,
    /// What a connection of a connector signs in with (Versori); its parent is the connector.
    Credential,
    /// What a version is made of; its parent is the version. It may be large, and lists of versions do not need it.
    Contents,
    /// A configuration object that is not a connector (SailPoint).
    ConfigObject,
    /// Work accepted now and done later.
    Job,
    /// What was done for an idempotency key.
    IdempotencyRecord,
}

impl Kind {
    const ALL: [Self; 12] = [
        Self::Scope,
        Self::Key,
        Self::Class,
        Self::Connector,
        Self::Secret,
        Self::Connection,
        Self::Version,
        Self::Credential,
        Self::Contents,
        Self::ConfigObject,
        Self::Job,
        Self::IdempotencyRecord,
    ];

    /// How the store and messages call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Key => "key",
            Self::Class => "class",
            Self::Connector => "connector",
            Self::Secret => "secret",
            Self::Connection => "connection",
            Self::Version => "version",
            Self::Credential => "credential",
            Self::Contents => "contents",
            Self::ConfigObject => "configuration object",
            Self::Job => "job",
            Self::IdempotencyRecord => "idempotency key",
        }
    }

    /// The kind that [`Kind::as_str`] prints so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// An object as stored: what every kind has in common, and its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// The revision that created it: a small integer of its own, for dialects whose ids are integers.
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
    /// When what is wanted of it was last written. It rises with every such write, and what is observed does not move it.
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
    /// Its entity tag (RFC 9110, section 8.8.3): another one after every write of what is wanted of it. A probe that
    /// writes what it observed does not come between a reader and their change.
    pub const fn tag(&self) -> i64 {
        self.updated_at.millis()
    }

    /// When a change at `now` is written: later than the last one, however quick or wrong the clock is.
    pub(crate) fn next_update(&self, now: Timestamp) -> Timestamp {
        now.max(Timestamp::from_millis(
            self.updated_at.millis().saturating_add(1),
        ))
    }
}
