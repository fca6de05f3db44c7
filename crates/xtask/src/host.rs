//! Starts the application on one of the hosts.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::HostKind;
use crate::process::{command, output, root, run, say};

/// How long a host may take until it answers, in tries of [`STEP`].
const TRIES: u32 = 600;
const STEP: Duration = Duration::from_millis(200);
/// What this program exits with after a signal: 128 and the number of SIGINT, as shells do.
const ENDED_BY_SIGNAL: i32 = 130;

/// Keys that are made once and kept with the data, unless the environment has them.
const KEYS: [(&str, &str); 2] = [
    ("SPIN_VARIABLE_ADMIN_KEY", "admin-key"),
    ("SPIN_VARIABLE_ENCRYPTION_KEY", "encryption-key"),
];

/// Which host to use: the one asked for, or Spin 4 where it is installed, or the local host.
///
/// # Errors
/// When Spin is asked for and is not there.
pub fn choose(asked: Option<HostKind>) -> Result<HostKind> {
    let version = output(&mut command("spin", &["--version"]));
    let has_spin = version
        .as_ref()
        .is_some_and(|version| version.starts_with("spin 4"));
    match asked {
        Some(HostKind::Spin) if !has_spin => {
            bail!("no Spin 4 is installed: see https://spinframework.dev/install")
        }
        Some(kind) => Ok(kind),
        None if has_spin => Ok(HostKind::Spin),
        None => Ok(HostKind::Local),
    }
}

/// The manifest of the application.
pub const MANIFEST: &str = "spin.toml";

/// The runtime configuration that it is served with, unless another is asked for.
pub const RUNTIME_CONFIG: &str = "deploy/runtime-config.toml";

/// The command that serves the application of a manifest.
///
/// # Errors
/// When the local host does not build.
pub fn serve(
    kind: HostKind,
    manifest: &str,
    listen: SocketAddr,
    state_dir: &Path,
    runtime_config: &Path,
) -> Result<Command> {
    let mut serve = match kind {
        HostKind::Spin => command("spin", &["up", "--from", manifest]),
        HostKind::Local => command(build_local()?, &["--from", manifest]),
    };
    serve
        .arg("--listen")
        .arg(listen.to_string())
        .arg("--state-dir")
        .arg(state_dir);
    serve.arg("--runtime-config-file").arg(runtime_config);
    for (variable, file) in KEYS {
        serve.env(variable, key(variable, &state_dir.join(file))?);
    }
    Ok(serve)
}

/// Builds the local host.
///
/// # Errors
/// When it does not build.
pub fn build_local() -> Result<PathBuf> {
    say("building the local host");
    run(&mut command(
        "cargo",
        &["build", "--profile", "host", "--package", "patchbay-host"],
    ))?;
    Ok(root().join("target/host/patchbay-host"))
}

/// The admin key of the deployment whose data is in `state_dir`.
///
/// # Errors
/// When it cannot be read or kept.
pub fn admin_key(state_dir: &Path) -> Result<String> {
    let [(variable, file), _] = KEYS;
    key(variable, &state_dir.join(file))
}

fn key(variable: &str, file: &Path) -> Result<String> {
    if let Ok(key) = std::env::var(variable) {
        return Ok(key);
    }
    if let Ok(kept) = fs::read_to_string(file) {
        return Ok(kept.trim().to_owned());
    }
    let bytes = hub::id::random_bytes::<24>()?;
    let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    write_private(file, &key)
        .with_context(|| format!("cannot keep a key in {}", file.display()))?;
    Ok(key)
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?
        .write_all(text.as_bytes())
}

/// The hosts that run, by their pids.
static HOSTS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Has a signal that ends this program end the hosts that it started, too.
///
/// # Errors
/// When signals cannot be handled.
pub fn end_with_us() -> Result<()> {
    ctrlc::set_handler(|| {
        for pid in hosts().iter() {
            let _ = end(*pid);
        }
        std::process::exit(ENDED_BY_SIGNAL);
    })?;
    Ok(())
}

fn hosts() -> MutexGuard<'static, BTreeSet<u32>> {
    HOSTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// SIGTERM lets Spin end its own child too.
fn end(pid: u32) -> Result<()> {
    run(&mut command("kill", &[&pid.to_string()]))
}

/// A host that runs until this is dropped.
pub struct Running(Child);

impl Running {
    fn new(child: Child) -> Self {
        hosts().insert(child.id());
        Self(child)
    }

    /// Starts a host and waits until it answers.
    ///
    /// # Errors
    /// When it does not start, ends, or does not answer in time.
    pub fn start(serve: &mut Command, url: &str, log: &Path) -> Result<Self> {
        let log_file = fs::File::create(log)?;
        let child = serve.stdout(log_file.try_clone()?).stderr(log_file).spawn();
        let mut running = Self::new(child.with_context(|| format!("cannot start {serve:?}"))?);
        running
            .wait_until_ready(url)
            .with_context(|| format!("see {}", log.display()))?;
        Ok(running)
    }

    /// Waits until the host answers that it is ready.
    ///
    /// # Errors
    /// When it ends, or does not answer in time.
    pub fn wait_until_ready(&mut self, url: &str) -> Result<()> {
        for _ in 0..TRIES {
            if ureq::get(format!("{url}/readyz")).call().is_ok() {
                return Ok(());
            }
            if let Some(status) = self.0.try_wait()? {
                bail!("the host ended: {status}");
            }
            std::thread::sleep(STEP);
        }
        bail!("the host does not answer at {url}/readyz");
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Starts a host whose output is shown.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_shown(serve: &mut Command) -> Result<Self> {
        let child = serve
            .stdout(Stdio::inherit())
            .stderr(Stdio::inherit())
            .spawn();
        Ok(Self::new(
            child.with_context(|| format!("cannot start {serve:?}"))?,
        ))
    }

    /// Waits until the host ends.
    ///
    /// # Errors
    /// When it fails.
    pub fn wait(mut self) -> Result<()> {
        let status = self.0.wait()?;
        if status.success() {
            Ok(())
        } else {
            bail!("the host ended: {status}")
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if end(self.id()).is_err() {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
        hosts().remove(&self.id());
    }
}
