//! Creates scopes and changes their settings.

use front::Call;
use hub::command::{Outcome, ScopeSettings};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::id::Uid;
use hub::object::Kind;
use hub::plan::{Change, Claim, Plan};
use hub::scope::Scope;
use hub::time::Timestamp;
use store::scopes::ScopeName;

/// How often a change is tried again that another one came in between of.
const ATTEMPTS: usize = 8;

/// Creates the scope, or changes the settings that are given and leaves the others.
pub async fn put(call: &Call, name: String, settings: ScopeSettings) -> Result<Outcome> {
    for _ in 0..ATTEMPTS {
        let result = match call.store.scope_by(ScopeName::Name, &name).await? {
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
        runtime_plane_id: 0,
        tenant: name.to_owned(),
        created_at: now.rfc3339_millis(),
        secret_store: Default::default(),
    };
    let scope = with_settings(generated, settings);
    let change = Change::create(
        Kind::Scope,
        0,
        name,
        serde_json::to_value(&scope).map_err(unprintable)?,
        Claim::Slug,
        now,
    )?;
    call.store
        .commit(Plan::of(change), &call.caller.name)
        .await?;
    found(call, name, true).await
}

async fn update(call: &Call, scope: Scope, settings: &ScopeSettings) -> Result<Outcome> {
    if settings
        .created_at
        .is_some_and(|at| at.rfc3339_millis() != scope.created_at)
    {
        let message = "cannot be changed once the scope is there";
        return Err(Error::field(FieldError::new(
            "createdAt",
            FieldCode::Immutable,
            message,
        )));
    }
    let changed = with_settings(scope.clone(), settings);
    if changed == scope {
        return Ok(Outcome::Scope(scope, false));
    }
    let current = call
        .store
        .object(0, Kind::Scope, &hub::command::By::Slug(scope.name.clone()))
        .await?;
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
    let scope = call.store.scope_by(ScopeName::Name, name).await?;
    let scope = scope.ok_or_else(|| Error::not_found(Kind::Scope, name))?;
    Ok(Outcome::Scope(scope, created))
}

fn unprintable(error: serde_json::Error) -> Error {
    Error::Internal(error.to_string())
}
