//! What a dialect calls a scope.

use hub::error::Result;
use hub::scope::NAME;
use hub::time::Timestamp;

pub use hub::scope::ScopeName;

/// The longest name of a scope, which is a namespace of Kubernetes: a label (RFC 1123, section
/// 2.1).
pub const NAME_MAX: usize = 63;

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
