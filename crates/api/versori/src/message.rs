//! Messages about what was imported.

use serde::Serialize;

/// A Message of the published form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Message {
    text: String,
    severity: &'static str,
}

impl Message {
    /// Something that the user should know.
    pub(crate) fn warning(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            severity: "warning",
        }
    }

    /// Why there is no import.
    pub(crate) fn error(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            severity: "error",
        }
    }
}
