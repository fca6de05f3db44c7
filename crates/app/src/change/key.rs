//! Ends keys.

use hub::command::ObjectRef;
use hub::error::Result;
use hub::id::Uid;
use hub::object::Kind;
use hub::plan::{Change, Plan};
use hub::time::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::mutation::{Mutated, Mutation};
use crate::ports::Platform;

/// Revokes a key for good. It stays in the list, so that the log can be read later. Revoking it
/// again changes nothing.
pub(crate) struct RevokeKey(pub Uid);

impl Mutation for RevokeKey {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        let by = ObjectRef::Uid(self.0);
        let key = call.store.object(call.scope()?.id, Kind::Key, &by)?;
        if key.doc.get("revokedAt").is_some_and(Value::is_string) {
            return Ok(Mutated::done(Plan::default()));
        }
        let mut doc = key.doc.clone();
        if let Some(members) = doc.as_object_mut() {
            members.insert("revokedAt".to_owned(), json!(now.rfc3339_millis()));
        }
        Ok(Mutated::done(Plan::of(Change::update(key, doc, now))))
    }
}
