//! `cargo xtask`: prepares, runs, tests and measures the project. Every command installs what it
//! needs.

mod bench;
mod checks;
mod components;
mod host;
mod keys;
mod packages;
mod port;
mod process;
mod routes;
mod suites;
mod toolchain;
mod up;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

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
    /// Runs everything that checks the project, or, where PATCHBAY_URL and PATCHBAY_ADMIN_KEY are
    /// set, the black-box suites against that deployment.
    Test(TestArguments),
    /// Formats the Rust and the Python code.
    Format,
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
    /// Where the data is kept [default: .spin at the root of the repository].
    #[arg(long)]
    state_dir: Option<PathBuf>,
    /// Spin's runtime configuration [default: deploy/runtime-config.toml, which keeps all
    /// functions from private networks].
    #[arg(long)]
    runtime_config_file: Option<PathBuf>,
}

/// What `test` takes.
#[derive(clap::Args)]
struct TestArguments {
    /// Only these suites: folders or files of tests/, or paths from here; `FILE::TEST` for one
    /// test.
    suites: Vec<String>,
    /// What pytest gets besides, after `--`.
    #[arg(last = true)]
    pytest: Vec<String>,
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

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    host::end_with_us()?;
    match task {
        Task::Up(arguments) => up::run(&arguments),
        Task::Test(arguments) => suites::run(&arguments),
        Task::Format => checks::format(),
        Task::Bench(arguments) => bench::run(&arguments),
        Task::Routes => routes::print(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_follows_two_dashes_is_for_pytest() {
        let given = ["xtask", "test", "docs", "--", "-k", "operations"];
        let Task::Test(arguments) = Arguments::try_parse_from(given).unwrap().task else {
            panic!("it is a test");
        };
        assert_eq!(arguments.suites, ["docs"]);
        assert_eq!(arguments.pytest, ["-k", "operations"]);
    }
}
