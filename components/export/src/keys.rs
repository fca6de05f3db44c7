//! Reads keys, and issues tokens for them.

use gateway::{Call, auth, token};
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::Kind;
use hub::scope::{DEFAULT_SCOPE, Permission, Scope};
use hub::time::Timestamp;
use store::Entry;

/// The client id under which the admin key gets a token.
const ADMIN: &str = "admin";

/// A token for whoever has the secret of a key.
pub fn token(call: &Call, client_id: &str, client_secret: &str) -> Result<Outcome> {
    let (subject, permissions, scope) =
        if client_id == ADMIN && auth::is_admin_key(client_secret, call.config) {
            (
                token::Subject::Admin,
                vec![Permission::Admin],
                default_scope(call)?,
            )
        } else {
            let holder = auth::key_of(client_id, client_secret, &call.store)?;
            (
                token::Subject::Key(holder.object.uid),
                auth::permissions(&holder.object),
                holder.scope,
            )
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

fn default_scope(call: &Call) -> Result<Scope> {
    let scope = call.store.scope_named(DEFAULT_SCOPE)?;
    scope.ok_or_else(|| Error::not_found(Kind::Scope, DEFAULT_SCOPE))
}

/// The keys of the scope, without their secrets.
pub fn list(call: &Call) -> Result<Outcome> {
    call.store.keys(call.scope()?.id).map(Outcome::Keys)
}

/// One key, without its secret.
pub fn get(call: &Call, uid: Uid) -> Result<Outcome> {
    let holder = call
        .store
        .enter(Entry::Key(uid), None)?
        .filter(|holder| Ok(holder.scope.id) == call.scope().map(|scope| scope.id));
    let holder = holder.ok_or_else(|| Error::not_found(Kind::Key, uid.hex()))?;
    Ok(Outcome::Key(holder.object, holder.last_used))
}
