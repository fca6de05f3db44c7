//! Turns the files of `catalogue/` into a table of name and text, so that a class is added by
//! adding a file, and those of `catalogue/opaque/` by adding a line.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What is said of a class of which only its name and its id in a dialect are known.
const OPAQUE: &str = "Only its id is known: every property is taken and kept.";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let directory = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../catalogue");
    let mut classes = BTreeMap::new();
    for (name, class) in files(&directory)? {
        classes.insert(name, class);
    }
    for (dialect, list) in files(&directory.join("opaque"))? {
        for entry in list.as_array().into_iter().flatten() {
            let name = entry["name"].as_str().unwrap_or_default().to_owned();
            let class = json!({
                "displayName": entry["displayName"],
                "description": OPAQUE,
                "version": "1.0.0",
                "opaque": true,
                &*dialect: {"id": entry["id"]},
            });
            if classes.insert(name.clone(), class).is_some() {
                return Err(format!("two classes are called {name:?}").into());
            }
        }
    }
    let mut table = table(&classes)?;
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

/// The JSON files of a directory, by their names.
fn files(directory: &Path) -> Result<Vec<(String, Value)>> {
    println!("cargo:rerun-if-changed={}", directory.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let file = entry?.path();
        if file.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        println!("cargo:rerun-if-changed={}", file.display());
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let content = serde_json::from_str(&fs::read_to_string(&file)?)
            .map_err(|error| format!("{}: {error}", file.display()))?;
        files.push((name.into_owned(), content));
    }
    Ok(files)
}

/// The classes by name, and by the ids that they have in dialects, both in order.
fn table(classes: &BTreeMap<String, Value>) -> Result<String> {
    let mut table = format!("static CATALOGUE: [Entry; {}] = [\n", classes.len());
    let mut ids = BTreeMap::new();
    for (index, (name, class)) in classes.iter().enumerate() {
        // Compact: the spaces that make the file readable need not be in every component.
        writeln!(table, "    Entry::new({name:?}, {:?}),", class.to_string())?;
        for (dialect, part) in class.as_object().into_iter().flatten() {
            let Some(id) = part.get("id").and_then(Value::as_str) else {
                continue;
            };
            if ids.insert((dialect, id), index).is_some() {
                return Err(format!("two classes have the id {id:?} in {dialect}").into());
            }
        }
    }
    table.push_str("];\n");
    writeln!(
        table,
        "static IDS: [((&str, &str), usize); {}] = [",
        ids.len()
    )?;
    for ((dialect, id), index) in ids {
        writeln!(table, "    (({dialect:?}, {id:?}), {index}),")?;
    }
    table.push_str("];\n");
    Ok(table)
}
