//! What is a secret: the one rule, for documents of every dialect.
//!
//! A class and a row say so by name or path, and are believed. Where they say nothing, names and
//! the shape of texts decide.

use serde_json::{Map, Value};

/// What is known of a value before it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrecy {
    /// It is no secret, and nothing in it is, whatever it looks like.
    Open,
    /// Nothing is known: names and shape decide.
    ByName,
    /// It is a secret, and so is every text in it.
    Secret,
}

/// Words that end the name of a secret, alone or at the end of a longer word: `dbpassword`.
const ENDINGS: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "privatekey",
    "secretkey",
    "accesskey",
    "accountkey",
    "signingkey",
    "encryptionkey",
    "sharedkey",
    "credentials",
];
/// Words that are too short to be looked for inside of others.
const WORDS: [&str; 4] = ["pwd", "pass", "authorization", "passcode"];
/// What every such name has in it: most names are none, and need no closer look.
const STEMS: [&str; 7] = ["pass", "secret", "token", "key", "cred", "pwd", "auth"];
/// Words of names of numbers.
const COUNTS: [&str; 5] = ["max", "min", "num", "count", "total"];
/// Words after the one that counts: `privateKeyPem`, `tokenValue`.
const SUFFIXES: [&str; 7] = ["pem", "value", "text", "base64", "b64", "raw", "string"];

/// Whether a member of that name holds a secret: `DB_PASSWORD`, `clientSecret`, `x-api-key`.
pub fn is_secret_name(name: &str) -> bool {
    if !STEMS.iter().any(|stem| contains(name, stem)) {
        return false;
    }
    let mut words = words(name);
    while words.len() > 1
        && words
            .last()
            .is_some_and(|last| SUFFIXES.contains(&last.as_str()))
    {
        words.pop();
    }
    // `maxTokens` is how many there may be.
    if words.iter().any(|word| COUNTS.contains(&word.as_str())) {
        return false;
    }
    let Some(last) = words.last_mut() else {
        return false;
    };
    // More than one is as secret as one.
    if last.len() > 3 && last.ends_with('s') && !last.ends_with("ss") && last != "credentials" {
        last.pop();
    }
    let joined: String = words.concat();
    ENDINGS.iter().any(|ending| joined.ends_with(ending))
        || words
            .last()
            .is_some_and(|last| WORDS.contains(&last.as_str()))
}

/// Whether a text is in another one, whatever the case of its letters.
fn contains(text: &str, part: &str) -> bool {
    let mut windows = text.as_bytes().windows(part.len());
    windows.any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

/// The words of a name in lower case: `clientSecret`, `CLIENT_SECRET` and `client-secret` have the
/// same.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for char in name.chars() {
        let begins = !before.is_ascii_alphanumeric()
            || (before.is_ascii_lowercase() && char.is_ascii_uppercase());
        if char.is_ascii_alphanumeric() {
            if begins {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.push(char.to_ascii_lowercase());
            }
        }
        before = char;
    }
    words
}

/// Whether a text shows that it is a secret, whatever its name: a private key, the value of an
/// `Authorization` header, a URL with a password, and pairs of names and values of which one is
/// secret.
pub fn is_secret_text(text: &str) -> bool {
    let text = text.trim();
    is_private_key(text) || is_authorization(text) || has_password(text) || has_secret_pair(text)
}

/// RFC 7468.
fn is_private_key(text: &str) -> bool {
    text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----")
}

/// RFC 9110, section 11.6.2. A template names where the credential comes from.
fn is_authorization(text: &str) -> bool {
    let Some((scheme, credential)) = text.split_once(' ') else {
        return false;
    };
    ["bearer", "basic", "digest", "apikey", "token"]
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
        && credential.len() >= 4
        && !credential.contains(char::is_whitespace)
}

/// Whether a text is a URL with a password in it (RFC 3986, section 3.2.1).
pub fn has_password(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let is_scheme = |char: char| char.is_ascii_alphanumeric() || "+-.:".contains(char);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    scheme.chars().all(is_scheme)
        && authority
            .rsplit_once('@')
            .and_then(|(user, _)| user.split_once(':'))
            .is_some_and(|(_, password)| !password.is_empty() && !crate::secret::is_mask(password))
}

