//! What is asked of all dialects together, by those who know none of them.

use serde_json::Value;

/// The dialects.
pub trait Dialects: Sync {
    /// The name of the secret with the certificates of a connector's tool, where a dialect keeps it in a form of its own.
    fn ca_secret<'d>(&self, doc: &'d Value) -> Option<&'d str>;
}
