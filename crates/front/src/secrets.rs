//! What is kept secret: the secret object of a connector, which changes in the same plan as the connector, and secrets that
//! are objects of their own.

use hub::connector::Secrets;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Claim};
use hub::secret::{Clear, MASK};
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

use crate::Call;

/// What becomes of the secret object `owned` of a connector that is to hold `secrets`: entries that stay are copied as they
/// are sealed, new ones are sealed, the others are dropped. None when nothing is to be done.
///
/// # Errors
/// Those of [`store::secrets::Vault::seal`].
pub fn change(
    call: &Call,
    connector: &Object,
    owned: Option<Object>,
    secrets: &Secrets,
    now: Timestamp,
) -> Result<Option<Change>> {
    let mut data = Map::new();
    let sealed = owned.as_ref().and_then(|owned| owned.doc.get("data"));
    for (entry, value) in sealed.and_then(Value::as_object).into_iter().flatten() {
        if secrets.kept.contains(entry) {
            data.insert(entry.clone(), value.clone());
        }
    }
    for (entry, value) in &secrets.new {
        let value = call.config.vault.seal(connector.scope, entry, value)?;
        data.insert(entry.clone(), json!(value));
    }
    let doc = json!({"data": data});
    Ok(match owned {
        Some(owned) if data.is_empty() => Some(Change::delete(owned, now)),
        Some(owned) if owned.doc == doc => None,
        Some(owned) => Some(Change::update(owned, doc, now)),
        None if data.is_empty() => None,
        None => {
            let (kind, scope, name) = (Kind::Secret, connector.scope, &connector.name);
            let mut change = Change::create(kind, scope, name, doc, Claim::Nothing, now)?;
            change.object.parent = Some(connector.uid);
            Some(change)
        }
    })
}

/// Seals the entries of a secret's document. A mask stands for the value that is stored, and a value that is stored already
/// stays as it is sealed, so that writing the same again changes nothing.
///
/// # Errors
/// [`Error::Invalid`] when entries change that were said to be immutable; those of [`store::secrets::Vault::seal`].
pub fn seal(call: &Call, scope: ScopeId, doc: &mut Value, current: Option<&Object>) -> Result<()> {
    let vault = &call.config.vault;
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
            FieldCode::Immutable,
            message,
        )));
    }
    Ok(())
}
