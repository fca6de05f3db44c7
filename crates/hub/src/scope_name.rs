//! What a dialect calls a scope.

use serde_json::Value;

use crate::error::Result;
use crate::time::Timestamp;

/// How a dialect names a scope: in a form of its own, or by the scope's own name.
pub trait ScopeName: Sync {
    /// The parameter of the dialect's paths that holds the name; none where no path names a scope.
    fn part(&self) -> Option<&'static str> {
        None
    }

    /// The member of a scope in `/v1/scopes` that holds the name; [`crate::scope::NAME`] where it
    /// is the scope's own.
    fn field(&self) -> &'static str;

    /// Makes the name of a new scope for which none was given.
    ///
    /// # Errors
    /// [`crate::error::Error::Internal`] when the host has no randomness to give.
    fn generate(&self, scope_name: &str, now: Timestamp) -> Result<String>;

    /// The one spelling that is stored and compared; none when the text is no such name.
    fn parse(&self, text: &str) -> Option<String>;

    /// What a name looks like, to follow "must be".
    fn form(&self) -> &'static str;

    /// The name as it stands in `/v1/scopes`.
    fn json(&self, name: &str) -> Value {
        Value::from(name)
    }

    /// The name that stands in `/v1/scopes`, as [`Self::parse`] gives it; none when it is no such
    /// name.
    fn parse_json(&self, value: &Value) -> Option<String> {
        value.as_str().and_then(|text| self.parse(text))
    }

    /// Whether a key of another scope is told that there is no such scope, where the dialect
    /// publishes that it tells the two cases apart to nobody. It is told that the key is not
    /// for it otherwise.
    fn unknown_is_not_found(&self) -> bool {
        false
    }
}
