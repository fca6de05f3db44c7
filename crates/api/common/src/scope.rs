//! What a dialect calls a scope.

use hub::error::Result;
use hub::time::Timestamp;
use serde_json::Value;

/// The member of a scope in `/v1/scopes` that is its own name.
pub const NAME: &str = "name";

/// The longest name of a scope, which is a namespace of Kubernetes: a label (RFC 1123, section 2.1).
pub const NAME_MAX: usize = 63;

/// How a dialect names a scope: in a form of its own, or by the scope's own name.
pub trait ScopeName: Sync {
    /// The parameter of the dialect's paths that holds the name; none where no path names a scope.
    fn part(&self) -> Option<&'static str> {
        None
    }

    /// The member of a scope in `/v1/scopes` that holds the name; [`NAME`] where it is the scope's own.
    fn field(&self) -> &'static str;

    /// Makes the name of a new scope for which none was given.
    ///
    /// # Errors
    /// [`hub::error::Error::Internal`] when the host has no randomness to give.
    fn generate(&self, scope_name: &str, now: Timestamp) -> Result<String>;

    /// The one spelling that is stored and compared; none when the text is no such name.
    fn parse(&self, text: &str) -> Option<String>;

    /// What a name looks like, to follow "must be".
    fn form(&self) -> &'static str;

    /// The name as it stands in `/v1/scopes`.
    fn json(&self, name: &str) -> Value {
        Value::from(name)
    }

    /// The name that stands in `/v1/scopes`, as [`Self::parse`] gives it; none when it is no such name.
    fn parse_json(&self, value: &Value) -> Option<String> {
        value.as_str().and_then(|text| self.parse(text))
    }

    /// Whether a key of another scope is told that there is no such scope, where the dialect publishes that it tells
    /// the two cases apart to nobody. It is told that the key is not for it otherwise.
    fn unknown_is_not_found(&self) -> bool {
        false
    }
}

/// The scope's own name, in a parameter of the dialect's paths.
pub struct OwnName(
    /// The parameter.
    pub &'static str,
);

impl ScopeName for OwnName {
    fn part(&self) -> Option<&'static str> {
        Some(self.0)
    }

    fn field(&self) -> &'static str {
        NAME
    }

    fn generate(&self, scope_name: &str, _now: Timestamp) -> Result<String> {
        Ok(scope_name.to_owned())
    }

    fn parse(&self, text: &str) -> Option<String> {
        let is_label =
            text.len() <= NAME_MAX && !text.contains('.') && hub::text::is_dns_name(text);
        is_label.then(|| text.to_owned())
    }

    fn form(&self) -> &'static str {
        "a DNS-1123 label: lower-case letters, digits and hyphens, at most 63"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_label() {
        let name = OwnName("scope");
        assert_eq!(name.parse("team-a"), Some("team-a".to_owned()));
        for text in ["", "Team", "a.b", "a b", &"a".repeat(64)] {
            assert_eq!(name.parse(text), None, "{text}");
        }
    }
}
