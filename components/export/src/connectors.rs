//! Reads connectors and what belongs to them.

use front::Call;
use hub::command::{By, Outcome};
use hub::error::{Error, Result};
use hub::object::Kind;

/// One object.
pub async fn get(call: &Call, kind: Kind, by: By) -> Result<Outcome> {
    let found = call.store.object(call.scope()?.id, kind, &by).await?;
    found
        .map(Outcome::Found)
        .ok_or_else(|| Error::not_found(kind, by.to_string()))
}
