//! Many probes asked for at once, and how far they are.

use hub::command::Outcome;
use hub::error::Result;
use hub::id::Uid;
use hub::probing::Selector;
use hub::time::Timestamp;

use super::observe::Probing;
use super::sweep;
use crate::call::Call;
use crate::idempotency;
use crate::mutation::record_probing;
use crate::outbound::Outbound;

/// Makes the selected connectors of the scope due, and begins. A round that is asked for again
/// under one idempotency key is the same, even where the first request was lost before it was
/// recorded.
///
/// # Errors
/// Those of the store.
pub(super) async fn start<P: Outbound>(
    call: &Call<P>,
    probing: Probing<P>,
    selector: &Selector,
) -> Result<Outcome> {
    let scope = call.scope()?.id;
    let now = Timestamp::now();
    let id = match &call.idempotency {
        Some(idempotency) => idempotency.derived_id(),
        None => Uid::new(now)?,
    };
    let round = call.store.start_round(id, scope, selector, now).await?;
    record_probing(call, &idempotency::Probing::Round(id)).await?;
    sweep::in_background(probing, scope);
    Ok(Outcome::Round(round, true))
}

/// How far it is. Who asks takes over what a lost instance left.
///
/// # Errors
/// [`hub::error::Error::NotFound`] when the scope has no such round.
pub(super) fn get<P: Outbound>(call: &Call<P>, probing: Probing<P>, id: Uid) -> Result<Outcome> {
    let scope = call.scope()?.id;
    let round = call.store.round(scope, id)?;
    if round.pending > 0 {
        sweep::in_background(probing, scope);
    }
    Ok(Outcome::Round(round, false))
}
