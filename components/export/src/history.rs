//! Reads the log of revisions.

use gateway::Call;
use hub::command::Outcome;
use hub::error::Result;
use hub::history::Query;

/// What was done to the objects of the scope.
pub fn read(call: &Call, query: &Query) -> Result<Outcome> {
    let history = call.store.scope_history(call.scope()?.id, query)?;
    Ok(Outcome::History(history))
}
