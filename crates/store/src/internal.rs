//! Faults of ours.

use hub::error::Error;

/// A fault of ours, for the log.
pub(crate) fn internal(error: impl std::fmt::Display) -> Error {
    Error::Internal(error.to_string())
}
