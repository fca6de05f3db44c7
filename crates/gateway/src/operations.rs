//! Carries out the readings and operations of dialects: they look at the store and use the merge core and the vault
//! through here, and what they come to is committed.

use std::rc::Rc;

use hub::class::Classes;
use hub::command::{ObjectRef, Operate, Outcome};
use hub::error::{Error, Result};
use hub::fetch::{FetchRequest, FetchSource, Fetched};
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::operation::{Merged, Reading, View, World};
use hub::precondition::Precondition;
use hub::scope::Scope;
use hub::search::{SearchPage, SearchRequest};
use hub::secret::Clear;
use hub::time::Timestamp;
use serde_json::Value;

use crate::signed::{self, Signed};
use crate::{Call, functions, merge, uploads};

/// How often an operation is worked out again when another change of its connector came first. All who change one
/// connector at the same time have their turn.
const ATTEMPTS: usize = 64;

/// Answers a reading.
///
/// # Errors
/// Those of the reading.
pub fn read(call: &Call, reading: &dyn Reading) -> Result<Outcome> {
    let computed = reading.answer(&Live::new(call)?)?;
    Ok(Outcome::Answered(Box::new(computed)))
}

/// Carries out an operation.
///
/// # Errors
/// Those of the operation; [`Error::PreconditionFailed`] when its subject is not as the caller knows it;
/// [`Error::Conflict`] when others keep coming first.
pub async fn operate(call: &Call, operate: &Operate) -> Result<Outcome> {
    let asks = operate.operation.fetches(&Live::new(call)?)?;
    let fetched = fetch_all(call, &asks, operate.preview).await?;
    for _ in 0..ATTEMPTS {
        let world = Live {
            fetched: &fetched,
            ..Live::new(call)?
        };
        if operate.precondition != Precondition::default()
            && let Some(subject) = operate.operation.subject(&world)?
        {
            operate.precondition.check_tag(subject.kind, subject.tag)?;
        }
        let computed = operate.operation.compute(&world)?;
        if let Some(subject) = computed.subject.filter(|subject| subject.exists) {
            operate.precondition.check_tag(subject.kind, subject.tag)?;
        }
        if operate.preview {
            return Ok(Outcome::Previewed(Box::new(computed)));
        }
        match call.commit_computed(computed).await {
            Err(Error::Conflict { .. }) => {}
            committed => return committed.map(|computed| Outcome::Answered(Box::new(computed))),
        }
    }
    Err(Error::Conflict {
        kind: Kind::Connector.as_str(),
        name: String::new(),
        message: "it is being changed by others: try again".to_owned(),
    })
}

/// The answers to what an operation asks for.
async fn fetch_all(
    call: &Call,
    asks: &[FetchRequest],
    preview: bool,
) -> Result<Vec<Option<Fetched>>> {
    let mut fetched = Vec::new();
    for ask in asks {
        if preview && ask.source.changes_something() {
            fetched.push(None);
            continue;
        }
        let reply = match &ask.source {
            FetchSource::Upload(uid) => uploads::get(call, *uid).await?,
            FetchSource::Address(outgoing) => functions::fetch(outgoing).await?,
        };
        fetched.push(Some(reply.map_err(|why| ask.refused(&why))?));
    }
    Ok(fetched)
}

/// What there is, as the request finds it.
struct Live<'c> {
    call: &'c Call,
    fetched: &'c [Option<Fetched>],
    scope: &'c Scope,
    now: Timestamp,
}

impl<'c> Live<'c> {
    fn new(call: &'c Call) -> Result<Self> {
        Ok(Self {
            call,
            fetched: &[],
            scope: call.scope()?,
            now: Timestamp::now(),
        })
    }
}

impl View for Live<'_> {
    fn scope(&self) -> &Scope {
        self.scope
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn object(&self, kind: Kind, uid: Uid) -> Result<Option<Object>> {
        self.call
            .store
            .find(self.scope.id, kind, &ObjectRef::Uid(uid))
    }

    fn anywhere(&self, kind: Kind, uid: Uid) -> Result<Option<Object>> {
        self.call.store.anywhere(kind, uid)
    }

    fn with_children(&self, kind: Kind, uid: Uid, below: &[Kind]) -> Result<(Object, Vec<Object>)> {
        let (scope, by) = (self.scope.id, ObjectRef::Uid(uid));
        self.call.store.with_children_of(scope, kind, &by, below)
    }

    fn children(&self, parents: &[Uid], kinds: &[Kind]) -> Result<Vec<Object>> {
        self.call.store.children_of_all(parents, kinds)
    }

    fn objects(&self, uids: &[Uid]) -> Result<Vec<Object>> {
        self.call.store.objects(self.scope.id, uids)
    }

    fn child(&self, parent: Uid, kind: Kind, name: &str) -> Result<Option<Object>> {
        self.call.store.child(self.scope.id, parent, kind, name)
    }

    fn search(&self, search: &SearchRequest) -> Result<SearchPage> {
        self.call.store.search(self.scope.id, search)
    }

    fn other_scope(&self, id: ScopeId) -> Result<Scope> {
        self.call.store.scope(id)
    }

    fn classes(&self) -> Result<Rc<Classes>> {
        self.call.classes()
    }

    fn issue_signed(&self, purpose: &'static str, says: &Value, seconds: u32) -> Result<String> {
        let signed = Signed {
            scope: self.scope.id,
            says: says.clone(),
        };
        let vault = &self.call.config.vault;
        signed::issue(purpose, &signed, seconds, vault, self.now)
    }

    fn read_signed(&self, purpose: &'static str, text: &str) -> Result<Option<Value>> {
        match signed::read(purpose, text, &self.call.config.vault, self.now)? {
            Some(signed) if signed.scope != self.scope.id => Err(signed::refused(
                purpose,
                "it was given out to somebody else",
            )),
            signed => Ok(signed.map(|signed| signed.says)),
        }
    }
}

impl World for Live<'_> {
    fn replace(&self, current: &Value, payload: &Value, rules: &str) -> Result<Merged> {
        merge::replace(current, payload, rules)
    }

    fn merge_patch(&self, current: &Value, patch: &Value) -> Result<Merged> {
        merge::merge_patch(current, patch)
    }

    fn seal(&self, entry: &str, value: &Clear) -> Result<String> {
        self.call.config.vault.seal(self.scope.id, entry, value)
    }

    fn open(&self, entry: &str, sealed: &str) -> Result<Clear> {
        self.call.config.vault.open(self.scope.id, entry, sealed)
    }

    fn fetched(&self) -> &[Option<Fetched>] {
        self.fetched
    }
}
