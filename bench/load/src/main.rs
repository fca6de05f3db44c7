//! Drives the application, its native twin and the floor in turn, and prints how they compare.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "it runs natively, on what it counts itself"
)]

mod client;
mod cpu;
mod jobs;
mod memory;
mod report;
mod round;
mod scenarios;
mod server;
mod servers;
mod sweep;
mod tools;

use std::time::Duration;

use anyhow::{Context, Result};
use clap::Parser;

use crate::jobs::Host;
use crate::report::Comparison;
use crate::scenarios::{SCENARIOS, Scenario};
use crate::server::Server;
use crate::servers::Servers;
use crate::sweep::Swept;

/// How many clients there are at the same time.
const CLIENTS: [usize; 3] = [1, 16, 64];

#[derive(Parser)]
#[command(about = "The load generator of the benchmark")]
struct Arguments {
    /// The address of the application.
    #[arg(long)]
    patchbay: String,
    /// A key of the application, and keys of scopes with nothing in them.
    #[arg(long, required = true)]
    patchbay_key: Vec<String>,
    /// The process of the application.
    #[arg(long)]
    patchbay_process: u32,
    /// The address of the native twin.
    #[arg(long)]
    twin: String,
    /// A key of the twin, and keys of scopes with nothing in them.
    #[arg(long, required = true)]
    twin_key: Vec<String>,
    /// The process of the twin.
    #[arg(long)]
    twin_process: u32,
    /// The address of the component that only says hello.
    #[arg(long)]
    hello: String,
    /// How long each is measured in each row of the table.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// In how many rounds, in which all of them have their turn.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Compare the sweep instead.
    #[arg(long)]
    sweep: bool,
    /// Only these scenarios.
    scenarios: Vec<String>,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let (patchbay_key, patchbay_scopes) = first(&arguments.patchbay_key)?;
    let (twin_key, twin_scopes) = first(&arguments.twin_key)?;
    let servers = Servers {
        patchbay: Server::new(&arguments.patchbay, patchbay_key)?,
        twin: Server::new(&arguments.twin, twin_key)?,
        hello: Server::new(&arguments.hello, "")?,
    };
    let rounds = arguments.rounds.max(1);
    if arguments.sweep {
        let swept = |server: Server, process| Swept { server, process };
        return sweep::compare(
            &swept(servers.patchbay, arguments.patchbay_process),
            &swept(servers.twin, arguments.twin_process),
            rounds,
        )
        .await;
    }
    let time = Duration::from_secs(arguments.seconds.max(1)) / rounds;
    let names = &arguments.scenarios;
    let is_chosen = |name: &str| names.is_empty() || names.iter().any(|known| known == name);
    let mut comparisons = Vec::new();
    for scenario in SCENARIOS.iter().filter(|known| is_chosen(known.name)) {
        comparisons.extend(compare(scenario, &servers, rounds, time).await?);
    }
    if !comparisons.is_empty() {
        report::print(&comparisons);
    }
    if is_chosen(scenarios::jobs::NAME) {
        let host = |server, process, keys| Host {
            server,
            process,
            keys,
        };
        let patchbay = host(
            &servers.patchbay,
            arguments.patchbay_process,
            patchbay_scopes,
        );
        let twin = host(&servers.twin, arguments.twin_process, twin_scopes);
        report::print_jobs(&jobs::compare(&patchbay, &twin).await?);
    }
    Ok(())
}

fn first(keys: &[String]) -> Result<(&str, &[String])> {
    let (first, rest) = keys.split_first().context("no key")?;
    Ok((first, rest))
}

/// A scenario at every number of clients.
async fn compare(
    scenario: &'static Scenario,
    servers: &Servers,
    rounds: u32,
    time: Duration,
) -> Result<Vec<Comparison>> {
    let servers = servers.prepare(scenario).await?;
    let mut comparisons = Vec::new();
    for clients in CLIENTS {
        eprintln!("==> {}, {clients} at a time", scenario.name);
        let mut comparison = Comparison::new(scenario, clients);
        for _ in 0..rounds {
            comparison.rounds.push(servers.round(clients, time).await?);
        }
        comparisons.push(comparison);
    }
    Ok(comparisons)
}
