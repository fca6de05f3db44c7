//! Removes the classes of a scope.

use gateway::Call;
use hub::command::{ObjectRef, Outcome};
use hub::error::Result;
use hub::object::Kind;
use hub::plan::{Change, Plan};
use hub::time::Timestamp;

/// Removes a class that the scope has stored. The connectors of it stay, and one of the catalogue shows again.
pub async fn delete(call: &Call, name: String) -> Result<Outcome> {
    let class = call
        .store
        .object(call.scope()?.id, Kind::Class, &ObjectRef::Slug(name))?;
    call.store
        .commit(
            Plan::of(Change::delete(class, Timestamp::now())),
            &call.caller.name,
        )
        .await?;
    Ok(Outcome::Done)
}
