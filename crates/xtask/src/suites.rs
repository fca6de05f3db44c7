//! `cargo xtask test`

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::thread::ScopedJoinHandle;

use anyhow::{Result, anyhow, bail};

use crate::host::{MANIFEST, RUNTIME_CONFIG, Running, build_local, serve};
use crate::keys::admin_key;
use crate::process::{all, command, here, root, run as run_program, say, target};
use crate::toolchain::Toolchain;
use crate::{HostKind, TestArguments, checks, components, packages, port, routes};

/// The deployment to test.
const URL: &str = "PATCHBAY_URL";
/// Its admin key.
const ADMIN_KEY: &str = "PATCHBAY_ADMIN_KEY";

/// Runs the suites, against the deployment that the environment names or else beside everything
/// else that checks the project.
///
/// # Errors
/// When a check fails.
pub(crate) fn run(arguments: &TestArguments) -> Result<()> {
    let suites = Suites::new(arguments)?;
    if let Some((url, key)) = deployment(std::env::var(URL).ok(), std::env::var(ADMIN_KEY).ok())? {
        return suites.run(&packages::install()?, &url, &key, None);
    }
    let toolchain = Toolchain::prepare()?;
    if arguments.suites.is_empty() && arguments.pytest.is_empty() {
        return everything(&toolchain, &suites);
    }
    components::build(&toolchain)?;
    let host = build_local()?;
    suites.run_on_own_host(&packages::install()?, &host)
}

/// The deployment that the environment names: its URL and its admin key.
fn deployment(url: Option<String>, key: Option<String>) -> Result<Option<(String, String)>> {
    let is_set = |value: &String| !value.is_empty();
    match (url.filter(is_set), key.filter(is_set)) {
        (Some(url), Some(key)) => Ok(Some((url, key))),
        (None, None) => Ok(None),
        (Some(url), None) => bail!(
            "{URL} is set and {ADMIN_KEY} is not: set it to the admin key of {url}, or unset {URL} to test what is here"
        ),
        (None, Some(_)) => bail!(
            "{ADMIN_KEY} is set and {URL} is not: set it to the address of the deployment, or unset {ADMIN_KEY} to test what is here"
        ),
    }
}

/// What is built first is what the suites need: they wait more than they work, and leave the
/// processor to the lints and unit tests. There are unit tests of a component as it is built, too.
fn everything(toolchain: &Toolchain, suites: &Suites) -> Result<()> {
    checks::rust_format()?;
    std::thread::scope(|scope| {
        let packages = scope.spawn(packages::install);
        let host = scope.spawn(build_local);
        components::build(toolchain)?;
        let host = join(host)?;
        let checks = scope.spawn(|| checks::rust(toolchain));
        let python = join(packages)?;
        let results = [
            checks::python_and_dependencies(&python),
            suites.run_on_own_host(&python, &host),
            join(checks),
        ];
        all(results)
    })
}

fn join<T>(thread: ScopedJoinHandle<'_, Result<T>>) -> Result<T> {
    let result = thread.join();
    result.unwrap_or_else(|_| Err(anyhow!("a check ended before its time")))
}

/// What pytest is to run.
struct Suites(Vec<OsString>);

impl Suites {
    fn new(arguments: &TestArguments) -> Result<Self> {
        let tests = root().join("tests");
        let mut pytest: Vec<OsString> = Vec::new();
        for suite in &arguments.suites {
            pytest.push(locate(suite, &tests, &here(Path::new(""))?)?);
        }
        if pytest.is_empty() {
            pytest.push(tests.into_os_string());
        }
        pytest.extend(arguments.pytest.iter().map(OsString::from));
        Ok(Self(pytest))
    }

    /// Runs them against a local host with fresh data.
    fn run_on_own_host(&self, python: &Path, host: &Path) -> Result<()> {
        let state_dir = target()?.join(format!("suites/{}", std::process::id()));
        fs::create_dir_all(&state_dir)?;
        say("starting the local host");
        let (listen, config) = (port::free()?, root().join(RUNTIME_CONFIG));
        let mut serve = serve(HostKind::Local, MANIFEST, listen, &state_dir, &config)?;
        let log = state_dir.join("host.log");
        let running = Running::start_logged(&mut serve, listen, &log)?;
        let url = format!("http://{listen}");
        let result = self.run(python, &url, &admin_key(&state_dir)?, Some(host));
        drop(running);
        if result.is_ok() {
            fs::remove_dir_all(&state_dir)?;
        }
        result
    }

