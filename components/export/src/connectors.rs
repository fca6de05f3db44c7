//! Reads connectors and what belongs to them.

use front::Call;
use hub::command::{By, Outcome};
use hub::error::Result;
use hub::object::Kind;

/// One object.
pub fn get(call: &Call, kind: Kind, by: &By) -> Result<Outcome> {
    call.store
        .object(call.scope()?.id, kind, by)
        .map(Outcome::Found)
}
