//! Creates scopes and changes their settings.

use hub::command::{ObjectRef, ScopeSettings};
use hub::error::Result;
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::Scope;
use hub::time::Timestamp;
use registry::Registry;
use store::ROOT;

use crate::answer::Answer;
use crate::call::Call;
use crate::mutation::{Mutated, Mutation};
use crate::ports::Platform;

/// Creates the scope, or changes the settings that are given and leaves the others.
pub(crate) struct PutScope {
    pub name: String,
    pub settings: ScopeSettings,
}

impl Mutation for PutScope {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        match call.store.scope_named(&self.name)? {
            Some(scope) => self.update(call, scope, now),
            None => self.create(now),
        }
    }
}

impl PutScope {
    fn create(&self, now: Timestamp) -> Result<Mutated> {
        let scope = Scope::new(&self.name, &Registry, now)?;
        let scope = with_settings(scope, &self.settings)?;
        let (doc, claim) = (scope.doc()?, Uniqueness::Slug);
        let change = Change::create(Kind::Scope, ROOT, &self.name, doc, claim, now)?;
        let is_new = true;
        Ok(Mutated {
            plan: Plan::of(change),
            answer: Answer::Scope { scope, is_new },
        })
    }

    fn update<P: Platform>(
        &self,
        call: &Call<P>,
        current: Scope,
        now: Timestamp,
    ) -> Result<Mutated> {
        let mut scope = with_settings(current.clone(), &self.settings)?;
        scope.complete(&Registry, now)?;
        let mut plan = Plan::default();
        if scope != current {
            let by = ObjectRef::Slug(current.name);
            let object = call.store.object(ROOT, Kind::Scope, &by)?;
            plan = Plan::of(Change::update(object, scope.doc()?, now));
        }
        let is_new = false;
        Ok(Mutated {
            plan,
            answer: Answer::Scope { scope, is_new },
        })
    }
}

fn with_settings(mut scope: Scope, settings: &ScopeSettings) -> Result<Scope> {
    scope.rename(&settings.names, &Registry)?;
    if let Some(created_at) = settings.created_at {
        scope.created_at = created_at.rfc3339_millis();
    }
    scope.secret_store = settings.secret_store.unwrap_or(scope.secret_store);
    if let Some(owner) = &settings.default_owner {
        scope.identities.default_owner = Some(owner.clone()).filter(|owner| !owner.is_null());
    }
    if let Some(identities) = &settings.identities {
        scope.identities.identities.clone_from(identities);
    }
    Ok(scope)
}
