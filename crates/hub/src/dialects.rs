//! What is asked of all dialects together, by those who know none of them.

use serde_json::Value;

use crate::scope::ScopeName;

/// The dialects.
pub trait Dialects: Sync {
    /// How each dialect that has a name of its own for a scope calls one.
    fn scope_names(&self) -> Vec<&'static dyn ScopeName>;

    /// The name of the secret with the certificates of a connector's tool, where a dialect keeps it in a form of its own.
    fn ca_secret<'d>(&self, doc: &'d Value) -> Option<&'d str>;
}
