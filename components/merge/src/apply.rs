//! Server-side apply.
use crate::error::{Code, Error};
use crate::origin::Merged;
use crate::rules::ApplyRules;
use serde_json::Value;

/// Who writes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Writer {
    /// The field manager.
    pub manager: String,
    /// `group/version`.
    pub api_version: String,
    /// Empty for the object itself, else for instance `status`.
    pub subresource: String,
    /// RFC 3339, UTC, to the second: what a new or changed entry says.
    pub time: String,
}

/// What an apply made.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The object, without `metadata.managedFields`.
    pub merged: Merged,
    /// The new `metadata.managedFields`.
    pub managed_fields: Value,
    /// False when neither the object nor who owns it changed.
    pub changed: bool,
}

/// Server-side apply.
pub fn apply(
    _current: Option<&Value>,
    _managed_fields: &Value,
    _payload: &Value,
    _writer: &Writer,
    _force: bool,
    _rules: &ApplyRules,
) -> Result<Applied, Error> {
    Err(Error::field("", Code::Malformed, "not yet"))
}

/// Ownership after a write that is no apply.
pub fn manage_fields(
    _before: Option<&Value>,
    _after: &Value,
    _managed_fields: &Value,
    _writer: &Writer,
    _rules: &ApplyRules,
) -> Result<Value, Error> {
    Err(Error::field("", Code::Malformed, "not yet"))
}
