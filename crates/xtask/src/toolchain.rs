//! The toolchain that builds components: rustup's, or Debian's where rustup cannot download.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::packages::apt;
use crate::process::{command, output, run, say, target};

/// The target of components.
pub(crate) const TARGET: &str = "wasm32-wasip2";
/// Debian's packages: the compiler, its standard library's source, and the C library for WASI.
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "wasi-libc"];
/// The name under which rustup knows Debian's toolchain.
const DEBIAN: &str = "patchbay-debian";

/// A toolchain that has the target.
pub(crate) enum Toolchain {
    /// The current one of rustup.
    Rustup,
    /// Debian's, with rustup's linkers on the path.
    Debian {
        /// The folders of the linkers.
        linkers: Vec<PathBuf>,
    },
}

impl Toolchain {
    /// Makes sure that there is one.
    ///
    /// # Errors
    /// When neither can be prepared.
    pub(crate) fn prepare() -> Result<Self> {
        if has_target(&sysroot("rustc", &[])?) {
            return Ok(Self::Rustup);
        }
        say(&format!("adding the target {TARGET}"));
        let added = run(&mut command("rustup", &["target", "add", TARGET]));
        if added.is_ok() && has_target(&sysroot("rustc", &[])?) {
            return Ok(Self::Rustup);
        }
        say("rustup cannot add it: using Debian's packages");
        Self::debian()
    }

    fn debian() -> Result<Self> {
        let debian_sysroot = PathBuf::from("/usr/lib/rustlib");
        if !Path::new("/usr/bin/rustc").exists() || !debian_sysroot.join("src/rust").exists() {
            apt(&DEBIAN_PACKAGES)?;
        }
        run(&mut command(
            "rustup",
            &["toolchain", "link", DEBIAN, "/usr"],
        ))?;
        let linkers = linkers()?;
        let libraries = debian_sysroot.join(TARGET).join("lib");
        if !libraries.join("self-contained/libc.a").exists() {
            build_standard_library(&libraries, &linkers)?;
        }
        Ok(Self::Debian { linkers })
    }

    /// `cargo` of this toolchain.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Result<Command> {
        let mut cargo = command("cargo", arguments);
        if let Self::Debian { linkers } = self {
            cargo
                .env("RUSTUP_TOOLCHAIN", DEBIAN)
                .env("PATH", path_with(linkers)?);
            // rustup's own, where it is set.
            cargo.env_remove("RUSTC");
        }
        Ok(cargo)
    }

    /// Whether clippy can check the components: Debian's toolchain has none that fits.
    pub(crate) const fn has_clippy(&self) -> bool {
        matches!(self, Self::Rustup)
    }
}

fn sysroot(rustc: &str, arguments: &[&str]) -> Result<PathBuf> {
    let printed = output(command(rustc, arguments).args(["--print", "sysroot"]));
    printed
        .map(PathBuf::from)
        .context("no rustc: install Rust by rustup")
}

fn has_target(sysroot: &Path) -> bool {
    sysroot
        .join("lib/rustlib")
        .join(TARGET)
        .join("lib")
        .is_dir()
}

/// `wasm-component-ld` and `wasm-ld`, which come with every toolchain of rustup.
fn linkers() -> Result<Vec<PathBuf>> {
    let sysroot = sysroot("rustc", &[])?;
    let programs = sysroot.join("lib/rustlib/x86_64-unknown-linux-gnu/bin");
    if !programs.join("wasm-component-ld").exists() {
        bail!(
            "{} has no wasm-component-ld: install it with cargo install wasm-component-ld",
            programs.display()
        );
    }
    Ok(vec![programs.clone(), programs.join("gcc-ld")])
}

fn path_with(folders: &[PathBuf]) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = folders.iter().cloned().chain(std::env::split_paths(&path));
    std::env::join_paths(folders).context("a folder of PATH has a colon in its name")
}

/// Builds the standard library for the target once, and puts it where the ordinary command finds
/// it.
fn build_standard_library(libraries: &Path, linkers: &[PathBuf]) -> Result<()> {
    say("building the standard library for the target");
    let folder = target()?.join("standard-library");
    fs::create_dir_all(folder.join("src"))?;
    fs::write(
        folder.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n",
    )?;
    fs::write(folder.join("src/lib.rs"), "#![no_std]\n")?;
    let arguments = [
        "build",
        "-Zbuild-std=std,panic_abort,proc_macro",
        "--target",
        TARGET,
        "--release",
    ];
    let mut build = command("/usr/bin/cargo", &arguments);
    build
        .current_dir(&folder)
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1")
        .env("PATH", path_with(linkers)?);
    run(build
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTUP_TOOLCHAIN"))?;

    fs::create_dir_all(libraries.join("self-contained"))?;
    for entry in fs::read_dir(folder.join("target").join(TARGET).join("release/deps"))? {
        let file = entry?.path();
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            fs::copy(&file, libraries.join(name))?;
        }
    }
    for entry in fs::read_dir("/usr/lib/wasm32-wasi")? {
        let file = entry?.path();
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name == "libc.a" || (name.starts_with("crt1") && name.ends_with(".o")) {
            fs::copy(&file, libraries.join("self-contained").join(name))?;
        }
    }
    Ok(())
}
