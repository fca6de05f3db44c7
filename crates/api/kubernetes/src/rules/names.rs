//! Rules for names, labels and annotations (Kubernetes, "Object Names and IDs" and "Labels and
//! Selectors").

use hub::text::is_dns_name;
use serde_json::Value;

/// The longest name within its namespace of a label, and the longest value of one.
pub(crate) const LABEL_MAX: usize = 63;
/// What a name must be.
pub(crate) const NAME_RULE: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start \
     and end with an alphanumeric character (e.g. 'example.com', regex used for validation is \
     '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_NAME_RULE: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
     alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
     '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
/// What the value of a label must be.
pub(crate) const LABEL_VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must \
     start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for \
     validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// Whether a text may be the value of a label.
pub(crate) fn is_label_value(value: &str) -> bool {
    value.is_empty() || is_label_name(value)
}

/// Whether a text may be the name of a label: a name, or a DNS name, `/` and a name.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_label_name(name: &str) -> Result<(), String> {
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

/// Gives a new object without a name one that begins with its `generateName`: another one each
/// time.
///
/// # Errors
/// [`hub::error::Error::Internal`] when the host has no randomness to give.
pub(crate) fn generate(document: &mut Value) -> hub::error::Result<()> {
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
        let letter = LETTERS.iter().cycle().nth(usize::from(byte));
        name.extend(letter.copied().map(char::from));
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
