//! Who calls, and the keys that callers hold.

use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::scope::{Permission, Scope};
use hub::time::Timestamp;
use serde_json::Value;
use store::database::Database;
use store::secrets::is_key_secret;
use store::{Entered, Entry, Store};
use subtle::ConstantTimeEq;

use crate::settings::Settings;

/// The object that a request reads, where that is known before anything else is read.
pub type ReadTarget<'a> = Option<(Kind, &'a ObjectRef)>;

/// Who calls, and the scope that the request acts on.
#[derive(Clone, Debug)]
pub struct Caller {
    /// `admin`, `function`, `signed link`, the id of a key, or nothing for public routes.
    pub name: String,
    /// The scope; public routes and those of the installation have none, nor do those that read
    /// all scopes for who may read them all.
    pub scope: Option<Scope>,
    /// What they may do there; nothing for public routes.
    pub permissions: Vec<Permission>,
    /// The newest revision of a class that connectors of the scope can have; 0 for none.
    pub classes_at: i64,
    /// What the request reads, where that was looked for along with the caller.
    pub subject: Option<Result<Object>>,
}

impl Caller {
    /// The same, who may do this.
    #[must_use]
    pub fn with(self, permissions: Vec<Permission>) -> Self {
        Self {
            permissions,
            ..self
        }
    }

    /// One without a scope.
    pub fn without_scope(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            scope: None,
            permissions: Vec::new(),
            classes_at: 0,
            subject: None,
        }
    }

    /// One that was let in along with what it reads.
    pub fn entered(name: String, entered: Entered, subject: ReadTarget<'_>) -> Self {
        let found = subject.map(|(kind, by)| {
            let missing = || Error::not_found(kind, by.to_string());
            entered.subject.ok_or_else(missing)
        });
        Self {
            name,
            scope: Some(entered.scope),
            permissions: Vec::new(),
            classes_at: entered.classes_at,
            subject: found,
        }
    }
}

/// The key of an id, when the secret is its own and it may still be used.
///
/// # Errors
/// [`Error::Unauthenticated`] without saying which of it is wrong.
pub fn key_holder<D: Database>(
    id: &str,
    secret: &str,
    store: &Store<D>,
    subject: ReadTarget<'_>,
) -> Result<Entered> {
    let uid = Uid::parse_hex(id).ok_or_else(bad_credential)?;
    let holder = live_key(uid, store, subject)?;
    let stored = holder.object.doc.get("hash").and_then(Value::as_str);
    if !is_key_secret(secret, stored.unwrap_or_default()) {
        return Err(bad_credential());
    }
    Ok(holder)
}

/// A key that is neither revoked nor expired.
///
/// # Errors
/// [`Error::Unauthenticated`] when there is none, and those of [`Store::enter`].
pub fn live_key<D: Database>(
    uid: Uid,
    store: &Store<D>,
    subject: ReadTarget<'_>,
) -> Result<Entered> {
    let holder = store.enter(Entry::Key(uid), subject)?;
    let holder = holder.ok_or_else(bad_credential)?;
    let time = |name: &str| {
        let text = holder.object.doc.get(name).and_then(Value::as_str);
        text.and_then(Timestamp::parse_rfc3339)
    };
    if time("revokedAt").is_some() {
        return Err(Error::Unauthenticated(
            "the key has been revoked: ask for another".to_owned(),
        ));
    }
    if time("expiresAt").is_some_and(|at| at <= Timestamp::now()) {
        return Err(Error::Unauthenticated(
            "the key has expired: ask for another".to_owned(),
        ));
    }
    Ok(holder)
}

/// What a key may do.
pub fn permissions(key: &Object) -> Vec<Permission> {
    let listed = key.doc.get("permissions").cloned().unwrap_or_default();
    serde_json::from_value(listed).unwrap_or_default()
}

/// Whether a text is the admin key. Where none is set, nothing is.
pub fn is_admin_key(text: &str, settings: &Settings) -> bool {
    let known = settings.admin_key.as_bytes();
    !known.is_empty() && bool::from(text.as_bytes().ct_eq(known))
}

fn bad_credential() -> Error {
    Error::Unauthenticated("the credential is not valid".to_owned())
}
