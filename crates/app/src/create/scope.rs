//! Creates scopes and changes their settings.

use hub::command::{ObjectRef, ScopeSettings};
use hub::error::{Error, Result};
use hub::id::{Uid, random_bytes};
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::Scope;
use hub::time::Timestamp;
use serde_json::Value;
use store::{ROOT, ScopeName};

use crate::answer::Answer;
use crate::call::Call;
use crate::mutation::{Mutated, Mutation};
use crate::ports::Platform;

/// Creates the scope, or changes the settings that are given and leaves the others.
pub struct PutScope {
    /// Its name.
    pub name: String,
    /// Its settings.
    pub settings: ScopeSettings,
}

impl Mutation for PutScope {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        match call.store.scope_by(ScopeName::Name, &self.name)? {
            Some(scope) => self.update(call, scope, now),
            None => self.create(now),
        }
    }
}

impl PutScope {
    fn create(&self, now: Timestamp) -> Result<Mutated> {
        let generated = Scope {
            id: 0,
            name: self.name.clone(),
            environment_id: Uid::new(now)?.uuid(),
            organisation_id: Uid::new(now)?.ulid(),
            runtime_plane_id: random_plane_id()?,
            tenant: self.name.clone(),
            created_at: now.rfc3339_millis(),
            secret_store: Default::default(),
        };
        let scope = with_settings(generated, &self.settings);
        let (doc, claim) = (document(&scope)?, Uniqueness::Slug);
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
        let scope = with_settings(current.clone(), &self.settings);
        let mut plan = Plan::default();
        if scope != current {
            let by = ObjectRef::Slug(current.name);
            let object = call.store.object(ROOT, Kind::Scope, &by)?;
            plan = Plan::of(Change::update(object, document(&scope)?, now));
        }
        let is_new = false;
        Ok(Mutated {
            plan,
            answer: Answer::Scope { scope, is_new },
        })
    }
}

/// A positive number that fits the integers of every client. Where it is taken, the scope is not created.
fn random_plane_id() -> Result<i64> {
    Ok(i64::from(u32::from_le_bytes(random_bytes()?) >> 1).max(1))
}

fn with_settings(scope: Scope, settings: &ScopeSettings) -> Scope {
    let given = settings.clone();
    Scope {
        environment_id: given.environment_id.unwrap_or(scope.environment_id),
        organisation_id: given.organisation_id.unwrap_or(scope.organisation_id),
        runtime_plane_id: given.runtime_plane_id.unwrap_or(scope.runtime_plane_id),
        tenant: given.tenant.unwrap_or(scope.tenant),
        created_at: given
            .created_at
            .map_or(scope.created_at, Timestamp::rfc3339_millis),
        secret_store: given.secret_store.unwrap_or(scope.secret_store),
        ..scope
    }
}

fn document(scope: &Scope) -> Result<Value> {
    serde_json::to_value(scope).map_err(|error| Error::Internal(error.to_string()))
}
