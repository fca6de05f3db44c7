//! `patchbay-host`: runs this application's spin.toml where Spin is not installed.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "it runs natively, where a panic ends one request"
)]

mod allowed_hosts;
mod app;
mod bindings;
mod blocked_networks;
mod clock;
mod compose;
mod database;
mod engine;
mod guest;
mod instances;
mod key_value;
mod key_value_store;
mod linker;
mod manifest;
mod outbound;
mod response;
mod routes;
mod runtime_config;
mod server;
mod sqlite;
mod tls;
mod variables;

use std::{
    collections::HashMap, env, net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result};
use clap::Parser;
use tokio::{net::TcpListener, runtime::Runtime};

use crate::{
    app::{App, AppSource},
    blocked_networks::BlockedNetworks,
    guest::Files,
    manifest::Manifest,
    variables::Variables,
};

/// How long statements that run on blocking threads may hold up the exit.
const LAST_STATEMENTS: Duration = Duration::from_secs(6);

/// Runs a spin.toml as Spin would, as far as this application needs it.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// The application's manifest.
    #[arg(long, default_value = "spin.toml")]
    from: PathBuf,
    /// The address to listen on; port 0 takes a free one, which the first line of output names.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// The folder of the databases [default: .spin next to the manifest].
    #[arg(long)]
    state_dir: Option<PathBuf>,
    /// The folder of compiled components [default: target/patchbay-host next to the manifest].
    #[arg(long)]
    cache_dir: Option<PathBuf>,
    /// Spin's runtime configuration; only `[outbound_networking] block_networks` is known.
    #[arg(long)]
    runtime_config_file: Option<PathBuf>,
    /// Sets a variable of the application; may be given several times.
    #[arg(long = "variable", value_name = "NAME=VALUE", value_parser = name_and_value)]
    variables: Vec<(String, String)>,
    /// A certificate chain in PEM, for HTTPS.
    #[arg(long, requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Its private key in PEM.
    #[arg(long, requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Has the application do what is due this often, in seconds, with its variable admin_key:
    /// take up jobs that were left, and probe; 0 for never.
    #[arg(long, default_value_t = 0)]
    sweep_seconds: u64,
    /// How many seconds requests in flight may take after SIGINT or SIGTERM; a second signal ends
    /// them at once.
    #[arg(long, default_value_t = 10)]
    shutdown_seconds: u64,
}

fn name_and_value(argument: &str) -> Result<(String, String), String> {
    let (name, value) = argument.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: Options) -> Result<()> {
    let runtime = Runtime::new()?;
    let result = runtime.block_on(serve(options));
    runtime.shutdown_timeout(LAST_STATEMENTS);
    result
}

async fn serve(options: Options) -> Result<()> {
    let folder = options.from.parent().map(PathBuf::from).unwrap_or_default();
    let cache = options
        .cache_dir
        .clone()
        .unwrap_or_else(|| folder.join("target").join("patchbay-host"));
    let patience = Duration::from_secs(options.shutdown_seconds);
    let listen = options.listen;
    let tls = match (&options.tls_cert, &options.tls_key) {
        (Some(certificates), Some(key)) => Some(tls::acceptor(certificates, key)?),
        _ => None,
    };

    // Bound before the components are compiled, so that a taken port is known at once.
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("listening on {listen}"))?;
    let every = Duration::from_secs(options.sweep_seconds);
    let source = source(options, folder)?;
    let app = Arc::new(App::load(&engine::engine(&cache)?, &source)?);
    if !every.is_zero() {
        let key = source.variables.expand("{{ admin_key }}")?;
        drop(tokio::spawn(clock::run(Arc::clone(&app), every, key)));
    }
    server::serve(app, listener, tls, patience).await
}

fn source(options: Options, folder: PathBuf) -> Result<AppSource> {
    let manifest = Manifest::read(&options.from)?;
    let blocked = match &options.runtime_config_file {
        Some(file) => runtime_config::read(file)?,
        None => BlockedNetworks::default(),
    };
    let given: HashMap<String, String> = options.variables.into_iter().collect();
    let dotenv = variables::read_dotenv(&folder.join(".env"))?;
    let variables = Variables::resolve(
        &manifest.variables,
        &given,
        |name| env::var(name).ok(),
        &dotenv,
    )?;
    let files = Files::new(&options.state_dir.unwrap_or_else(|| folder.join(".spin")))?;
    Ok(AppSource {
        manifest,
        folder,
        variables,
        files,
        blocked,
    })
}
