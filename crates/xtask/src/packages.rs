//! Installs what the machine lacks, by package name.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::process::{command, is_installed, root, run, say};

/// Installs Debian packages.
///
/// # Errors
/// Where there is no apt-get, or it fails.
pub fn apt(packages: &[&str]) -> Result<()> {
    if !is_installed("apt-get") {
        bail!(
            "install these with your system's package manager, then try again: {}",
            packages.join(" ")
        );
    }
    say(&format!("installing {}", packages.join(" ")));
    run(&mut command("apt-get", &["update", "-qq"]))?;
    let mut install = command(
        "apt-get",
        &["install", "-y", "-qq", "--no-install-recommends"],
    );
    run(install
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Installs the packages of programs that are missing.
///
/// # Errors
/// Those of [`apt`].
pub fn ensure(programs_and_packages: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> = programs_and_packages
        .iter()
        .filter(|(program, _)| !is_installed(program))
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        apt(&missing)
    }
}

/// A Python environment with the packages of tests/requirements.txt; its interpreter.
///
/// # Errors
/// When it cannot be made.
pub fn python() -> Result<PathBuf> {
    ensure(&[("python3", "python3")])?;
    let environment = root().join("target/python");
    let interpreter = environment.join("bin/python");
    if !interpreter.exists() {
        say("making a Python environment");
        let place = environment.to_string_lossy();
        if run(&mut command("python3", &["-m", "venv", &place])).is_err() {
            apt(&["python3-venv"])?;
            run(&mut command("python3", &["-m", "venv", &place]))?;
        }
    }
    say("installing the Python packages of the suites");
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        "tests/requirements.txt",
    ];
    run(&mut command(&interpreter, &install))?;
    Ok(interpreter)
}

/// The packages of tests/package.json.
///
/// # Errors
/// When npm fails.
pub fn node() -> Result<()> {
    if root().join("tests/package.json").exists() {
        say("installing the Node packages of the suites");
        run(&mut command(
            "npm",
            &[
                "install",
                "--prefix",
                "tests",
                "--silent",
                "--no-audit",
                "--no-fund",
            ],
        ))?;
    }
    Ok(())
}
