//! Finds the WIT of Spin's interfaces in the spin-sdk crate that the components are built with, so
//! that host and components cannot drift apart and no copy of it is kept here.

use std::{env, fs, path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

fn main() -> Result<()> {
    let wit = spin_sdk_dir()?.join("wit");
    ensure!(wit.is_dir(), "{} does not exist", wit.display());

    let out = PathBuf::from(env::var("OUT_DIR")?).join("spin_interfaces.rs");
    fs::write(
        out,
        format!("spin_interfaces!({:?});\n", wit.display().to_string()),
    )?;
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../Cargo.lock");
    Ok(())
}

/// Where cargo keeps the source of spin-sdk. Resolved for WebAssembly: this crate only names it for
/// that target.
fn spin_sdk_dir() -> Result<PathBuf> {
    let output = Command::new(env::var("CARGO")?)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--filter-platform",
            "wasm32-wasip2",
        ])
        .current_dir(env::var("CARGO_MANIFEST_DIR")?)
        .output()
        .context("running cargo metadata")?;
    ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );

    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    metadata
        .get("packages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .find(|package| package.get("name").and_then(Value::as_str) == Some("spin-sdk"))
        .and_then(|package| package.get("manifest_path")?.as_str())
        .and_then(|path| PathBuf::from(path).parent().map(PathBuf::from))
        .context("spin-sdk is not among the packages of the workspace")
}
