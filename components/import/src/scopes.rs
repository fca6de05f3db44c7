//! Creates scopes and changes their settings.

use gateway::Call;
use hub::command::{ObjectRef, Outcome, ScopeSettings};
use hub::error::{Error, Result};
use hub::id::{Uid, random_bytes};
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::Scope;
use hub::time::Timestamp;
use store::{ROOT, ScopeName};

/// How often a change is tried again that another one came in between of.
const ATTEMPTS: usize = 8;

/// Creates the scope, or changes the settings that are given and leaves the others.
pub async fn put(call: &Call, name: String, settings: ScopeSettings) -> Result<Outcome> {
    for _ in 0..ATTEMPTS {
        let result = match call.store.scope_by(ScopeName::Name, &name)? {
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
    let generated = Scope {
        id: 0,
        name: name.to_owned(),
        environment_id: Uid::new(now)?.uuid(),
        organisation_id: Uid::new(now)?.ulid(),
        runtime_plane_id: random_plane_id()?,
        tenant: name.to_owned(),
        created_at: now.rfc3339_millis(),
        secret_store: Default::default(),
    };
    let scope = with_settings(generated, settings);
    let change = Change::create(
        Kind::Scope,
        ROOT,
        name,
        serde_json::to_value(&scope).map_err(unprintable)?,
        Uniqueness::Slug,
        now,
    )?;
    call.store
        .commit(Plan::of(change), &call.caller.name)
        .await?;
    found(call, name, true).await
}

async fn update(call: &Call, scope: Scope, settings: &ScopeSettings) -> Result<Outcome> {
    let changed = with_settings(scope.clone(), settings);
    if changed == scope {
        return Ok(Outcome::Scope(scope, false));
    }
    let current = call
        .store
        .find(ROOT, Kind::Scope, &ObjectRef::Slug(scope.name.clone()))?;
    let current = current.ok_or_else(|| Error::not_found(Kind::Scope, scope.name.clone()))?;
    let doc = serde_json::to_value(&changed).map_err(unprintable)?;
    call.store
        .commit(
            Plan::of(Change::update(current, doc, Timestamp::now())),
            &call.caller.name,
        )
        .await?;
    found(call, &scope.name, false).await
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

async fn found(call: &Call, name: &str, created: bool) -> Result<Outcome> {
    let scope = call.store.scope_by(ScopeName::Name, name)?;
    let scope = scope.ok_or_else(|| Error::not_found(Kind::Scope, name))?;
    Ok(Outcome::Scope(scope, created))
}

fn unprintable(error: serde_json::Error) -> Error {
    Error::Internal(error.to_string())
}
