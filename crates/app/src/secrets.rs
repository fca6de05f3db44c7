//! Secrets that are objects of their own.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::{Object, ScopeId};
use hub::secret::{Clear, MASK};
use serde_json::{Value, json};
use store::secrets::Vault;

/// Seals the entries of a secret's document. A mask stands for the value that is stored, and a
/// value that is stored already stays as it is sealed, so that writing the same again changes
/// nothing.
///
/// # Errors
/// [`Error::Invalid`] when entries change that were said to be immutable; those of
/// [`store::secrets::Vault::seal`].
pub(crate) fn seal(
    vault: &Vault,
    scope: ScopeId,
    doc: &mut Value,
    current: Option<&Object>,
) -> Result<()> {
    let stored = current.and_then(|current| current.doc.get("data"));
    let entries = doc.get_mut("data").and_then(Value::as_object_mut);
    for (name, value) in entries.into_iter().flatten() {
        let given = Clear::new(value.as_str().unwrap_or_default());
        let sealed = stored
            .and_then(|stored| stored.get(name))
            .and_then(Value::as_str);
        let stays = |sealed: &&str| {
            given.expose() == MASK
                || vault
                    .open(scope, name, sealed)
                    .is_ok_and(|stored| stored == given)
        };
        *value = match sealed.filter(stays) {
            Some(sealed) => json!(sealed),
            None => json!(vault.seal(scope, name, &given)?),
        };
    }
    let is_immutable =
        current.is_some_and(|current| current.doc.get("immutable") == Some(&json!(true)));
    if is_immutable && doc.get("data") != stored {
        let message = "Forbidden: field is immutable when `immutable` is set";
        return Err(Error::field(FieldError::new(
            "data",
            FieldCode::Forbidden,
            message,
        )));
    }
    Ok(())
}

/// Whether an entry of a secret is stored with that value.
pub(crate) fn is_stored(vault: &Vault, secret: &Object, entry: &str, value: &str) -> bool {
    let sealed = secret
        .doc
        .get("data")
        .and_then(|data| data.get(entry)?.as_str());
    let stored = sealed.map(|sealed| vault.open(secret.scope, entry, sealed));
    stored.is_some_and(|stored| stored.is_ok_and(|stored| stored == Clear::new(value)))
}
