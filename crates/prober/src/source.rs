//! What is wrong with a piece of source that a class holds: a template, an expression or a script.

use std::fmt;

/// A fault and its place. The text is made from the source alone, so it never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceError {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl SourceError {
    /// A fault of the source as a whole.
    pub fn at_start(message: impl Into<String>) -> Self {
        Self {
            line: 1,
            column: 1,
            message: message.into(),
        }
    }

    /// A fault at an offset, in bytes.
    pub fn at_offset(source: &str, offset: usize, message: impl Into<String>) -> Self {
        let before = source.get(..offset).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let in_line = before.get(line_start..).unwrap_or_default();
        Self {
            line: before.matches('\n').count().saturating_add(1),
            column: in_line.chars().count().saturating_add(1),
            message: message.into(),
        }
    }

    /// Refuses a source that is over a limit, in bytes.
    ///
    /// # Errors
    /// Says what the limit is.
    pub fn check_length(source: &str, limit: usize) -> Result<(), Self> {
        if source.len() <= limit {
            return Ok(());
        }
        Err(Self::at_start(format!("is longer than {limit} bytes")))
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {}, column {}: {}",
            self.line, self.column, self.message
        )
    }
}
