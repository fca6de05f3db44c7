//! Secrets in objects: they are taken out before an object is stored, and never exported.

use std::collections::HashSet;

use hub::secret::{Clear, MASK, is_mask};
use serde_json::{Map, Value};

/// The ends of the names of members that hold a secret, without punctuation. Nothing is published on which do; sources
/// also name theirs in a member `encrypted`.
const NAME_ENDS: [&str; 8] = [
    "password",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "privatekey",
    "secretaccesskey",
    "credentials",
];

/// Takes the secrets out of an object and puts the mask in their place. Each comes with its JSON Pointer (RFC 6901)
/// in the object, which is the name of its entry. `is_sensitive` says what the class of a connector knows of the
/// members of `connectorAttributes`.
pub fn take(object: &mut Value, is_sensitive: impl Fn(&str) -> bool) -> Vec<(String, Clear)> {
    let mut taken = Vec::new();
    let sensitive = |path: &str, name: &str| path == "/connectorAttributes" && is_sensitive(name);
    walk(object, "", &sensitive, &mut taken);
    taken
}

fn walk(
    value: &mut Value,
    path: &str,
    sensitive: &impl Fn(&str, &str) -> bool,
    taken: &mut Vec<(String, Clear)>,
) {
    match value {
        Value::Object(members) => {
            let encrypted = encrypted(members);
            for (name, member) in members {
                let place = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
                let is_secret =
                    is_secret_name(name) || encrypted.contains(name) || sensitive(path, name);
                match member {
                    Value::String(text) if is_secret && is_secret_value(text) => {
                        taken.push((place, Clear::new(std::mem::take(text))));
                        MASK.clone_into(text);
                    }
                    _ => walk(member, &place, sensitive, taken),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                walk(item, &format!("{path}/{index}"), sensitive, taken);
            }
        }
        _ => {}
    }
}

/// Sources name the attributes that are stored encrypted: `"encrypted": "password,privateKey"`.
fn encrypted(members: &Map<String, Value>) -> HashSet<String> {
    let names = members.get("encrypted").and_then(Value::as_str);
    let names = names.unwrap_or_default().split(',');
    names.map(|name| name.trim().to_owned()).collect()
}

fn is_secret_name(name: &str) -> bool {
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|char| char.to_ascii_lowercase())
        .collect();
    NAME_ENDS.iter().any(|end| plain.ends_with(end))
}

/// An expression names where the value comes from, and is none itself.
fn is_secret_value(text: &str) -> bool {
    !text.is_empty() && !is_mask(text) && !text.starts_with("{{") && !text.starts_with("$.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn secrets_are_found_wherever_they_are() {
        let mut object = json!({
            "name": "n",
            "connectorAttributes": {
                "encrypted": "pin, other", "pin": "1234", "clientId": "c", "client_secret": "s1", "port": "5",
                "domainSettings": [{"user": "u", "password": "s2"}, {"password": ""}], "x-y/z": {"api-key": "s3"},
                "special": "s4",
            },
            "special": "kept", "bearerToken": "{{$.token}}", "passwordPolicies": [{"id": "1"}], "password": "******",
        });
        let taken = take(&mut object, |name| name == "special");
        let found: Vec<_> = taken
            .iter()
            .map(|(entry, clear)| (entry.as_str(), clear.expose()))
            .collect();
        assert_eq!(
            found,
            [
                ("/connectorAttributes/pin", "1234"),
                ("/connectorAttributes/client_secret", "s1"),
                ("/connectorAttributes/domainSettings/0/password", "s2"),
                ("/connectorAttributes/x-y~1z/api-key", "s3"),
                ("/connectorAttributes/special", "s4"),
            ]
        );
        let text = object.to_string();
        for secret in ["1234", "s1", "s2", "s3", "s4"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert_eq!(
            object.pointer("/connectorAttributes/pin"),
            Some(&json!(MASK))
        );
        assert_eq!(object.get("special"), Some(&json!("kept")));
        assert_eq!(object.get("bearerToken"), Some(&json!("{{$.token}}")));
        assert!(take(&mut object, |name| name == "special").is_empty());
    }
}
