//! Turns the files of `catalogue/` into a table of name and text, so that a class is added by
//! adding a file.

use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs};

use sha2::{Digest as _, Sha256};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../catalogue");
    println!("cargo:rerun-if-changed={}", directory.display());
    let mut files: Vec<PathBuf> = fs::read_dir(&directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();

    let mut table = format!("static CATALOGUE: [Entry; {}] = [\n", files.len());
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        // Compact: the spaces that make the file readable need not be in every component.
        let class: serde_json::Value = serde_json::from_str(&fs::read_to_string(&file)?)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        writeln!(table, "    Entry::new({name:?}, {:?}),", class.to_string())?;
    }
    table.push_str("];\n");
    let mut digest = String::new();
    for byte in Sha256::digest(&table) {
        write!(digest, "{byte:02x}")?;
    }
    writeln!(
        table,
        "/// Another one for every catalogue.\npub const CATALOGUE_DIGEST: &str = {digest:?};"
    )?;
    fs::write(
        PathBuf::from(env::var("OUT_DIR")?).join("catalogue.rs"),
        table,
    )?;
    Ok(())
}
