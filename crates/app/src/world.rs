//! What there is, as a request finds it: readings and mutations look at the store and use the merge
//! core and the vault through here.

use std::rc::Rc;

use hub::class::Classes;
use hub::command::ObjectRef;
use hub::error::Result;
use hub::fetch::Fetched;
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::operation::{Merged, View, World};
use hub::scope::Scope;
use hub::search::{SearchPage, SearchRequest};
use hub::secret::Clear;
use hub::time::Timestamp;
use serde_json::Value;

use crate::call::Call;
use crate::ports::{MergeCore, Platform};
use crate::signed::{self, Signed};

/// What there is, as the request finds it.
pub(crate) struct Live<'c, P: Platform> {
    call: &'c Call<P>,
    fetched: &'c [Option<Fetched>],
    scope: &'c Scope,
    now: Timestamp,
}

impl<'c, P: Platform> Live<'c, P> {
    /// The view of a call, with what was asked for from outside.
    ///
    /// # Errors
    /// [`hub::error::Error::Internal`] for routes that have no scope.
    pub(crate) fn new(
        call: &'c Call<P>,
        fetched: &'c [Option<Fetched>],
        now: Timestamp,
    ) -> Result<Self> {
        Ok(Self {
            call,
            fetched,
            scope: call.scope()?,
            now,
        })
    }
}

impl<P: Platform> View for Live<'_, P> {
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
        let vault = &self.call.settings.vault;
        signed::issue(purpose, &signed, seconds, vault, self.now)
    }

    fn read_signed(&self, purpose: &'static str, text: &str) -> Result<Option<Value>> {
        match signed::read(purpose, text, &self.call.settings.vault, self.now)? {
            Some(signed) if signed.scope != self.scope.id => Err(signed::refused(
                purpose,
                "it was given out to somebody else",
            )),
            signed => Ok(signed.map(|signed| signed.says)),
        }
    }
}

impl<P: Platform> World for Live<'_, P> {
    fn replace(&self, current: &Value, payload: &Value, rules: &str) -> Result<Merged> {
        self.call.platform.merge().replace(current, payload, rules)
    }

    fn merge_patch(&self, current: &Value, patch: &Value) -> Result<Merged> {
        self.call.platform.merge().merge_patch(current, patch)
    }

    fn seal(&self, entry: &str, value: &Clear) -> Result<String> {
        self.call.settings.vault.seal(self.scope.id, entry, value)
    }

    fn open(&self, entry: &str, sealed: &str) -> Result<Clear> {
        self.call.settings.vault.open(self.scope.id, entry, sealed)
    }

    fn fetched(&self) -> &[Option<Fetched>] {
        self.fetched
    }
}
