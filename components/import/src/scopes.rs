//! Creates scopes and changes their settings.

use gateway::Call;
use hub::command::{ObjectRef, Outcome, ScopeSettings};
use hub::error::{Error, Result};
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::Scope;
use hub::time::Timestamp;
use registry::Registry;
use store::ROOT;

/// How often a change is tried again that another one came in between of.
const ATTEMPTS: usize = 8;

/// Creates the scope, or changes the settings that are given and leaves the others.
pub async fn put(call: &Call, name: String, settings: ScopeSettings) -> Result<Outcome> {
    for _ in 0..ATTEMPTS {
        let result = match call.store.scope_named(&name)? {
            Some(scope) => update(call, scope, &settings).await,
            None => create(call, &name, &settings).await,
        };
        match result {
            Err(Error::Conflict { .. }) => {}
            Err(Error::AlreadyExists {
                field: "name" | "slug",
                ..
            }) => {}
            other => return other,
        }
    }
    let message = "it is being changed by others: try again".to_owned();
    Err(Error::Conflict {
        kind: Kind::Scope.as_str(),
        name,
        message,
    })
}

async fn create(call: &Call, name: &str, settings: &ScopeSettings) -> Result<Outcome> {
    let now = Timestamp::now();
    let scope = with_settings(Scope::new(name, &Registry, now)?, settings)?;
    let (kind, unique) = (Kind::Scope, Uniqueness::Slug);
    let change = Change::create(kind, ROOT, name, scope.doc()?, unique, now)?;
    call.store
        .commit(Plan::of(change), &call.caller.name)
        .await?;
    found(call, name, true).await
}

async fn update(call: &Call, scope: Scope, settings: &ScopeSettings) -> Result<Outcome> {
    let now = Timestamp::now();
    let mut changed = with_settings(scope.clone(), settings)?;
    changed.complete(&Registry, now)?;
    if changed == scope {
        return Ok(Outcome::Scope(scope, false));
    }
    let current = call
        .store
        .find(ROOT, Kind::Scope, &ObjectRef::Slug(scope.name.clone()))?;
    let current = current.ok_or_else(|| Error::not_found(Kind::Scope, scope.name.clone()))?;
    let change = Change::update(current, changed.doc()?, now);
    call.store
        .commit(Plan::of(change), &call.caller.name)
        .await?;
    found(call, &scope.name, false).await
}

fn with_settings(mut scope: Scope, settings: &ScopeSettings) -> Result<Scope> {
    scope.rename(&settings.names, &Registry)?;
    if let Some(created_at) = settings.created_at {
        scope.created_at = created_at.rfc3339_millis();
    }
    scope.secret_store = settings.secret_store.unwrap_or(scope.secret_store);
    Ok(scope)
}

async fn found(call: &Call, name: &str, created: bool) -> Result<Outcome> {
    let scope = call.store.scope_named(name)?;
    let scope = scope.ok_or_else(|| Error::not_found(Kind::Scope, name))?;
    Ok(Outcome::Scope(scope, created))
}
