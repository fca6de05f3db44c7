//! The texts of documents.

use serde_json::{Map, Value};

/// What has members.
pub(crate) trait Members {
    /// The text of a member; none where there is none or it is something else.
    fn text_at(&self, name: &str) -> Option<&str>;
}

impl Members for Value {
    fn text_at(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }
}

impl Members for Map<String, Value> {
    fn text_at(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }
}
