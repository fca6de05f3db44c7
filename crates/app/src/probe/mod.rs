//! Asks whether things work.

mod credential;
mod definitions;
mod fetch;
mod observe;
mod put_aside;
mod rounds;
mod send;
mod sweep;

use hub::command::{Outcome, Probe};
use hub::error::{Error, Result};
use hub::object::Kind;
use store::probes::Wanted;

use self::observe::Probing;
use crate::call::Call;
use crate::idempotency;
use crate::mutation::record_probing;
use crate::outbound::Outbound;

/// Carries out a command of the probe function.
///
/// # Errors
/// Those of the store and of the settings.
pub(crate) async fn perform<P: Outbound>(call: &Call<P>, command: Probe) -> Result<Outcome> {
    let probing = Probing {
        store: call.store.clone(),
        platform: call.platform.clone(),
        vault: &call.settings.vault,
        settings: call.platform.probe_settings().await?,
    };
    match command {
        Probe::Ready => {
            call.platform.ready(&call.store).await?;
            Ok(Outcome::Healthy)
        }
        Probe::Connector(by) => {
            let connector = call.store.object(call.scope()?.id, Kind::Connector, &by)?;
            let probed = sweep::now(&probing, connector).await?;
            record_probing(call, &idempotency::Probing::Probed(&probed)).await?;
            Ok(Outcome::Probed(probed))
        }
        Probe::StartRound(selector) => rounds::start(call, probing, &selector).await,
        Probe::GetRound(id) => rounds::get(call, probing, id),
        Probe::Sweep => {
            let scope = call.caller.scope.as_ref().map(|scope| scope.id);
            let swept = sweep::run(&probing, Wanted::Due(scope)).await?;
            record_probing(call, &idempotency::Probing::Swept(swept)).await?;
            Ok(Outcome::Swept(swept))
        }
        Probe::Changed => sweep::changed(&probing).await.map(Outcome::Swept),
        Probe::CheckClass(doc) => match prober::check::class(&doc) {
            Ok(()) => Ok(Outcome::Checked(Vec::new())),
            Err(Error::Invalid(faults)) => Ok(Outcome::Checked(faults)),
            Err(error) => Err(error),
        },
        Probe::Fetch(outgoing) => {
            let limit = call.settings.max_body_bytes;
            let fetched = fetch::fetch(&probing, &outgoing, limit).await;
            Ok(Outcome::FetchResult(fetched))
        }
    }
}
