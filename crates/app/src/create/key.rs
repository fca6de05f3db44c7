//! Makes keys.

use hub::command::NewKey;
use hub::error::{Error, Result};
use hub::id::random_bytes;
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::PUBLIC_KEY;
use hub::time::Timestamp;
use serde_json::{Value, json};
use store::secrets::hash_key_secret;

use crate::answer::Answer;
use crate::call::Call;
use crate::mutation::{Mutated, Mutation};
use crate::ports::Platform;
use crate::signing_key;

/// How long the secret of a key is, in bytes.
const SECRET_BYTES: usize = 32;

/// A key of the scope. Its secret is told in the answer, and again only to who repeats the request
/// under its idempotency key: only its hash is stored. One with a public key has no secret.
pub(crate) struct CreateKey {
    key: NewKey,
    secret: Option<String>,
}

impl CreateKey {
    /// A key with a secret of its own.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the public key is none, [`Error::Internal`] when the host has no
    /// randomness to give.
    pub(crate) fn new(key: NewKey) -> Result<Self> {
        let secret = match &key.public_key {
            Some(public_key) => {
                signing_key::check(public_key)?;
                None
            }
            None => Some(new_secret()?),
        };
        Ok(Self { key, secret })
    }
}

impl Mutation for CreateKey {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        let Self { key, secret } = self;
        let mut doc = json!({
            "permissions": key.permissions,
            "description": key.description,
            "expiresAt": key.expires_at.map(Timestamp::rfc3339_millis),
            "revokedAt": null,
        });
        match (&key.public_key, secret) {
            (Some(public_key), _) => set(&mut doc, PUBLIC_KEY, public_key),
            (None, Some(secret)) => set(&mut doc, "hash", &hash_key_secret(secret)),
            (None, None) => return Err(Error::Internal("a key without a secret".to_owned())),
        }
        let (kind, scope) = (Kind::Key, call.scope()?.id);
        let name = key.description.as_deref().unwrap_or("key");
        let change = Change::create(kind, scope, name, doc, Uniqueness::None, now)?;
        Ok(Mutated {
            plan: Plan::of(change),
            answer: Answer::Key(secret.clone()),
        })
    }
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
