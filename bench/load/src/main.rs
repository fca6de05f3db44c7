//! Drives the application, its native twin and the floor in turn, and prints how they compare.

mod client;
mod memory;
mod report;
mod round;
mod scenarios;
mod server;
mod sweep;
mod tools;

use std::time::Duration;

use anyhow::Result;
use clap::Parser;

use crate::report::Comparison;
use crate::scenarios::{SCENARIOS, Scenario};
use crate::server::{Server, Servers};
use crate::sweep::Swept;

/// How many clients there are at the same time.
const CLIENTS: [usize; 3] = [1, 16, 64];

#[derive(Parser)]
#[command(about = "The load generator of the benchmark")]
struct Arguments {
    /// The address of the application.
    #[arg(long)]
    patchbay: String,
    /// The key that the application answers to.
    #[arg(long)]
    patchbay_key: String,
    /// The address of the native twin.
    #[arg(long)]
    twin: String,
    /// The key that the twin answers to.
    #[arg(long)]
    twin_key: String,
    /// The address of the component that only says hello.
    #[arg(long)]
    hello: String,
    /// How long each is measured in each row of the table.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// In how many rounds, in which all of them have their turn.
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Compare the sweep instead, for which the processes of both servers are given.
    #[arg(long, num_args = 2, value_names = ["PATCHBAY", "TWIN"])]
    sweep: Vec<u32>,
    /// Only these scenarios.
    scenarios: Vec<String>,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let servers = Servers {
        patchbay: Server::new(&arguments.patchbay, &arguments.patchbay_key)?,
        twin: Server::new(&arguments.twin, &arguments.twin_key)?,
        hello: Server::new(&arguments.hello, "")?,
    };
    let rounds = arguments.rounds.max(1);
    if let [patchbay, twin] = *arguments.sweep {
        let swept = |server: Server, process| Swept { server, process };
        return sweep::compare(
            &swept(servers.patchbay, patchbay),
            &swept(servers.twin, twin),
            rounds,
        )
        .await;
    }
    let time = Duration::from_secs(arguments.seconds.max(1)) / rounds;
    let mut comparisons = Vec::new();
    let chosen = |scenario: &&Scenario| {
        let names = &arguments.scenarios;
        names.is_empty() || names.iter().any(|name| name == scenario.name)
    };
    for scenario in SCENARIOS.iter().filter(chosen) {
        comparisons.extend(compare(scenario, &servers, rounds, time).await?);
    }
    report::print(&comparisons);
    Ok(())
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
