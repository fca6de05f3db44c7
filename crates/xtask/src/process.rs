//! Runs other programs, and says which one.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// What the cargo that runs us tells us about our own package. Build scripts of other packages
/// watch some of these: a cargo that we start and that saw them would build anew what a plain cargo
/// built.
const OF_OUR_PACKAGE: [&str; 5] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_NAME",
    "CARGO_PRIMARY_PACKAGE",
];

/// Where cargo is told to build.
const TARGET_DIR: &str = "CARGO_TARGET_DIR";

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_owned()
}

/// The folder in which cargo builds: what `CARGO_TARGET_DIR` says, or `target` at the root.
///
/// # Errors
/// Those of [`here`].
pub(crate) fn target() -> Result<PathBuf> {
    match std::env::var_os(TARGET_DIR).filter(|folder| !folder.is_empty()) {
        Some(folder) => here(Path::new(&folder)),
        None => Ok(root().join("target")),
    }
}

/// A path that was given to us, which is relative to where we were called.
///
/// # Errors
/// When the current folder is not there.
pub(crate) fn here(path: &Path) -> Result<PathBuf> {
    let folder = std::env::current_dir().context("the current folder is not there")?;
    Ok(folder.join(path))
}

/// Tells what is being done.
pub(crate) fn say(what: &str) {
    eprintln!("==> {what}");
}

/// A program to be run at the root of the repository, as if it were called there by hand.
pub(crate) fn command(program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::null());
    for name in of_our_package(std::env::vars_os().map(|(name, _)| name)) {
        command.env_remove(name);
    }
    if std::env::var_os(TARGET_DIR).is_some()
        && let Ok(target) = target()
    {
        command.env(TARGET_DIR, target);
    }
    command
}

fn of_our_package(names: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    names.filter(|name| {
        let name = name.to_string_lossy();
        name == "CARGO" || OF_OUR_PACKAGE.iter().any(|own| name.starts_with(own))
    })
}

/// The program and its arguments, without the environment, where keys are.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

/// Runs a program, whose output is shown.
///
/// # Errors
/// When it cannot be started or fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start {shown}"))?;
    if !status.success() {
        bail!("{shown} failed: {status}");
    }
    Ok(())
}

/// Runs a program beside others: what it prints is shown when it has ended.
///
/// # Errors
/// When it cannot be started or fails.
pub(crate) fn run_aside(what: &str, command: &mut Command) -> Result<()> {
    let started = Instant::now();
    let shown = shown(command);
    let output = command
        .output()
        .with_context(|| format!("cannot start {shown}"))?;
    let seconds = started.elapsed().as_secs();
    say(&format!("{what}: {seconds} s, {}", output.status));
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    print!("{}", String::from_utf8_lossy(&output.stdout));
    if !output.status.success() {
        bail!("{what} failed: {shown}");
    }
    Ok(())
}

/// What a program prints, when it can be started and succeeds.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Whether a program is there.
pub(crate) fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// One error of all that failed.
///
/// # Errors
/// When anything did.
pub(crate) fn all(results: impl IntoIterator<Item = Result<()>>) -> Result<()> {
    let failures: Vec<String> = results
        .into_iter()
        .filter_map(|result| result.err().map(|error| format!("{error:#}")))
        .collect();
    if failures.is_empty() {
        Ok(())
    } else {
        bail!("{}", failures.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_workspace() {
        assert!(root().join("Cargo.lock").is_file());
        assert!(
            !root()
                .components()
                .any(|part| part.as_os_str() == OsStr::new(".."))
        );
    }

    #[test]
    fn a_child_does_not_see_what_cargo_told_us_of_our_package() {
        assert!(std::env::var("CARGO_PKG_NAME").is_ok(), "cargo runs this");
        let seen = output(&mut command("env", &[])).unwrap();
        for line in seen.lines() {
            assert!(!line.starts_with("CARGO_PKG_"), "{line}");
            assert!(!line.starts_with("CARGO_MANIFEST_"), "{line}");
            assert!(!line.starts_with("CARGO="), "{line}");
        }
    }

    #[test]
    fn what_a_user_sets_for_cargo_is_passed_on() {
        let names = [
            "CARGO_HOME",
            "CARGO_TERM_COLOR",
            "CARGO_NET_OFFLINE",
            "PATH",
        ];
        let names = names.into_iter().map(OsString::from);
        assert_eq!(of_our_package(names).count(), 0);
    }

    #[test]
    fn a_child_builds_where_we_were_told_to() {
        let told = std::env::var_os(TARGET_DIR).map(|_| target().unwrap().into_os_string());
        let command = command("cargo", &[]);
        let passed = command
            .get_envs()
            .find(|(name, _)| *name == OsStr::new(TARGET_DIR))
            .and_then(|(_, value)| value.map(OsStr::to_owned));
        assert_eq!(passed, told);
    }

    #[test]
    fn paths_are_relative_to_where_we_were_called() {
        let folder = std::env::current_dir().unwrap();
        assert_eq!(here(Path::new("data")).unwrap(), folder.join("data"));
        assert_eq!(here(Path::new("/data")).unwrap(), Path::new("/data"));
    }

    #[test]
    fn programs_are_looked_for_on_the_path() {
        assert!(is_installed("sh"));
        assert!(!is_installed("no-such-program"));
    }

    #[test]
    fn a_program_that_fails_is_an_error_that_names_it() {
        let error = run(&mut command("false", &[])).unwrap_err();
        assert!(error.to_string().contains("false"), "{error}");
        let error = run_aside("the check", &mut command("false", &[])).unwrap_err();
        assert!(error.to_string().contains("the check"), "{error}");
        assert!(run(&mut command("no-such-program", &[])).is_err());
        assert!(run_aside("nothing", &mut command("true", &[])).is_ok());
        assert_eq!(output(&mut command("false", &[])), None);
    }

    #[test]
    fn an_error_has_the_arguments_and_no_key() {
        let mut command = command("false", &["--listen", "here"]);
        command.env("KEY", "hidden");
        assert_eq!(
            run(&mut command).unwrap_err().to_string(),
            "false --listen here failed: exit status: 1"
        );
    }

    #[test]
    fn all_failures_are_told() {
        let error = all([
            Err(anyhow::anyhow!("one")),
            Ok(()),
            Err(anyhow::anyhow!("two")),
        ]);
        assert_eq!(error.unwrap_err().to_string(), "one\ntwo");
        assert!(all([Ok(()), Ok(())]).is_ok());
    }
}
