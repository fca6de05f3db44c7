//! What a Secret must be: its entries, and those that its type wants (Kubernetes, "Secrets").

use hub::error::{Error, FieldError, Result};
use hub::json::text_at;
use hub::secret::MASK;
use serde_json::Value;

use crate::fault::{forbidden, invalid, required, too_long};
use crate::object::secret::{decode, members, type_of};

/// The most bytes that all entries of a Secret may have.
const SIZE_MAX: usize = 1024 * 1024;
/// The longest name of an entry, in bytes.
const KEY_MAX: usize = 253;

/// Checks what the schema cannot say. `current` is the hub's document of the Secret as it is.
///
/// # Errors
/// [`Error::Malformed`] for what is not base64; [`Error::Invalid`] with every field that is wrong.
pub(crate) fn check(wire: &Value, current: Option<&Value>) -> Result<()> {
    let entries = entries(wire)?;
    let mut faults = Vec::new();
    for entry in &entries {
        let stored = current.and_then(|doc| doc.get("data")?.get(&entry.name));
        entry.check(stored.is_some(), &mut faults);
    }
    let size = entries
        .iter()
        .map(|entry| entry.value.len())
        .fold(0, usize::saturating_add);
    if size > SIZE_MAX {
        faults.push(too_long("data", SIZE_MAX));
    }
    check_type(wire, &entries, &mut faults);
    if let Some(current) = current {
        check_unchanged(wire, current, &mut faults);
    }
    Error::check(faults)
}

struct Entry {
    list: &'static str,
    name: String,
    value: Vec<u8>,
}

/// The entries of `data` and `stringData`, of which the latter is written over the former.
fn entries(wire: &Value) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    for list in ["data", "stringData"] {
        for (name, value) in members(wire, list) {
            let text = value.as_str().unwrap_or_default();
            let value = if list == "data" {
                decode(text).map_err(|error| {
                    Error::Malformed(format!(
                        "Secret in version \"v1\" cannot be handled as a Secret: {list}.{name}: illegal base64 data: {error}"
                    ))
                })?
            } else {
                text.as_bytes().to_vec()
            };
            entries.retain(|entry| entry.name != *name);
            let name = name.clone();
            entries.push(Entry { list, name, value });
        }
    }
    Ok(entries)
}

impl Entry {
    fn check(&self, is_stored: bool, faults: &mut Vec<FieldError>) {
        let Self { list, name, value } = self;
        if value == MASK.as_bytes() && !is_stored {
            let why = "stands for a value that is stored, and there is none";
            faults.push(invalid(&format!("{list}.{name}"), MASK, why));
        }
        // Another API may have entries that have no name here; they can be written back.
        let problem = key_problem(name).filter(|_| !is_stored);
        if let Some(problem) = problem {
            faults.push(invalid(&format!("data[{name}]"), name, problem));
        }
    }
}

/// What is wrong with the name of an entry, which must be that of a file.
pub(crate) fn key_problem(key: &str) -> Option<&'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    match key {
        "." => Some("must not be '.'"),
        ".." => Some("must not be '..'"),
        _ if key.len() > KEY_MAX => Some("must be no more than 253 characters"),
        _ if key.is_empty() || !key.bytes().all(allowed) => Some(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
             'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        ),
        _ if key.starts_with("..") => Some("must not start with '..'"),
        _ => None,
    }
}

fn check_type(wire: &Value, entries: &[Entry], faults: &mut Vec<FieldError>) {
    let value = |name: &str| {
        let entry = entries.iter().find(|entry| entry.name == name);
        entry.map(|entry| entry.value.as_slice())
    };
    let mut needs = |names: &[&str]| {
        for name in names {
            if value(name).is_none_or(<[u8]>::is_empty) {
                faults.push(required(&format!("data[{name}]"), ""));
            }
        }
    };
    match type_of(wire) {
        "kubernetes.io/tls" => needs(&["tls.crt", "tls.key"]),
        "kubernetes.io/ssh-auth" => needs(&["ssh-privatekey"]),
        "kubernetes.io/basic-auth" if value("username").or(value("password")).is_none() => {
            needs(&["username", "password"]);
        }
        "kubernetes.io/service-account-token" => {
            const ACCOUNT: &str = "kubernetes.io/service-account.name";
            let annotations = wire.pointer("/metadata/annotations");
            if annotations
                .and_then(|all| all.get(ACCOUNT))
                .is_none_or(|name| name == "")
            {
                faults.push(required(&format!("metadata.annotations[{ACCOUNT}]"), ""));
            }
        }
        "kubernetes.io/dockercfg" => needs_json(".dockercfg", value(".dockercfg"), faults),
        "kubernetes.io/dockerconfigjson" => {
            const NAME: &str = ".dockerconfigjson";
            needs_json(NAME, value(NAME), faults);
        }
        _ => {}
    }
}

