//! What is done with connectors and what belongs to them, as crates/front does it for the dialect's readings and operations.

use std::rc::Rc;

use hub::class::Classes;
use hub::command::{ObjectRef, Operate, Outcome};
use hub::error::{Error, Result};
use hub::fetch::Fetched;
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::operation::{Merged, Reading, View, World};
use hub::plan::Origin;
use hub::scope::Scope;
use hub::search::{SearchPage, SearchRequest};
use hub::secret::Clear;
use hub::time::Timestamp;
use serde_json::Value;
use store::secrets::Vault;

use crate::connectors::refused;
use crate::database::Databases;

/// What there is, as a request finds it.
pub struct Live<'t> {
    /// Where it is.
    pub databases: &'t Databases,
    /// What encrypts credentials.
    pub vault: &'t Vault,
    /// The scope of the request.
    pub scope: &'t Scope,
    /// What time it is.
    pub now: Timestamp,
}

impl Live<'_> {
    /// Answers a reading.
    pub fn read(&self, reading: &dyn Reading) -> Result<Outcome> {
        let computed = reading.answer(self)?;
        Ok(Outcome::Answered(Box::new(computed)))
    }

    /// Works an operation out and carries it out, again when another one came in between, as the application does.
    pub async fn operate(&self, operate: &Operate, actor: &str) -> Result<Outcome> {
        loop {
            let mut computed = operate.operation.compute(self)?;
            if let Some(subject) = computed.subject.filter(|subject| subject.exists) {
                operate.precondition.check_tag(subject.kind, subject.tag)?;
            }
            match self.databases.commit(computed.plan.clone(), actor).await {
                Err(Error::Conflict { .. }) => {}
                Err(error) => return Err(error),
                Ok(_) => {
                    computed.note_written();
                    return Ok(Outcome::Answered(Box::new(computed)));
                }
            }
        }
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
        self.databases
            .read(|store| store.find(self.scope.id, kind, &ObjectRef::Uid(uid)))
    }

    fn anywhere(&self, kind: Kind, uid: Uid) -> Result<Option<Object>> {
        self.databases.read(|store| store.anywhere(kind, uid))
    }

    fn with_children(&self, kind: Kind, uid: Uid, below: &[Kind]) -> Result<(Object, Vec<Object>)> {
        let (scope, by) = (self.scope.id, ObjectRef::Uid(uid));
        self.databases
            .read(|store| store.with_children_of(scope, kind, &by, below))
    }

    fn children(&self, parents: &[Uid], kinds: &[Kind]) -> Result<Vec<Object>> {
        self.databases
            .read(|store| store.children_of_all(parents, kinds))
    }

    fn objects(&self, uids: &[Uid]) -> Result<Vec<Object>> {
        self.databases
            .read(|store| store.objects(self.scope.id, uids))
    }

    fn child(&self, parent: Uid, kind: Kind, name: &str) -> Result<Option<Object>> {
        self.databases
            .read(|store| store.child(self.scope.id, parent, kind, name))
    }

    fn search(&self, search: &SearchRequest) -> Result<SearchPage> {
        self.databases
            .read(|store| store.search(self.scope.id, search))
    }

    fn other_scope(&self, id: ScopeId) -> Result<Scope> {
        self.databases.read(|store| store.scope(id))
    }

    /// Those of the catalogue: nobody can give the twin others.
    fn classes(&self) -> Result<Rc<Classes>> {
        Ok(Rc::new(Classes::default()))
    }

    fn issue_signed(&self, _: &'static str, _: &Value, _: u32) -> Result<String> {
        Err(Error::Internal("the twin gives no tickets out".to_owned()))
    }

    fn read_signed(&self, _: &'static str, _: &str) -> Result<Option<Value>> {
        Ok(None)
    }
}

impl World for Live<'_> {
    fn replace(&self, current: &Value, payload: &Value, rules: &str) -> Result<Merged> {
        let rules = merge::rules::parse(rules).map_err(refused)?;
        let merged = merge::replace(current, payload, &rules).map_err(refused)?;
        let origin = |origin: &merge::Origin| Origin {
            pointer: origin.pointer.clone(),
            source: format!("{:?}", origin.source),
        };
        Ok(Merged {
            origins: merged.origins.iter().map(origin).collect(),
            document: merged.document,
        })
    }

    fn merge_patch(&self, current: &Value, patch: &Value) -> Result<Merged> {
        let merged = merge::merge_patch(current, patch).map_err(refused)?;
        Ok(Merged {
            document: merged.document,
            origins: Vec::new(),
        })
    }

    fn seal(&self, entry: &str, value: &Clear) -> Result<String> {
        self.vault.seal(self.scope.id, entry, value)
    }

    fn open(&self, entry: &str, sealed: &str) -> Result<Clear> {
        self.vault.open(self.scope.id, entry, sealed)
    }

    fn fetched(&self) -> &[Option<Fetched>] {
        &[]
    }
}
