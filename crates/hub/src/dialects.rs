//! What is asked of all dialects together, by those who know none of them.

use serde_json::Value;

use crate::scope_name::ScopeName;

/// The dialects.
pub trait Dialects: Sync {
    /// The dialects that have a name of their own for a scope, and what it is.
    fn scope_names(&self) -> Vec<(&'static str, &'static dyn ScopeName)>;

    /// The name of the secret with the certificates of a connector's tool, where a dialect keeps it
    /// in a form of its own.
    fn ca_secret<'d>(&self, doc: &'d Value) -> Option<&'d str>;
}
