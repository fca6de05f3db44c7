//! Reads keys, and issues tokens for them.

use front::{Call, auth, token};
use hub::command::{By, Outcome};
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::Kind;
use hub::scope::{DEFAULT_SCOPE, Permission, Scope};
use hub::time::Timestamp;
use store::scopes::ScopeName;

/// The client id under which the admin key gets a token.
const ADMIN: &str = "admin";

/// A token for whoever has the secret of a key.
pub async fn token(call: &Call, client_id: &str, client_secret: &str) -> Result<Outcome> {
    let (subject, permissions, scope) =
        if client_id == ADMIN && auth::is_admin_key(client_secret, call.config) {
            (
                token::Subject::Admin,
                vec![Permission::Admin],
                default_scope(call).await?,
            )
        } else {
            let (key, scope) = auth::key_of(client_id, client_secret, &call.store).await?;
            (token::Subject::Key(key.uid), auth::permissions(&key), scope)
        };
    let seconds = call.config.token_seconds;
    let token = token::issue(subject, seconds, &call.config.vault, Timestamp::now())?;
    Ok(Outcome::Token {
        token,
        seconds,
        permissions,
        scope,
    })
}

async fn default_scope(call: &Call) -> Result<Scope> {
    let scope = call.store.scope_by(ScopeName::Name, DEFAULT_SCOPE).await?;
    scope.ok_or_else(|| Error::not_found(Kind::Scope, DEFAULT_SCOPE))
}

/// The keys of the scope, without their secrets.
pub async fn list(call: &Call) -> Result<Outcome> {
    call.store.keys(call.scope()?.id).await.map(Outcome::Keys)
}

/// One key, without its secret.
pub async fn get(call: &Call, uid: Uid) -> Result<Outcome> {
    let key = call
        .store
        .object(call.scope()?.id, Kind::Key, &By::Uid(uid))
        .await?;
    let key = key.ok_or_else(|| Error::not_found(Kind::Key, uid.hex()))?;
    let last_used_at = call.store.last_used_at(uid).await?;
    Ok(Outcome::Key(key, last_used_at))
}
