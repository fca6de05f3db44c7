//! Rules for names, labels and annotations (Kubernetes, "Object Names and IDs" and "Labels and Selectors").

use hub::error::FieldError;
use hub::text::is_dns_name;
use serde_json::{Map, Value};

use crate::fault::{invalid, required, too_long};

/// The longest name within its namespace of a label, and the longest value of one.
const LABEL_MAX: usize = 63;
/// The most bytes that all annotations of an object may have.
const ANNOTATIONS_MAX: usize = 256 * 1024;

const NAME_RULE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start \
     and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_NAME_RULE: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
     alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
     '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const LABEL_VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must \
     start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for \
     validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// Whether a text may be the value of a label.
pub fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_label_name(value)
}

/// Whether a text may be the name of a label: a name, or a DNS name, `/` and a name.
///
/// # Errors
/// What is wrong with it.
pub fn check_label_name(name: &str) -> Result<(), String> {
    let (prefix, name) = name
        .split_once('/')
        .map_or((None, name), |(prefix, name)| (Some(prefix), name));
    if prefix.is_some_and(|prefix| !is_dns_name(prefix)) {
        return Err(format!("prefix part {NAME_RULE}"));
    }
    if name.len() > LABEL_MAX {
        return Err(format!(
            "name part must be no more than {LABEL_MAX} characters"
        ));
    }
    if is_label_name(name) {
        Ok(())
    } else {
        Err(LABEL_NAME_RULE.to_owned())
    }
}

fn is_label_name(name: &str) -> bool {
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    name.len() <= LABEL_MAX
        && edge(name.bytes().next())
        && edge(name.bytes().last())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// What is wrong with the names in the metadata of an object.
pub fn check_metadata(metadata: &Map<String, Value>) -> Vec<FieldError> {
    let text = |name: &str| {
        metadata
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let members = |name: &str| {
        metadata
            .get(name)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
    };
    let mut faults = Vec::new();
    let (name, generate_name) = (text("name"), text("generateName"));
    if name.is_empty() && generate_name.is_empty() {
        faults.push(required(
            "metadata.name",
            "name or generateName is required",
        ));
    }
    if !name.is_empty() && !is_dns_name(name) {
        faults.push(invalid("metadata.name", name, NAME_RULE));
    }
    // What follows is letters, so the prefix may end with what a name may not.
    if !generate_name.is_empty() && !is_dns_name(generate_name.trim_end_matches(['-', '.'])) {
        faults.push(invalid("metadata.generateName", generate_name, NAME_RULE));
    }
    for (name, value) in members("labels") {
        if let Err(problem) = check_label_name(name) {
            faults.push(invalid("metadata.labels", name, &problem));
        }
        let value = value.as_str().unwrap_or_default();
        if value.len() > LABEL_MAX {
            faults.push(invalid(
                "metadata.labels",
                value,
                &format!("must be no more than {LABEL_MAX} characters"),
            ));
        } else if !is_label_value(value) {
            faults.push(invalid("metadata.labels", value, LABEL_VALUE_RULE));
        }
    }
    let mut size: usize = 0;
    for (name, value) in members("annotations") {
        size = size
            .saturating_add(name.len())
            .saturating_add(value.as_str().map_or(0, str::len));
        if let Err(problem) = check_label_name(&name.to_ascii_lowercase()) {
            faults.push(invalid("metadata.annotations", name, &problem));
        }
    }
    if size > ANNOTATIONS_MAX {
        faults.push(too_long("metadata.annotations", ANNOTATIONS_MAX));
    }
    let finalizers = metadata
        .get("finalizers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for finalizer in finalizers.filter_map(Value::as_str) {
        if let Err(problem) = check_label_name(finalizer) {
            faults.push(invalid("metadata.finalizers", finalizer, &problem));
        }
    }
    faults
}

/// Gives a new object without a name one that begins with its `generateName`: another one each time.
///
/// # Errors
/// [`hub::error::Error::Internal`] when the host has no randomness to give.
pub fn generate(document: &mut Value) -> hub::error::Result<()> {
    let metadata = document.get_mut("metadata").and_then(Value::as_object_mut);
    let Some(metadata) = metadata else {
        return Ok(());
    };
    let text = |name: &str| {
        metadata
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    if text("name").is_empty() && !text("generateName").is_empty() {
        let name = with_suffix(text("generateName"))?;
        metadata.insert("name".to_owned(), Value::String(name));
    }
    Ok(())
}

/// A prefix with five random characters, none of which makes words.
fn with_suffix(prefix: &str) -> hub::error::Result<String> {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    const ROOM: usize = 58;
    let mut name: String = prefix.chars().take(ROOM).collect();
    for byte in hub::id::random_bytes::<5>()? {
        let letter = LETTERS
            .get(usize::from(byte) % LETTERS.len())
            .copied()
            .unwrap_or(b'x');
        name.push(char::from(letter));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(metadata: &Value) -> Vec<String> {
        let faults = check_metadata(metadata.as_object().unwrap());
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn names_and_labels_follow_the_rules() {
        let good = json!({
            "generateName": "git-",
            "labels": {"app": "", "a.io/b_c": "D.e-f"},
            "annotations": {"cpaas.io/description": "anything, really"},
            "finalizers": ["a.io/b"],
        });
        assert_eq!(fields(&good), Vec::<String>::new());
        let bad = json!({"name": "Git_Hub", "labels": {"a b": "-x"}, "annotations": {"/": ""}, "finalizers": ["a//b"]});
        let expected = [
            "metadata.name",
            "metadata.labels",
            "metadata.labels",
            "metadata.annotations",
            "metadata.finalizers",
        ];
        assert_eq!(fields(&bad), expected);
        assert_eq!(fields(&json!({})), ["metadata.name"]);
    }

    #[test]
    fn generated_names_are_names() {
        let name = |metadata: Value| {
            let mut document = json!({"metadata": metadata});
            generate(&mut document).unwrap();
            document["metadata"]["name"].as_str().unwrap().to_owned()
        };
        assert_eq!(name(json!({"generateName": "a".repeat(70)})).len(), 63);
        let generated = || name(json!({"generateName": "git-"}));
        assert!(is_dns_name(&generated()) && generated().starts_with("git-"));
        assert_ne!(generated(), generated());
        let named = json!({"generateName": "git-", "name": "git"});
        assert_eq!(name(named), "git");
    }
}
