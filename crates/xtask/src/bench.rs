//! `cargo xtask bench`

mod sweep;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use hub::scope::DEFAULT_SCOPE;
use serde_json::{Value, json};

use crate::host::{MANIFEST, RUNTIME_CONFIG, Running, choose, serve};
use crate::keys::admin_key;
use crate::process::{command, run as run_program, say, target};
use crate::toolchain::Toolchain;
use crate::{BenchArguments, HostKind, components, port};

/// The profile of native programs that are built for speed, as the twin must be.
const NATIVE: &str = "host";
/// How many keys the servers get: one for requests, and one for each of the scopes in which jobs
/// are measured (bench/load).
const KEYS: usize = 13;

/// Builds everything, starts the application, its native twin and the floor, and has the load
/// generator compare them.
///
/// # Errors
/// When something does not build or start, or does not answer as it should.
pub(crate) fn run(arguments: &BenchArguments) -> Result<()> {
    let kind = choose(arguments.host)?;
    build()?;
    let state_dir = target()?.join(format!("bench/{}", std::process::id()));
    let result = match arguments.scenarios.as_slice() {
        [only] if only == sweep::NAME => sweep::compare(arguments, kind, &state_dir),
        _ => compare(arguments, kind, &state_dir),
    };
    if result.is_ok() {
        fs::remove_dir_all(&state_dir)?;
    }
    result
}

fn build() -> Result<()> {
    let toolchain = Toolchain::prepare()?;
    components::build(&toolchain)?;
    say("building the benchmark");
    components::build_packages(&toolchain, &["bench-hello"])?;
    let native = [
        "build",
        "--profile",
        NATIVE,
        "--package",
        "bench-twin",
        "--package",
        "bench-load",
    ];
    run_program(&mut command("cargo", &native))
}

fn compare(arguments: &BenchArguments, kind: HostKind, state_dir: &Path) -> Result<()> {
    say("starting the application, its twin and the floor");
    let patchbay = Served::application(kind, MANIFEST, &state_dir.join("patchbay"))?;
    patchbay.name_scope()?;
    let hello = Served::application(kind, "bench/hello/spin.toml", &state_dir.join("hello"))?;
    let twin = Served::twin(&state_dir.join("twin"), &["--keys", &KEYS.to_string()])?;
    let load = [
        ("--patchbay", patchbay.url.clone()),
        ("--patchbay-process", patchbay.running.id().to_string()),
        ("--twin", twin.url.clone()),
        ("--twin-process", twin.running.id().to_string()),
        ("--hello", hello.url),
        ("--seconds", arguments.seconds.to_string()),
    ];
    let patchbay_keys = patchbay.create_keys()?.into_iter();
    let twin_keys = fs::read_to_string(twin.state_dir.join("keys"))?;
    let keys = patchbay_keys.map(|key| ("--patchbay-key", key));
    let keys = keys.chain(twin_keys.lines().map(|key| ("--twin-key", key.to_owned())));
    say("measuring");
    let load = load.into_iter().chain(keys);
    let load = load.flat_map(|(name, value)| [name.to_owned(), value]);
    let mut generator = native("bench-load")?;
    run_program(generator.args(load).args(&arguments.scenarios))
}

/// A program of the benchmark.
fn native(program: &str) -> Result<Command> {
    Ok(command(target()?.join(NATIVE).join(program), &[]))
}

/// A server that runs until this is dropped.
struct Served {
    url: String,
    state_dir: PathBuf,
    running: Running,
}

impl Served {
    fn application(kind: HostKind, manifest: &str, state_dir: &Path) -> Result<Self> {
        Self::start(state_dir, |listen| {
            let mut serve = serve(kind, manifest, listen, state_dir, RUNTIME_CONFIG.as_ref())?;
            // Whoever measures asks more often than clients of SailPoint may.
            serve.env("SPIN_VARIABLE_RATE_LIMIT", "0");
            Ok(serve)
        })
    }

    fn twin(state_dir: &Path, more: &[&str]) -> Result<Self> {
        Self::start(state_dir, |listen| {
            let mut twin = native("bench-twin")?;
            twin.arg("--listen").arg(listen.to_string());
            twin.arg("--state-dir").arg(state_dir).args(more);
            Ok(twin)
        })
    }

    fn start(state_dir: &Path, serve: impl FnOnce(SocketAddr) -> Result<Command>) -> Result<Self> {
        fs::create_dir_all(state_dir)?;
        let listen = port::free()?;
        let log = state_dir.join("log");
        let running = Running::start_logged(&mut serve(listen)?, listen, &log)?;
        Ok(Self {
            url: format!("http://{listen}"),
            state_dir: state_dir.to_owned(),
            running,
        })
    }

    /// Gives the default scope of the application the names by which paths call it. The twin's has
    /// them already.
    fn name_scope(&self) -> Result<()> {
        let names = include_str!("../../../bench/scope.json");
        self.send(ureq::put(format!("{}/v1/scopes/default", self.url)), names)?;
        Ok(())
    }

    /// Keys of the application: one of the default scope and the others of new scopes. What other
    /// clients have, and what the twin looks up as well.
    fn create_keys(&self) -> Result<Vec<String>> {
        let mut keys = vec![self.create_key(DEFAULT_SCOPE)?];
        for number in 1..KEYS {
            let scope = format!("bench-{number}");
            self.send(ureq::put(format!("{}/v1/scopes/{scope}", self.url)), "{}")?;
            keys.push(self.create_key(&scope)?);
        }
        Ok(keys)
    }

    fn create_key(&self, scope: &str) -> Result<String> {
        let body = json!({"permissions": ["read", "write"]}).to_string();
        let path = format!("{}/v1/scopes/{scope}/keys", self.url);
        let answer = self.send(ureq::post(path), &body)?;
        let key: Value = serde_json::from_str(&answer)?;
        let key = key.get("key").and_then(Value::as_str);
        key.map(str::to_owned).context("the answer has no key")
    }

    /// Asks the application as its admin, and gives what it answers.
    fn send(
        &self,
        request: ureq::RequestBuilder<ureq::typestate::WithBody>,
        body: &str,
    ) -> Result<String> {
        let key = admin_key(&self.state_dir)?;
        let request = request.header("authorization", format!("Bearer {key}"));
        let request = request.header("content-type", "application/json");
        Ok(request.send(body)?.into_body().read_to_string()?)
    }
}
