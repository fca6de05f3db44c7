//! Ends keys.

use gateway::Call;
use hub::command::{ObjectRef, Outcome};
use hub::error::Result;
use hub::id::Uid;
use hub::object::Kind;
use hub::plan::{Change, Plan};
use hub::time::Timestamp;
use serde_json::json;

/// Revokes a key for good. It stays in the list, so that the log can be read later. Revoking it again changes nothing.
pub async fn revoke(call: &Call, uid: Uid) -> Result<Outcome> {
    let key = call
        .store
        .object(call.scope()?.id, Kind::Key, &ObjectRef::Uid(uid))?;
    if key
        .doc
        .get("revokedAt")
        .is_some_and(serde_json::Value::is_string)
    {
        return Ok(Outcome::Done);
    }
    let now = Timestamp::now();
    let mut doc = key.doc.clone();
    if let Some(members) = doc.as_object_mut() {
        members.insert("revokedAt".to_owned(), json!(now.rfc3339_millis()));
    }
    call.store
        .commit(Plan::of(Change::update(key, doc, now)), &call.caller.name)
        .await?;
    Ok(Outcome::Done)
}
