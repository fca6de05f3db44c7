//! The keys of a deployment that runs on this machine: made once, and kept with its data.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// The variables, each with the file that keeps it.
const KEYS: [(&str, &str); 2] = [
    (ADMIN_KEY, "admin-key"),
    ("SPIN_VARIABLE_ENCRYPTION_KEY", "encryption-key"),
];
const ADMIN_KEY: &str = "SPIN_VARIABLE_ADMIN_KEY";

/// The keys of the deployment whose data is in a folder: those of the environment go first.
///
/// # Errors
/// When one cannot be read or kept.
pub(crate) fn variables(state_dir: &Path) -> Result<[(&'static str, String); 2]> {
    let [admin, encryption] = KEYS.map(|(variable, file)| {
        let key = key(std::env::var(variable).ok(), &state_dir.join(file))?;
        Ok::<_, anyhow::Error>((variable, key))
    });
    Ok([admin?, encryption?])
}

/// The admin key of that deployment.
///
/// # Errors
/// Those of [`variables`].
pub(crate) fn admin_key(state_dir: &Path) -> Result<String> {
    let [(_, key), _] = variables(state_dir)?;
    Ok(key)
}

fn key(in_environment: Option<String>, file: &Path) -> Result<String> {
    if let Some(key) = in_environment.filter(|key| !key.is_empty()) {
        return Ok(key);
    }
    if let Ok(kept) = fs::read_to_string(file) {
        return Ok(kept.trim().to_owned());
    }
    let bytes = hub::id::random_bytes::<24>()?;
    let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    write_private(file, &key)
        .with_context(|| format!("cannot keep a key in {}", file.display()))?;
    Ok(key)
}

fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?
        .write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-keys-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn a_key_is_made_once_and_only_its_owner_can_read_it() {
        let folder = folder("once");
        let file = folder.join("admin-key");
        let made = key(None, &file).unwrap();
        assert_eq!(made.len(), 48);
        assert_eq!(key(None, &file).unwrap(), made);
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_environment_goes_first_and_an_empty_variable_is_none() {
        let folder = folder("environment");
        let file = folder.join("admin-key");
        assert_eq!(key(Some("given".to_owned()), &file).unwrap(), "given");
        assert!(!file.exists());
        assert_ne!(key(Some(String::new()), &file).unwrap(), "");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn each_folder_and_each_variable_has_its_own() {
        let (one, two) = (folder("one"), folder("two"));
        let [(_, admin), (_, encryption)] = variables(&one).unwrap();
        assert_ne!(admin, encryption);
        assert_eq!(admin_key(&one).unwrap(), admin);
        assert_ne!(admin_key(&two).unwrap(), admin);
        for folder in [one, two] {
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn a_key_that_cannot_be_kept_is_an_error_that_names_the_file() {
        let file = Path::new("/proc/no-such-folder/admin-key");
        assert!(key(None, file).is_err());
    }
}