fn needs_json(name: &str, value: Option<&[u8]>, faults: &mut Vec<FieldError>) {
    let field = format!("data[{name}]");
    match value {
        None => faults.push(required(&field, "")),
        Some(value) if value == MASK.as_bytes() => {}
        Some(value) if hub::json::parse(value).is_err() => {
            let problem = "must be valid JSON";
            faults.push(invalid(&field, "<secret contents redacted>", problem));
        }
        Some(_) => {}
    }
}

/// Its type cannot change, nor can it become mutable again. That its entries do not change then is
/// seen where they are decrypted.
fn check_unchanged(wire: &Value, current: &Value, faults: &mut Vec<FieldError>) {
    let (before, after) = (text_at(current, "/type"), type_of(wire));
    if !before.is_empty() && after != before {
        faults.push(invalid("type", after, "field is immutable"));
    }
    let is_immutable = |doc: &Value| doc.get("immutable") == Some(&Value::Bool(true));
    if is_immutable(current) && !is_immutable(wire) {
        let why = "field is immutable when `immutable` is set";
        faults.push(forbidden("immutable", why));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(wire: &Value, current: Option<&Value>) -> Vec<String> {
        match check(wire, current) {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
            Err(other) => vec![other.to_string()],
        }
    }

    #[test]
    fn a_mask_needs_something_that_it_stands_for() {
        let wire = json!({"data": {"a": "KioqKioq"}});
        assert_eq!(fields(&wire, None), ["data.a"]);
        let current = json!({"data": {"a": "sealed"}, "type": "Opaque"});
        assert_eq!(fields(&wire, Some(&current)), Vec::<String>::new());
    }

    #[test]
    fn names_of_entries_are_file_names() {
        for name in [".", "..", "..a", "a b", "", "a/b", &"a".repeat(254)] {
            let wire = json!({"stringData": {name: "x"}});
            assert_eq!(fields(&wire, None), [format!("data[{name}]")]);
        }
        let wire = json!({"stringData": {"...": "x", ".a": "y", "A-b_c": "z"}});
        assert_eq!(fields(&wire, None), ["data[...]"]);
    }

    #[test]
    fn types_want_their_entries() {
        let of = |kind: &str, data: Value| fields(&json!({"type": kind, "stringData": data}), None);
        let none = Vec::<String>::new();
        assert_eq!(
            of("kubernetes.io/tls", json!({"tls.crt": "x"})),
            ["data[tls.key]"]
        );
        assert_eq!(
            of("kubernetes.io/ssh-auth", json!({"ssh-privatekey": ""})),
            ["data[ssh-privatekey]"]
        );
        assert_eq!(
            of("kubernetes.io/basic-auth", json!({})),
            ["data[username]", "data[password]"]
        );
        assert_eq!(
            of("kubernetes.io/basic-auth", json!({"password": "x"})),
            none
        );
        assert_eq!(
            of(
                "kubernetes.io/dockerconfigjson",
                json!({".dockerconfigjson": "{"})
            ),
            ["data[.dockerconfigjson]"]
        );
        assert_eq!(
            of("kubernetes.io/dockercfg", json!({".dockercfg": "{}"})),
            none
        );
        assert_eq!(
            of("kubernetes.io/service-account-token", json!({})).len(),
            1
        );
        assert_eq!(of("own/type", json!({})), none);
    }

    #[test]
    fn what_is_too_long_or_no_base64_is_refused() {
        let wire = json!({"stringData": {"a": "x".repeat(SIZE_MAX), "b": "y"}});
        assert_eq!(fields(&wire, None), ["data"]);
        let wire = json!({"data": {"a": "%"}});
        assert!(matches!(check(&wire, None), Err(Error::Malformed(_))));
    }

    #[test]
    fn what_is_immutable_stays_so() {
        let current = json!({"type": "Opaque", "immutable": true});
        for immutable in [json!(false), json!(null)] {
            let wire = json!({"immutable": immutable});
            assert_eq!(fields(&wire, Some(&current)), ["immutable"]);
        }
        assert_eq!(fields(&json!({}), Some(&current)), ["immutable"]);
        assert_eq!(
            fields(&json!({"immutable": true, "type": "x"}), Some(&current)),
            ["type"]
        );
        assert_eq!(
            fields(&json!({"type": ""}), Some(&json!({"type": "Opaque"}))),
            Vec::<String>::new()
        );
    }
}