/// `grant_type=x&client_secret=y`, and the same with semicolons or commas, as in a connection
/// string.
fn has_secret_pair(text: &str) -> bool {
    text.contains('=')
        && text.split(['&', ';', '?', ',']).any(|pair| {
            pair.split_once('=').is_some_and(|(name, value)| {
                let value = value.trim();
                !value.is_empty()
                    && !crate::secret::is_mask(value)
                    && !name.contains(char::is_whitespace)
                    && is_secret_name(name)
            })
        })
}

/// What an object says of its `value`: `sensitive` is ours, the others are PingOne's marks of a
/// property. Only a mark that it is one counts of those: that it is none is for the class to say.
pub fn said_by(members: &Map<String, Value>) -> Secrecy {
    let is = |name: &str| members.get(name) == Some(&Value::Bool(true));
    match members.get("sensitive") {
        Some(Value::Bool(false)) => Secrecy::Open,
        Some(Value::Bool(true)) => Secrecy::Secret,
        _ if is("secure") || is("hashedVisibility") => Secrecy::Secret,
        _ if members.get("preferredControlType").and_then(Value::as_str) == Some("password") => {
            Secrecy::Secret
        }
        _ => Secrecy::ByName,
    }
}

/// The members by which an object says whether its value is a secret.
pub const MARKS: [&str; 4] = [
    "sensitive",
    "secure",
    "hashedVisibility",
    "preferredControlType",
];

/// Whether an object is a property: its value may be secret, and what else it has tells of it.
pub fn is_property(members: &Map<String, Value>) -> bool {
    let has = |name: &str| members.contains_key(name);
    has("value") || MARKS.iter().any(|mark| has(mark))
}

/// SailPoint names the attributes that are stored encrypted: `"encrypted": "password,privateKey"`.
pub fn encrypted(members: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let names = members.get("encrypted").and_then(Value::as_str);
    let names = names.into_iter().flat_map(|names| names.split(','));
    names.map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_however_they_are_written() {
        for name in [
            "password",
            "MY_PASSWORD",
            "dbpassword",
            "pwd",
            "userPwd",
            "passwd",
            "keystorePass",
            "API_TOKEN",
            "botToken",
            "tokens",
            "apiKey",
            "api_keys",
            "x-api-key",
            "privateKey",
            "privateKeyPem",
            "ssh-privatekey",
            "clientSecret",
            "CONNECTOR_S3_SECRET_KEY",
            "secretAccessKey",
            "Authorization",
            "credentials",
            "accessKey",
            "PASSPHRASE",
            "tokenValue",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "",
            "name",
            "username",
            "passwordPolicies",
            "tokenUrl",
            "token_endpoint",
            "secretRef",
            "secretName",
            "bypass",
            "compass",
            "accessKeyId",
            "clientId",
            "tokenType",
            "publicKey",
            "keyId",
            "maxTokens",
            "pin",
            "credentialId",
            "access",
            "address",
            "spinning",
            "path",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn texts_that_show_a_secret_are_known() {
        for text in [
            "-----BEGIN RSA PRIVATE KEY-----\nMII",
            "Bearer abcdef",
            "basic dTpw",
            "https://user:pw@host/x",
            "jdbc:postgresql://u:p@host/db",
            "grant_type=x&client_secret=abc",
            "jdbc:sqlserver://h;user=u;password=x",
            "jdbc:mysql://h/db?user=u&password=x",
        ] {
            assert!(is_secret_text(text), "{text}");
        }
        for text in [
            "",
            "Bearer of bad news",
            "https://host/x",
            "https://user@host",
            "https://h/a:b@c",
            "a=b&c=d",
            "password=",
            "token=***",
            "-----BEGIN CERTIFICATE-----",
            "basic",
            "the password = x y",
        ] {
            assert!(!is_secret_text(text), "{text}");
        }
    }

    #[test]
    fn an_object_says_of_its_value_that_it_is_secret() {
        let of = |value: Value| said_by(value.as_object().unwrap());
        use serde_json::json;
        assert_eq!(of(json!({"secure": true})), Secrecy::Secret);
        assert_eq!(of(json!({"secure": false})), Secrecy::ByName);
        assert_eq!(of(json!({"hashedVisibility": true})), Secrecy::Secret);
        assert_eq!(
            of(json!({"preferredControlType": "password"})),
            Secrecy::Secret
        );
        assert_eq!(
            of(json!({"sensitive": false, "secure": true})),
            Secrecy::Open
        );
    }
}
