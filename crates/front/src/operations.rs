//! Carries out the readings and operations of dialects: they look at the store and use the merge core and the vault
//! through here, and what they come to is committed.

use std::rc::Rc;

use hub::class::Classes;
use hub::command::{By, Operate, Outcome};
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::operation::{Merged, Reading, View, World};
use hub::outside::{Ask, Reply, Source};
use hub::scope::Scope;
use hub::search::{Found, Search};
use hub::secret::Clear;
use hub::time::Timestamp;
use serde_json::Value;

use crate::ticket::{self, Ticket};
use crate::{Call, functions, merge, uploads};

/// How often an operation is worked out again when another change of its connector came first. All who change one
/// connector at the same time have their turn.
const ATTEMPTS: usize = 64;

/// Answers a reading.
///
/// # Errors
/// Those of the reading.
pub fn read(call: &Call, reading: &dyn Reading) -> Result<Outcome> {
    let worked = reading.answer(&Live::new(call)?)?;
    Ok(Outcome::Answered(Box::new(worked)))
}

/// Carries out an operation.
///
/// # Errors
/// Those of the operation; [`Error::PreconditionFailed`] when its subject is not as the caller knows it;
/// [`Error::Conflict`] when others keep coming first.
pub async fn operate(call: &Call, operate: &Operate) -> Result<Outcome> {
    let asks = operate.operation.asks(&Live::new(call)?)?;
    let replies = answered(call, &asks, operate.preview).await?;
    for _ in 0..ATTEMPTS {
        let world = Live {
            replies: &replies,
            ..Live::new(call)?
        };
        let worked = operate.operation.work_out(&world)?;
        if let Some(subject) = worked.subject.filter(|subject| subject.exists) {
            operate.precondition.check_tag(subject.kind, subject.tag)?;
        }
        if operate.preview {
            return Ok(Outcome::Previewed(Box::new(worked)));
        }
        match call.commit_worked(worked).await {
            Err(Error::Conflict { .. }) => {}
            committed => return committed.map(|worked| Outcome::Answered(Box::new(worked))),
        }
    }
    Err(Error::Conflict {
        kind: Kind::Connector.as_str(),
        name: String::new(),
        message: "it is being changed by others: try again".to_owned(),
    })
}

/// The answers to what an operation asks for.
async fn answered(call: &Call, asks: &[Ask], preview: bool) -> Result<Vec<Option<Reply>>> {
    let mut replies = Vec::new();
    for ask in asks {
        if preview && ask.source.changes_something() {
            replies.push(None);
            continue;
        }
        let reply = match &ask.source {
            Source::Upload(uid) => uploads::get(call, *uid).await?,
            Source::Address(outgoing) => functions::exchange(outgoing).await?,
        };
        replies.push(Some(reply.map_err(|why| ask.refused(&why))?));
    }
    Ok(replies)
}

/// What there is, as the request finds it.
struct Live<'c> {
    call: &'c Call,
    replies: &'c [Option<Reply>],
    scope: &'c Scope,
    now: Timestamp,
}

impl<'c> Live<'c> {
    fn new(call: &'c Call) -> Result<Self> {
        Ok(Self {
            call,
            replies: &[],
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
        self.call.store.find(self.scope.id, kind, &By::Uid(uid))
    }

    fn anywhere(&self, kind: Kind, uid: Uid) -> Result<Option<Object>> {
        self.call.store.anywhere(kind, uid)
    }

    fn with_children(&self, kind: Kind, uid: Uid, below: &[Kind]) -> Result<(Object, Vec<Object>)> {
        let (scope, by) = (self.scope.id, By::Uid(uid));
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

    fn search(&self, search: &Search) -> Result<Found> {
        self.call.store.search(self.scope.id, search)
    }

    fn other_scope(&self, id: ScopeId) -> Result<Scope> {
        self.call.store.scope(id)
    }

    fn classes(&self) -> Result<Rc<Classes>> {
        self.call.classes()
    }

    fn issue_ticket(&self, purpose: &'static str, says: &Value, seconds: u32) -> Result<String> {
        let ticket = Ticket {
            scope: self.scope.id,
            says: says.clone(),
        };
        let vault = &self.call.config.vault;
        ticket::issue(purpose, &ticket, seconds, vault, self.now)
    }

    fn read_ticket(&self, purpose: &'static str, text: &str) -> Result<Option<Value>> {
        match ticket::read(purpose, text, &self.call.config.vault, self.now)? {
            Some(ticket) if ticket.scope != self.scope.id => Err(ticket::refused(
                purpose,
                "it was given out to somebody else",
            )),
            ticket => Ok(ticket.map(|ticket| ticket.says)),
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

    fn replies(&self) -> &[Option<Reply>] {
        self.replies
    }
}
