//! Builds the components of spin.toml, and the one of deploy/cron-trigger.toml.

use anyhow::Result;

use crate::process::{run, say};
use crate::toolchain::{TARGET, Toolchain};

/// The packages that are components.
pub const PACKAGES: [&str; 6] = [
    "patchbay-merge",
    "patchbay-import",
    "patchbay-export",
    "patchbay-update",
    "patchbay-probe",
    "patchbay-tick",
];

/// Builds all of them as spin.toml's own build commands do, in one go.
///
/// # Errors
/// When one does not build.
pub fn build(toolchain: &Toolchain) -> Result<()> {
    say("building the components");
    let mut cargo = toolchain.cargo(&["build", "--release", "--target", TARGET])?;
    run(cargo.args(PACKAGES.iter().flat_map(|package| ["--package", package])))
}
