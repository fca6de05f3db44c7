//! Reads scopes.

use gateway::Call;
use hub::command::Outcome;
use hub::error::Result;

/// All of them.
pub fn list(call: &Call) -> Result<Outcome> {
    call.store.scopes().map(Outcome::Scopes)
}