    /// Runs them against a deployment; with the local host, also those that need one of their own.
    fn run(&self, python: &Path, url: &str, key: &str, host: Option<&Path>) -> Result<()> {
        say(&format!("running the black-box suites against {url}"));
        let routes = target()?.join("routes.json");
        fs::write(&routes, routes::table().to_string())?;
        let mut pytest = command(python, &["-m", "pytest"]);
        pytest
            .args(&self.0)
            .env(URL, url)
            .env(ADMIN_KEY, key)
            .env("PATCHBAY_ROUTES", &routes)
            .env("PATCHBAY_ENVIRONMENTS", target()?)
            .env("PATCHBAY_XTASK", std::env::current_exe()?);
        if let Some(host) = host {
            pytest.env("PATCHBAY_HOST", host);
        }
        run_program(&mut pytest)
    }
}

/// A suite by its name in tests/ or else by its path from where we were called; `FILE::TEST` is one
/// test of a file.
fn locate(suite: &str, tests: &Path, called_in: &Path) -> Result<OsString> {
    let (file, test) = match suite.split_once("::") {
        Some((file, test)) => (file, Some(test)),
        None => (suite, None),
    };
    let places = if file.starts_with('.') {
        vec![called_in]
    } else {
        vec![tests, called_in]
    };
    let mut places = places.into_iter().map(|folder| folder.join(file));
    let Some(place) = places.find(|place| place.exists()) else {
        bail!(
            "there is no {file}, neither in {} nor in {}",
            tests.display(),
            called_in.display()
        );
    };
    let mut located = place.into_os_string();
    if let Some(test) = test {
        located.push("::");
        located.push(test);
    }
    Ok(located)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(suites: &[&str], pytest: &[&str]) -> TestArguments {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        TestArguments {
            suites: owned(suites),
            pytest: owned(pytest),
        }
    }

    #[test]
    fn a_deployment_has_an_address_and_a_key() {
        let set = |text: &str| Some(text.to_owned());
        let both = deployment(set("http://there"), set("k")).unwrap().unwrap();
        assert_eq!(both, ("http://there".to_owned(), "k".to_owned()));
        assert!(deployment(None, None).unwrap().is_none());
        assert!(deployment(set(""), set("")).unwrap().is_none());
        for (url, key, missing) in [
            (
                set("http://there"),
                None,
                "set it to the admin key of http://there",
            ),
            (
                set("http://there"),
                set(""),
                "set it to the admin key of http://there",
            ),
            (None, set("k"), "set it to the address"),
        ] {
            let error = deployment(url, key).unwrap_err().to_string();
            assert!(error.contains(missing), "{error}");
            assert!(error.contains(URL) && error.contains(ADMIN_KEY), "{error}");
        }
    }

    #[test]
    fn a_suite_is_found_in_tests_then_from_where_we_were_called() {
        let tests = root().join("tests");
        let crates = root().join("crates");
        let find = |suite: &str, folder: &Path| locate(suite, &tests, folder);
        assert_eq!(find("privacera", &crates).unwrap(), tests.join("privacera"));
        // There is a folder of this name at the root, too.
        assert_eq!(
            find("kubernetes", &root().join("deploy")).unwrap(),
            tests.join("kubernetes")
        );
        assert_eq!(
            find("tests/versori", &root()).unwrap(),
            root().join("tests/versori")
        );
        assert_eq!(
            find("../tests/versori", &crates).unwrap(),
            crates.join("../tests/versori")
        );
        let one = find("conftest.py::test_x[a::b]", &crates).unwrap();
        assert_eq!(
            one.to_string_lossy(),
            format!("{}::test_x[a::b]", tests.join("conftest.py").display())
        );
        let error = find("no-such-suite", &crates).unwrap_err().to_string();
        assert!(error.contains("no-such-suite"), "{error}");
    }

    #[test]
    fn all_suites_are_run_unless_some_are_named() {
        let tests = root().join("tests");
        assert_eq!(
            Suites::new(&arguments(&[], &[])).unwrap().0,
            [tests.as_os_str()]
        );
        let some = Suites::new(&arguments(&["versori"], &["-k", "x"]))
            .unwrap()
            .0;
        assert_eq!(
            some,
            [
                tests.join("versori").into_os_string(),
                "-k".into(),
                "x".into()
            ]
        );
        assert!(Suites::new(&arguments(&["no-such-suite"], &[])).is_err());
    }
}
