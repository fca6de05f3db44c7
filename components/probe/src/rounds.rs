//! Many probes asked for at once, and how far they are.

use gateway::Call;
use hub::command::Outcome;
use hub::error::Result;
use hub::id::Uid;
use hub::probing::Selector;
use hub::time::Timestamp;

use crate::observe::Probing;
use crate::sweep;

/// Makes the selected connectors of the scope due, and begins.
///
/// # Errors
/// Those of the store.
pub async fn start(call: &Call, probing: Probing, selector: &Selector) -> Result<Outcome> {
    let scope = call.scope()?.id;
    let round = call
        .store
        .start_round(scope, selector, Timestamp::now())
        .await?;
    sweep::in_background(probing, scope);
    Ok(Outcome::Round(round, true))
}

/// How far it is. Who asks takes over what a lost instance left.
///
/// # Errors
/// [`hub::error::Error::NotFound`] when the scope has no such round.
pub fn get(call: &Call, probing: Probing, id: Uid) -> Result<Outcome> {
    let scope = call.scope()?.id;
    let round = call.store.round(scope, id)?;
    if round.pending > 0 {
        sweep::in_background(probing, scope);
    }
    Ok(Outcome::Round(round, false))
}
