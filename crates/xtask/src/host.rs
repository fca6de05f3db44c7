//! Starts the application on one of the hosts.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process::{command, output, run, say, shown, target};
use crate::{HostKind, keys, port};

/// How long a host may take until it answers, in tries of [`STEP`].
const TRIES: u32 = 600;
const STEP: Duration = Duration::from_millis(200);
/// What this program exits with after a signal: 128 and the number of SIGINT, as shells do.
const ENDED_BY_SIGNAL: i32 = 130;

/// Which host to use: the one asked for, or Spin 4 where it is installed, or the local host.
///
/// # Errors
/// When Spin is asked for and is not there.
pub(crate) fn choose(asked: Option<HostKind>) -> Result<HostKind> {
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
pub(crate) const MANIFEST: &str = "spin.toml";

/// The runtime configuration that it is served with, unless another is asked for.
pub(crate) const RUNTIME_CONFIG: &str = "deploy/runtime-config.toml";

/// The command that serves the application of a manifest.
///
/// # Errors
/// When the local host does not build.
pub(crate) fn serve(
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
    serve.envs(keys::variables(state_dir)?);
    Ok(serve)
}

/// Builds the local host.
///
/// # Errors
/// When it does not build.
pub(crate) fn build_local() -> Result<PathBuf> {
    say("building the local host");
    run(&mut command(
        "cargo",
        &["build", "--profile", "host", "--package", "patchbay-host"],
    ))?;
    Ok(target()?.join("host/patchbay-host"))
}

/// The hosts that run, by their pids.
static HOSTS: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Has a signal that ends this program end the hosts that it started, too.
///
/// # Errors
/// When signals cannot be handled.
pub(crate) fn end_with_us() -> Result<()> {
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
pub(crate) struct Running {
    child: Child,
    listen: SocketAddr,
}

impl Running {
    /// Starts a host that shows what it prints, and waits until it answers.
    ///
    /// # Errors
    /// When it does not start, ends, or does not answer in time.
    pub(crate) fn start(serve: &mut Command, listen: SocketAddr) -> Result<Self> {
        let program = shown(serve);
        let child = serve
            .spawn()
            .with_context(|| format!("cannot start {program}"))?;
        hosts().insert(child.id());
        let mut running = Self { child, listen };
        running.wait_until_ready()?;
        Ok(running)
    }

    /// The same, but what it prints goes to a file.
    ///
    /// # Errors
    /// Those of [`Self::start`].
    pub(crate) fn start_logged(
        serve: &mut Command,
        listen: SocketAddr,
        log: &Path,
    ) -> Result<Self> {
        let log_file = fs::File::create(log)?;
        serve.stdout(log_file.try_clone()?).stderr(log_file);
        Self::start(serve, listen).with_context(|| format!("see {}", log.display()))
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let url = format!("http://{}/readyz", self.listen);
        for _ in 0..TRIES {
            let is_ready = ureq::get(&url).call().is_ok();
            if let Some(status) = self.child.try_wait()? {
                // Most often because the port is taken, and then this says by whom.
                port::ensure_free(self.listen)?;
                bail!("the host ended: {status}");
            }
            if is_ready {
                return self.ensure_it_answers();
            }
            std::thread::sleep(STEP);
        }
        bail!("the host does not answer at {url}");
    }

    /// Whether it is this host that answers, and not another one that took the port meanwhile.
    fn ensure_it_answers(&self) -> Result<()> {
        match port::owner(self.listen) {
            Some(owner) if !port::descends(owner.pid, self.id()) => {
                bail!(port::taken(self.listen, Some(owner)))
            }
            _ => Ok(()),
        }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the host ends.
    ///
    /// # Errors
    /// When it fails.
    pub(crate) fn wait(mut self) -> Result<()> {
        let status = self.child.wait()?;
        if status.success() {
            Ok(())
        } else {
            bail!("the host ended: {status}")
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let has_ended = matches!(self.child.try_wait(), Ok(Some(_)));
        if !has_ended {
            if end(self.id()).is_err() {
                let _ = self.child.kill();
            }
            let _ = self.child.wait();
        }
        hosts().remove(&self.id());
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_host_that_ends_is_an_error() {
        let error = Running::start(&mut command("false", &[]), port::free().unwrap());
        let error = error.err().unwrap().to_string();
        assert!(error.contains("the host ended"), "{error}");
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error_that_names_it() {
        let error = Running::start(&mut command("no-such-host", &[]), port::free().unwrap());
        let error = error.err().unwrap().to_string();
        assert!(error.contains("no-such-host"), "{error}");
    }

    /// Something that says it is ready to whoever asks, in this process.
    fn stand_in() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let listen = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
            }
        });
        listen
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn another_that_answers_in_its_place_is_an_error_that_names_it() {
        let listen = stand_in();
        let own = format!("process {}", std::process::id());
        for program in [command("sleep", &["60"]), command("false", &[])].iter_mut() {
            let error = Running::start(program, listen).err().unwrap().to_string();
            assert!(error.contains(&own), "{error}");
        }
    }

    #[test]
    fn what_is_asked_for_is_chosen() {
        assert_eq!(choose(Some(HostKind::Local)).unwrap(), HostKind::Local);
    }
}
