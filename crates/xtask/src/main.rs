//! `cargo xtask`: prepares, runs, tests and measures the project. Every command installs what it needs.

mod bench;
mod components;
mod host;
mod packages;
mod process;
mod routes;
mod suites;
mod toolchain;
mod up;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Prepares, runs, tests and measures Patchbay"
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the components and serves the application.
    Up(UpArguments),
    /// Runs everything that checks the project, or, where PATCHBAY_URL is set, the black-box suites against that
    /// deployment.
    Test {
        /// Only the suites in these folders of tests/, or tests as pytest names them.
        suites: Vec<String>,
    },
    /// Measures the application against its native twin, and prints ratios.
    Bench(BenchArguments),
    /// Prints the route table as JSON.
    Routes,
}

/// What `up` takes.
#[derive(clap::Args)]
struct UpArguments {
    /// What runs the application; by default Spin 4 where it is installed, else the local host.
    #[arg(long)]
    host: Option<HostKind>,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Where the data is kept.
    #[arg(long, default_value = ".spin")]
    state_dir: PathBuf,
    /// Spin's runtime configuration. The default keeps all functions from private networks.
    #[arg(long, default_value = host::RUNTIME_CONFIG)]
    runtime_config_file: PathBuf,
}

/// What `bench` takes.
#[derive(clap::Args)]
struct BenchArguments {
    /// What runs the application; by default Spin 4 where it is installed, else the local host.
    #[arg(long)]
    host: Option<HostKind>,
    /// How long each server is measured in each row of the table.
    #[arg(long, default_value_t = 10)]
    seconds: u32,
    /// Only these scenarios, by their names in the table.
    scenarios: Vec<String>,
}

/// What can run the application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum HostKind {
    /// Spin.
    Spin,
    /// The host of this repository, crates/host.
    Local,
}

fn main() -> Result<()> {
    host::end_with_us()?;
    match Arguments::parse().task {
        Task::Up(arguments) => up::run(&arguments),
        Task::Test { suites } => suites::run(&suites),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Routes => routes::print(),
    }
}
