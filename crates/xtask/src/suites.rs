//! `cargo xtask test`

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::host::{MANIFEST, RUNTIME_CONFIG, Running, admin_key, build_local, choose, serve};
use crate::process::{self, command, root, say};
use crate::toolchain::{TARGET, Toolchain};
use crate::{HostKind, components, packages, routes};

/// Runs the suites, against the deployment of `PATCHBAY_URL` or else after everything else that checks the project.
///
/// # Errors
/// When a check fails.
pub fn run(suites: &[String]) -> Result<()> {
    if let (Ok(url), Ok(key)) = (
        std::env::var("PATCHBAY_URL"),
        std::env::var("PATCHBAY_ADMIN_KEY"),
    ) {
        return black_box(&url, &key, None, suites);
    }
    let toolchain = Toolchain::prepare()?;
    // First, since there are unit tests of a component as it is built.
    components::build(&toolchain)?;
    if suites.is_empty() {
        check(&toolchain)?;
    }
    on_own_host(suites)
}

fn check(toolchain: &Toolchain) -> Result<()> {
    say("checking format and lints");
    run_cargo(&["fmt", "--all", "--check"])?;
    run_cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])?;
    if toolchain.has_clippy() {
        let packages = components::PACKAGES
            .iter()
            .flat_map(|package| ["--package", package]);
        let mut clippy = toolchain.cargo(&["clippy", "--target", TARGET])?;
        process::run(clippy.args(packages).args(["--", "-D", "warnings"]))?;
    }
    say("running the unit and property tests");
    run_cargo(&["test", "--workspace"])
}

fn on_own_host(suites: &[String]) -> Result<()> {
    let state_dir = root()
        .join("target/suites")
        .join(std::process::id().to_string());
    std::fs::create_dir_all(&state_dir)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let url = format!("http://{port}");
    let kind = choose(Some(HostKind::Local))?;
    say("starting the local host");
    let host = Running::start(
        &mut serve(kind, MANIFEST, port, &state_dir, RUNTIME_CONFIG.as_ref())?,
        &url,
        &state_dir.join("host.log"),
    )?;
    let result = black_box(&url, &admin_key(&state_dir)?, Some(build_local()?), suites);
    drop(host);
    if result.is_ok() {
        std::fs::remove_dir_all(&state_dir)?;
    }
    result
}

fn black_box(
    url: &str,
    admin_key: &str,
    local_host: Option<PathBuf>,
    suites: &[String],
) -> Result<()> {
    packages::ensure(&[
        ("curl", "curl"),
        ("ruby", "ruby"),
        ("node", "nodejs"),
        ("npm", "npm"),
        ("kubectl", "kubernetes-client"),
    ])?;
    let python = packages::python()?;
    packages::node()?;
    say(&format!("running the black-box suites against {url}"));
    let routes = root().join("target/routes.json");
    std::fs::write(&routes, routes::table().to_string())?;
    let mut pytest = command(python, &["-m", "pytest"]);
    let chosen = suites.iter().map(|suite| {
        if Path::new(suite).is_absolute() {
            suite.clone()
        } else {
            format!("tests/{suite}")
        }
    });
    pytest.args(chosen);
    if suites.is_empty() {
        pytest.arg("tests");
    }
    pytest
        .env("PATCHBAY_URL", url)
        .env("PATCHBAY_ADMIN_KEY", admin_key)
        .env("PATCHBAY_ROUTES", &routes);
    if let Some(host) = local_host {
        pytest.env("PATCHBAY_HOST", host);
    }
    process::run(&mut pytest)
}

fn run_cargo(arguments: &[&str]) -> Result<()> {
    process::run(&mut command("cargo", arguments))
}
