//! Makes keys.

use gateway::{Call, signing_key};
use hub::command::{NewKey, Outcome};
use hub::error::{Error, Result};
use hub::id::random_bytes;
use hub::object::Kind;
use hub::plan::{Change, Plan};
use hub::scope::PUBLIC_KEY;
use hub::time::Timestamp;
use serde_json::{Value, json};
use store::secrets::hash_key_secret;

/// How long the secret of a key is, in bytes.
const SECRET_BYTES: usize = 32;

/// Makes a key of the scope. Its secret is told here and never again: only its hash is stored. One with a public key has no
/// secret.
pub async fn create(call: &Call, key: NewKey) -> Result<Outcome> {
    let mut doc = json!({
        "permissions": key.permissions,
        "description": key.description,
        "expiresAt": key.expires_at.map(Timestamp::rfc3339_millis),
        "revokedAt": null,
    });
    let secret = match &key.public_key {
        Some(public_key) => {
            signing_key::check(public_key)?;
            set(&mut doc, PUBLIC_KEY, public_key);
            None
        }
        None => {
            let secret = new_secret()?;
            set(&mut doc, "hash", &hash_key_secret(&secret));
            Some(secret)
        }
    };
    let name = key.description.unwrap_or_else(|| "key".to_owned());
    let change = Change::create(
        Kind::Key,
        call.scope()?.id,
        &name,
        doc,
        Default::default(),
        Timestamp::now(),
    )?;
    let object = change.object.clone();
    let committed = call
        .store
        .commit(Plan::of(change), &call.caller.name)
        .await?;
    if committed.is_empty() {
        return Err(Error::Internal("a key was not committed".to_owned()));
    }
    Ok(Outcome::NewKey(object, secret))
}

fn set(doc: &mut Value, name: &str, text: &str) {
    if let Some(members) = doc.as_object_mut() {
        members.insert(name.to_owned(), json!(text));
    }
}

fn new_secret() -> Result<String> {
    let bytes = random_bytes::<SECRET_BYTES>()?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
