//! Messages about what was imported.

use serde::Serialize;

/// A Message of the published form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    text: String,
    severity: &'static str,
}

impl Message {
    /// Something that the user should know.
    pub fn warning(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            severity: "warning",
        }
    }

    /// Why there is no import.
    pub fn error(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            severity: "error",
        }
    }
}
