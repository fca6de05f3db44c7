//! Operations on a connector together with what belongs to it: its connections, versions and
//! credentials.
//!
//! What such an operation changes follows from several objects at once, so the dialect works out
//! the whole plan. The function lends it a [`World`] to read from, commits the plan, and works it
//! out again when somebody else came first. Whatever changes something that belongs to a connector
//! begins its plan with the connector itself: so of two changes of one connector that overlap, one
//! is refused and worked out again.

use std::rc::Rc;

use serde_json::Value;

use crate::class::Classes;
use crate::error::Result;
use crate::fetch::{FetchRequest, Fetched};
use crate::id::Uid;
use crate::object::{Kind, Object, ScopeId};
use crate::plan::{Origin, Plan};
use crate::scope::Scope;
use crate::search::{SearchPage, SearchRequest};
use crate::secret::Clear;
use crate::time::Timestamp;

/// What can be looked at. Each look is of one moment, and at the scope of the request unless it
/// says otherwise.
pub trait View {
    /// The scope of the request.
    fn scope(&self) -> &Scope;

    /// What time it is: the same one all along.
    fn now(&self) -> Timestamp;

    /// An object.
    ///
    /// # Errors
    /// Those of the store, as with everything that looks.
    fn object(&self, kind: Kind, uid: Uid) -> Result<Option<Object>>;

    /// An object of any scope. Who asks makes sure that the caller may see it.
    ///
    /// # Errors
    /// Those of the store.
    fn anywhere(&self, kind: Kind, uid: Uid) -> Result<Option<Object>>;

    /// An object and what of these kinds belongs to it directly, oldest first, in one statement.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] when there is no such object.
    fn with_children(&self, kind: Kind, uid: Uid, below: &[Kind]) -> Result<(Object, Vec<Object>)>;

    /// What of these kinds belongs directly to any of these objects, oldest first, in one
    /// statement.
    ///
    /// # Errors
    /// Those of the store.
    fn children(&self, parents: &[Uid], kinds: &[Kind]) -> Result<Vec<Object>>;

    /// Those of these objects that are there, in one statement.
    ///
    /// # Errors
    /// Those of the store.
    fn objects(&self, uids: &[Uid]) -> Result<Vec<Object>>;

    /// What of that kind and name belongs directly to an object.
    ///
    /// # Errors
    /// Those of the store.
    fn child(&self, parent: Uid, kind: Kind, name: &str) -> Result<Option<Object>>;

    /// One page of what is looked for, in all scopes where [`Search::everywhere`] says so.
    ///
    /// # Errors
    /// Those of the store.
    fn search(&self, search: &SearchRequest) -> Result<SearchPage>;

    /// Another scope.
    ///
    /// # Errors
    /// Those of the store.
    fn other_scope(&self, id: ScopeId) -> Result<Scope>;

    /// All the classes that connectors of the scope can have.
    ///
    /// # Errors
    /// Those of the store.
    fn classes(&self) -> Result<Rc<Classes>>;

    /// A text that nobody else can make, which says this in this scope, to whoever reads it for the
    /// same purpose, for so many seconds.
    ///
    /// # Errors
    /// [`crate::error::Error::Conflict`] where the installation has no key to sign with.
    fn issue_signed(&self, purpose: &'static str, says: &Value, seconds: u32) -> Result<String>;

    /// What a signed text for the purpose says in this scope; none where we did not sign the text.
    ///
    /// # Errors
    /// [`crate::error::Error::Forbidden`] when it is of another purpose or scope, or has expired.
    fn read_signed(&self, purpose: &'static str, text: &str) -> Result<Option<Value>>;
}

/// What an operation looks at and uses to work out what it does.
pub trait World: View {
    /// The full replacement of the merge core.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] with every field of the payload that the rules refuse.
    fn replace(&self, current: &Value, payload: &Value, rules: &str) -> Result<Merged>;

    /// RFC 7396.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] when a document is over a limit of the merge core.
    fn merge_patch(&self, current: &Value, patch: &Value) -> Result<Merged>;

    /// A credential, encrypted for the entry of that name of a secret.
    ///
    /// # Errors
    /// [`crate::error::Error::Conflict`] where the installation has no key to encrypt with.
    fn seal(&self, entry: &str, value: &Clear) -> Result<String>;

    /// What [`World::seal`] encrypted.
    ///
    /// # Errors
    /// [`crate::error::Error::Conflict`] when it was encrypted with another key.
    fn open(&self, entry: &str, sealed: &str) -> Result<Clear>;

    /// The answers to what the operation asked for, in that order. A preview has none to what would
    /// change something.
    fn fetched(&self) -> &[Option<Fetched>];
}

/// A merged document and where each of its values comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    /// The document.
    pub document: Value,
    /// The origins.
    pub origins: Vec<Origin>,
}

/// What is to be done about a connector and what belongs to it. It is pure: as often as it is
/// worked out from the same world, the same comes of it, but for the identifiers of new objects.
pub trait Operation: Send + Sync {
    /// What must be asked for first.
    ///
    /// # Errors
    /// Whatever is wrong with the request, as far as that can be seen without the answers.
    fn fetches(&self, _world: &dyn World) -> Result<Vec<FetchRequest>> {
        Ok(Vec::new())
    }

    /// The object that preconditions are about, where they hold or not whatever the request says:
    /// they are checked before its content is (RFC 9110, section 13.2.1). None where only
    /// [`Operation::compute`] knows.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] when there is no such object; those of the store.
    fn subject(&self, _view: &dyn View) -> Result<Option<ObjectVersion>> {
        Ok(None)
    }

    /// Works out what changes and what to answer.
    ///
    /// # Errors
    /// Whatever is wrong with the request, seen together with what is there.
    fn compute(&self, world: &dyn World) -> Result<Computed>;
}

/// A read of a connector or of what belongs to it, where the answer follows from several objects.
pub trait Reading: Send + Sync {
    /// Works out what to answer.
    ///
    /// # Errors
    /// Whatever is wrong with the request, seen together with what is there.
    fn answer(&self, view: &dyn View) -> Result<Computed>;
}

/// What an operation comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Computed {
    /// What changes; nothing for a read.
    pub plan: Plan,
    /// The answer, in the dialect's own form, as it is once the plan is carried out; none where
    /// the answer is empty.
    pub answer: Option<Value>,
    /// The answer as it would be now, where the operation changes what is there: a preview shows
    /// both.
    pub before: Option<Value>,
    /// The object that the answer shows, whose revision is its entity tag and which preconditions
    /// are about.
    pub subject: Option<ObjectVersion>,
}

impl Computed {
    /// The plan was carried out: the subject has the entity tag of what was written of it.
    pub fn note_written(&mut self) {
        let changes = self.plan.changes.iter().map(|change| &change.object);
        if let Some(subject) = &mut self.subject
            && let Some(written) = changes.rev().find(|object| object.uid == subject.uid)
        {
            subject.tag = written.tag();
        }
    }
}

/// An object as an operation found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectVersion {
    /// Which.
    pub uid: Uid,
    /// Of which kind.
    pub kind: Kind,
    /// Its entity tag.
    pub tag: i64,
    /// Whether it is there, rather than to be created.
    pub exists: bool,
}

impl From<&Object> for ObjectVersion {
    fn from(object: &Object) -> Self {
        Self {
            uid: object.uid,
            kind: object.kind,
            tag: object.tag(),
            exists: object.revision != 0,
        }
    }
}
