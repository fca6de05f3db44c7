//! Builds the components of spin.toml, and the one of deploy/cron-trigger.toml.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::process::{root, run, say, target};
use crate::toolchain::{TARGET, Toolchain};

/// The packages that are components.
pub(crate) const PACKAGES: [&str; 6] = [
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
pub(crate) fn build(toolchain: &Toolchain) -> Result<()> {
    say("building the components");
    build_packages(toolchain, &PACKAGES)
}

/// Builds components, and puts them where the manifests look for them: under target/ at the root.
///
/// # Errors
/// When one does not build.
pub(crate) fn build_packages(toolchain: &Toolchain, packages: &[&str]) -> Result<()> {
    let mut cargo = toolchain.cargo(&["build", "--release", "--target", TARGET])?;
    run(cargo.args(packages.iter().flat_map(|package| ["--package", package])))?;
    let (built, named) = (target()?, root().join("target"));
    if built == named {
        return Ok(());
    }
    let folder = Path::new(TARGET).join("release");
    copy_components(&built.join(&folder), &named.join(&folder))
}

fn copy_components(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let file = entry?.path();
        if file
            .extension()
            .is_some_and(|extension| extension == "wasm")
            && let Some(name) = file.file_name()
        {
            fs::copy(&file, to.join(name))
                .with_context(|| format!("cannot copy {}", file.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_that_are_built_elsewhere_are_put_where_the_manifests_look() {
        let folder = std::env::temp_dir().join(format!("xtask-components-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to/release"));
        fs::create_dir_all(&from).unwrap();
        fs::write(from.join("merge.wasm"), "new").unwrap();
        fs::write(from.join("merge.d"), "").unwrap();
        copy_components(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("merge.wasm")).unwrap(), "new");
        assert_eq!(fs::read_dir(&to).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn every_component_of_the_manifests_is_built() {
        for manifest in ["spin.toml", "deploy/cron-trigger.toml"] {
            let text = fs::read_to_string(root().join(manifest)).unwrap();
            let sources = text
                .lines()
                .filter_map(|line| line.strip_prefix("source = "));
            for source in sources {
                let file = Path::new(source.trim_matches('"'));
                let name = file.file_stem().unwrap().to_string_lossy().into_owned();
                let package = format!("patchbay-{name}");
                assert!(PACKAGES.contains(&package.as_str()), "{manifest}: {source}");
            }
        }
    }
}
