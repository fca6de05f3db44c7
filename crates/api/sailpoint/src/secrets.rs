//! Secrets in objects: they are taken out before an object is stored, and never exported.

use hub::secret::{Clear, MASK, is_mask};
use serde_json::{Map, Value};

/// The ends of the names of members that hold a secret, without punctuation. Nothing is published
/// on which do; sources also name theirs in a member `encrypted`.
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

/// Takes the secrets out of an object and puts the mask in their place. Each comes with its JSON
/// Pointer (RFC 6901) in the object, which is the name of its entry. `is_sensitive` says what the
/// class of a connector knows of the members of `connectorAttributes`.
pub(crate) fn take(
    object: &mut Value,
    is_sensitive: impl Fn(&str) -> bool,
) -> Vec<(String, Clear)> {
    let mut taken = Vec::new();
    walk(object, &Location::Object, &is_sensitive, &mut taken);
    taken
}

/// Where in an object something is. It is printed only where there is a secret: most of what is
/// looked at is none.
enum Location<'a> {
    Object,
    Member(&'a Location<'a>, &'a str),
    Element(&'a Location<'a>, usize),
}

impl Location<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Object => String::new(),
            Self::Member(parent, name) => {
                let name = name.replace('~', "~0").replace('/', "~1");
                format!("{}/{name}", parent.pointer())
            }
            Self::Element(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

fn walk(
    value: &mut Value,
    location: &Location<'_>,
    is_sensitive: &impl Fn(&str) -> bool,
    taken: &mut Vec<(String, Clear)>,
) {
    match value {
        Value::Object(members) => {
            let encrypted = encrypted(members);
            let of_class = matches!(
                location,
                Location::Member(Location::Object, "connectorAttributes")
            );
            for (name, member) in members {
                let location = Location::Member(location, name);
                match member {
                    Value::String(text) => {
                        let is_secret = is_secret_name(name)
                            || encrypted.iter().any(|known| known == name)
                            || (of_class && is_sensitive(name));
                        if is_secret && is_secret_value(text) {
                            taken.push((location.pointer(), Clear::new(std::mem::take(text))));
                            MASK.clone_into(text);
                        }
                    }
                    member => walk(member, &location, is_sensitive, taken),
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                walk(
                    item,
                    &Location::Element(location, index),
                    is_sensitive,
                    taken,
                );
            }
        }
        _ => {}
    }
}

/// Sources name the attributes that are stored encrypted: `"encrypted": "password,privateKey"`.
fn encrypted(members: &Map<String, Value>) -> Vec<String> {
    let names = members.get("encrypted").and_then(Value::as_str);
    let names = names.into_iter().flat_map(|names| names.split(','));
    names.map(|name| name.trim().to_owned()).collect()
}

fn is_secret_name(name: &str) -> bool {
    NAME_ENDS.iter().any(|end| ends_with(name, end))
}

/// Whether a name ends so, whatever its case and punctuation.
fn ends_with(name: &str, end: &str) -> bool {
    let mut letters = name.bytes().rev().filter(u8::is_ascii_alphanumeric);
    end.bytes().rev().all(|wanted| {
        letters
            .next()
            .is_some_and(|letter| letter.eq_ignore_ascii_case(&wanted))
    })
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
