//! `cargo xtask bench probe`: the sweep, which is measured over all that is due and not by request.

use std::fs;
use std::path::Path;

use anyhow::Result;

use super::{Served, native};
use crate::host::{MANIFEST, serve};
use crate::process::{run, say};
use crate::{BenchArguments, HostKind};

/// The name by which it is chosen.
pub(super) const NAME: &str = "probe";
/// The stand-ins for tools are on this machine, where the usual runtime configuration lets nothing
/// through.
const RUNTIME_CONFIG: &str = "bench/runtime-config.toml";
/// How many connectors are probed.
const CONNECTORS: &str = "5000";
/// Where both hosts keep the database, under the folder of their data.
const DATABASE: &str = "sqlite_db.db";

/// Lays the same connectors out in both servers, and has the load generator sweep them.
///
/// # Errors
/// When a server does not start, or does not answer as it should.
pub(super) fn compare(arguments: &BenchArguments, kind: HostKind, state_dir: &Path) -> Result<()> {
    say("laying out the connectors");
    let twin = Served::twin(&state_dir.join("twin"), &["--connectors", CONNECTORS])?;
    let key = fs::read_to_string(twin.state_dir.join("keys"))?;
    let folder = state_dir.join("patchbay");
    fs::create_dir_all(&folder)?;
    fs::rename(twin.state_dir.join("seed.db"), folder.join(DATABASE))?;
    say("starting the application");
    let patchbay = Served::start(&folder, |listen| {
        let mut serve = serve(kind, MANIFEST, listen, &folder, Path::new(RUNTIME_CONFIG))?;
        serve.env("SPIN_VARIABLE_PROBE_ALLOWED_NETWORKS", "127.0.0.0/8");
        Ok(serve)
    })?;
    say("measuring");
    let rounds = (arguments.seconds / 2).max(1).to_string();
    let mut generator = native("bench-load")?;
    generator.arg("--sweep");
    let (patchbay_process, twin_process) = (patchbay.running.id(), twin.running.id());
    run(generator
        .args(["--patchbay-process", &patchbay_process.to_string()])
        .args(["--twin-process", &twin_process.to_string()])
        .args(["--patchbay", &patchbay.url, "--patchbay-key", &key])
        .args(["--twin", &twin.url, "--twin-key", &key])
        .args(["--hello", &twin.url, "--rounds", &rounds]))
}
