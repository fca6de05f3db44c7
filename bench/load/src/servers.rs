//! The servers that are compared, and what is laid out in them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use http::{Method, StatusCode};

use crate::client::Call;
use crate::round::{self, Round};
use crate::scenarios::Scenario;
use crate::server::Server;

/// The numbers of requests. No two of a run are equal, so that names that follow from them are new.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

fn number() -> u64 {
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

/// All of them.
pub(crate) struct Servers {
    /// The application.
    pub patchbay: Server,
    /// Its native twin.
    pub twin: Server,
    /// A component that only says hello, on the application's host.
    pub hello: Server,
}

/// A server that has what a scenario needs, and the names of it.
struct Prepared<'s> {
    server: &'s Server,
    subjects: Vec<String>,
}

/// The servers, ready for a scenario.
pub(crate) struct Ready<'s> {
    scenario: &'static Scenario,
    patchbay: Prepared<'s>,
    twin: Option<Prepared<'s>>,
    hello: &'s Server,
}

/// What the servers did in one round, one after the other.
pub(crate) struct Rounds {
    /// The application.
    pub patchbay: Round,
    /// The twin, where it has the operation.
    pub twin: Option<Round>,
    /// The floor.
    pub hello: Round,
}

impl Servers {
    /// Lays out what a scenario needs.
    pub(crate) async fn prepare(&self, scenario: &'static Scenario) -> Result<Ready<'_>> {
        let twin = if scenario.aim.is_some() {
            Some(prepare(&self.twin, scenario).await?)
        } else {
            None
        };
        Ok(Ready {
            scenario,
            patchbay: prepare(&self.patchbay, scenario).await?,
            twin,
            hello: &self.hello,
        })
    }
}

async fn prepare<'s>(server: &'s Server, scenario: &Scenario) -> Result<Prepared<'s>> {
    let mut client = server.connect().await?;
    let mut subjects = Vec::new();
    for _ in 0..scenario.subjects {
        let call = (scenario.create_subject)(number());
        let answer = client.ask(call).await?;
        let body: serde_json::Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        match (scenario.subject_of)(&body) {
            Some(subject) if answer.status.is_success() => subjects.push(subject),
            _ => bail!("{}: {} {body}", scenario.name, answer.status),
        }
    }
    let prepared = Prepared { server, subjects };
    // A benchmark of errors is worth nothing.
    let answer = client.ask(prepared.call(scenario)).await?;
    if answer.status != scenario.expected {
        let body = String::from_utf8_lossy(&answer.body);
        bail!("{}: {} {body}", scenario.name, answer.status);
    }
    Ok(prepared)
}

impl Prepared<'_> {
    fn call(&self, scenario: &Scenario) -> Call {
        let number = number();
        let index = usize::try_from(number).unwrap_or_default();
        let subject = index
            .checked_rem(self.subjects.len())
            .and_then(|index| self.subjects.get(index));
        (scenario.call)(number, subject.map_or("", String::as_str))
    }
}

impl Ready<'_> {
    /// Gives each server its turn, right after one another, so that they share what else the
    /// machine is doing.
    pub(crate) async fn round(&self, clients: usize, time: Duration) -> Result<Rounds> {
        let twin = match &self.twin {
            Some(twin) => Some(self.measure(twin, clients, time).await?),
            None => None,
        };
        let greet = || Call::new(Method::GET, "/".to_owned(), None);
        Ok(Rounds {
            patchbay: self.measure(&self.patchbay, clients, time).await?,
            twin,
            hello: round::run(self.hello, clients, time, StatusCode::OK, &greet).await?,
        })
    }

    async fn measure(
        &self,
        prepared: &Prepared<'_>,
        clients: usize,
        time: Duration,
    ) -> Result<Round> {
        let call = || prepared.call(self.scenario);
        round::run(
            prepared.server,
            clients,
            time,
            self.scenario.expected,
            &call,
        )
        .await
    }
}
