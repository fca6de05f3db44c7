//! Installs what the machine lacks, by package name.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process::{command, is_installed, root, run, run_aside, say, target};

/// The programs that the suites call, each with the Debian package that has it.
const PROGRAMS: [(&str, &str); 7] = [
    ("curl", "curl"),
    ("jq", "jq"),
    ("kubectl", "kubernetes-client"),
    ("node", "nodejs"),
    ("npm", "npm"),
    ("python3", "python3"),
    ("ruby", "ruby"),
];

/// The Python environments of SDKs, each with its list of packages: two have the same names.
const SDKS: [(&str, &str); 2] = [
    ("sailpoint-1", "tests/sailpoint/clients/requirements-1.txt"),
    ("sailpoint-2", "tests/sailpoint/clients/requirements-2.txt"),
];

/// Installs all that the suites need; the interpreter of their Python.
///
/// # Errors
/// When something cannot be installed.
pub(crate) fn install() -> Result<PathBuf> {
    ensure(&PROGRAMS)?;
    node()?;
    for (name, list) in SDKS {
        python(name, list)?;
    }
    python("python", "tests/requirements.txt")
}

/// Installs Debian packages.
///
/// # Errors
/// Where there is no apt-get, or it fails.
pub(crate) fn apt(packages: &[&str]) -> Result<()> {
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
    install
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive");
    run_aside("apt-get", &mut install)
}

fn ensure(programs_and_packages: &[(&str, &str)]) -> Result<()> {
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

/// The interpreter of a Python environment under the target folder, which has the packages of a
/// list.
fn python(name: &str, list: &str) -> Result<PathBuf> {
    let environment = target()?.join(name);
    let interpreter = environment.join("bin/python");
    if !interpreter.exists() {
        say(&format!("making the Python environment {name}"));
        let place = environment.to_string_lossy();
        if run(&mut command("python3", &["-m", "venv", &place])).is_err() {
            apt(&["python3-venv"])?;
            run(&mut command("python3", &["-m", "venv", &place]))?;
        }
    }
    once(&environment, list, |list| {
        say(&format!("installing {list}"));
        run(&mut pip(&interpreter, list))
    })?;
    Ok(interpreter)
}

/// Installs the packages of tests/requirements-cargo.txt, which are built for some machines only.
///
/// # Errors
/// Where they do not install.
pub(crate) fn cargo_tools(interpreter: &Path) -> Result<()> {
    let environment = interpreter.ancestors().nth(2).context("no environment")?;
    once(environment, "tests/requirements-cargo.txt", |list| {
        run(&mut pip(interpreter, list))
    })
}

fn pip(interpreter: &Path, list: &str) -> std::process::Command {
    let mut pip = command(
        interpreter,
        &[
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ],
    );
    pip.args(["-r", list]);
    pip
}

/// The packages of tests/package-lock.json.
fn node() -> Result<()> {
    once(
        &root().join("tests/node_modules"),
        "tests/package-lock.json",
        |_| {
            say("installing the Node packages of the suites");
            let mut npm = command("npm", &["ci", "--prefix", "tests", "--silent"]);
            run(npm.args(["--no-audit", "--no-fund"]))
        },
    )
}

/// Installs what a list at the root of the repository has into a folder, unless the folder has a
/// copy of that list, which says that this was done.
fn once(folder: &Path, list: &str, install: impl FnOnce(&str) -> Result<()>) -> Result<()> {
    let wanted = fs::read(root().join(list)).with_context(|| format!("cannot read {list}"))?;
    let name = Path::new(list).file_name().unwrap_or_default();
    let done = folder.join(format!(".installed-{}", name.display()));
    if fs::read(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    install(list)?;
    fs::write(&done, wanted).with_context(|| format!("cannot write {}", done.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::shown;

    const LIST: &str = "tests/requirements.txt";

    fn folder(name: &str) -> PathBuf {
        let name = format!("xtask-packages-{}-{name}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_list_is_installed_once_and_again_when_it_has_changed() {
        let folder = folder("once");
        let mut times = 0;
        for _ in 0..2 {
            once(&folder, LIST, |list| {
                assert_eq!(list, LIST);
                times += 1;
                Ok(())
            })
            .unwrap();
        }
        assert_eq!(times, 1);
        fs::write(folder.join(".installed-requirements.txt"), "older").unwrap();
        once(&folder, LIST, |_| {
            times += 1;
            Ok(())
        })
        .unwrap();
        assert_eq!(times, 2);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_failed_is_tried_again() {
        let folder = folder("failed");
        assert!(once(&folder, LIST, |_| bail!("no network")).is_err());
        let mut again = false;
        once(&folder, LIST, |_| {
            again = true;
            Ok(())
        })
        .unwrap();
        assert!(again);
        assert!(once(&folder, "no-such-list.txt", |_| Ok(())).is_err());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn nothing_is_installed_where_all_is_there() {
        ensure(&[("sh", "no-such-package")]).unwrap();
    }

    #[test]
    fn every_python_package_has_its_version() {
        let sdks = SDKS.iter().map(|(_, list)| *list);
        for list in sdks.chain([LIST, "tests/requirements-cargo.txt"]) {
            let text = fs::read_to_string(root().join(list)).unwrap();
            let packages = text.lines().filter(|line| !line.starts_with('#'));
            for package in packages.filter(|line| !line.is_empty()) {
                assert!(package.contains("=="), "{list}: {package}");
            }
            assert!(shown(&pip(Path::new("python"), list)).ends_with(list));
        }
    }

    /// Whoever installs asks the registry that npm is set up for, and not the one that whoever
    /// wrote the file is set up for.
    #[test]
    fn the_list_of_node_packages_names_no_registry() {
        let lock = fs::read_to_string(root().join("tests/package-lock.json")).unwrap();
        assert!(!lock.contains("\"resolved\""));
        assert!(lock.contains("\"integrity\""));
    }
}
