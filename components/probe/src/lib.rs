//! The probe function: asks whether things work.

mod definitions;
mod held;
mod observe;
mod outside;
mod rounds;
mod send;
mod settings;
mod sweep;

use gateway::Call;
use hub::command::{Outcome, Probe};
use hub::error::{Error, Result};
use hub::object::Kind;
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;
use store::probes::Wanted;

use crate::observe::Probing;
use crate::settings::Settings;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    gateway::serve(request, run).await
}

async fn run(call: Call, command: Probe) -> Result<Outcome> {
    let probing = Probing {
        store: call.store.clone(),
        config: call.config,
        settings: Settings::get().await?,
    };
    match command {
        Probe::Ready => call.store.ready().await.map(|()| Outcome::Healthy),
        Probe::Connector(by) => {
            let connector = call.store.object(call.scope()?.id, Kind::Connector, &by)?;
            sweep::now(&probing, connector).await.map(Outcome::Probed)
        }
        Probe::StartRound(selector) => rounds::start(&call, probing, &selector).await,
        Probe::GetRound(id) => rounds::get(&call, probing, id),
        Probe::Sweep => {
            let scope = call.caller.scope.as_ref().map(|scope| scope.id);
            sweep::run(&probing, Wanted::Due(scope))
                .await
                .map(Outcome::Swept)
        }
        Probe::Changed => sweep::changed(&probing).await.map(Outcome::Swept),
        Probe::CheckClass(doc) => match prober::check::class(&doc) {
            Ok(()) => Ok(Outcome::Checked(Vec::new())),
            Err(Error::Invalid(faults)) => Ok(Outcome::Checked(faults)),
            Err(error) => Err(error),
        },
        Probe::Fetch(outgoing) => {
            let exchanged = outside::exchange(&probing, &outgoing).await;
            Ok(Outcome::FetchResult(exchanged))
        }
    }
}
