//! Reads keys, and issues tokens for them.

use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::Kind;
use hub::scope::{DEFAULT_SCOPE, Permission, Scope};
use hub::time::Timestamp;
use store::Entry;

use crate::call::Call;
use crate::caller::{is_admin_key, key_holder, permissions};
use crate::ports::Platform;
use crate::token;

/// The client id under which the admin key gets a token.
const ADMIN: &str = "admin";

/// A token for whoever has the secret of a key.
pub(crate) fn token<P: Platform>(
    call: &Call<P>,
    client_id: &str,
    client_secret: &str,
) -> Result<Outcome> {
    let (subject, allowed, scope) =
        if client_id == ADMIN && is_admin_key(client_secret, call.settings) {
            (
                token::Subject::Admin,
                vec![Permission::Admin],
                default_scope(call)?,
            )
        } else {
            let holder = key_holder(client_id, client_secret, &call.store, None)?;
            (
                token::Subject::Key(holder.object.uid),
                permissions(&holder.object),
                holder.scope,
            )
        };
    let seconds = call.settings.token_seconds;
    let token = token::issue(subject, seconds, &call.settings.vault, Timestamp::now())?;
    Ok(Outcome::Token {
        token,
        seconds,
        permissions: allowed,
        scope,
    })
}

fn default_scope<P: Platform>(call: &Call<P>) -> Result<Scope> {
    let scope = call.store.scope_named(DEFAULT_SCOPE)?;
    scope.ok_or_else(|| Error::not_found(Kind::Scope, DEFAULT_SCOPE))
}

/// One key, without its secret.
pub(crate) fn get<P: Platform>(call: &Call<P>, uid: Uid) -> Result<Outcome> {
    let holder = call
        .store
        .enter(Entry::Key(uid), None)?
        .filter(|holder| Ok(holder.scope.id) == call.scope().map(|scope| scope.id));
    let holder = holder.ok_or_else(|| Error::not_found(Kind::Key, uid.hex()))?;
    Ok(Outcome::Key(holder.object, holder.last_used))
}
