//! The application as an ordinary native server: hyper and rusqlite under the use cases, the
//! statements, the merge library and the dialects of the application (bench/README.md says why it
//! is so built).

mod database;
mod platform;
mod seed;
mod server;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::Parser;

use crate::database::Databases;

#[derive(Parser)]
#[command(about = "The native twin of the benchmark")]
struct Arguments {
    /// Where to listen.
    #[arg(long)]
    listen: SocketAddr,
    /// Where the data is kept. The keys that it answers to are in the file `keys` there, one a
    /// line.
    #[arg(long)]
    state_dir: PathBuf,
    /// How many keys, each of a scope of its own; the first is of the default scope.
    #[arg(long, default_value_t = 1)]
    keys: usize,
    /// How many connectors to begin with. A copy of the data is then put into the file `seed.db`
    /// there.
    #[arg(long, default_value_t = 0)]
    connectors: usize,
}

fn main() -> Result<()> {
    let Arguments {
        listen,
        state_dir,
        keys,
        connectors,
    } = Arguments::parse();
    std::fs::create_dir_all(&state_dir)?;
    let databases = Databases::create(state_dir.join("twin.db"))?;
    databases.name_scope()?;
    let keys = databases.create_keys(keys)?;
    std::fs::write(state_dir.join("keys"), keys.join("\n"))?;
    if connectors > 0 {
        futures::executor::block_on(seed::connectors(&databases, connectors))?;
        databases.copy_to(&state_dir.join("seed.db"))?;
    }
    server::serve(listen, &databases)
}
