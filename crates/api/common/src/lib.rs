//! What all wire APIs share. A dialect turns requests into the hub's commands and outcomes into its
//! own responses; it does no I/O and never talks to another dialect.

#![deny(missing_docs)]

pub mod conditional;
mod dialect;
pub mod encoding;
pub mod form;
pub mod health;
pub mod multipart;
pub mod preview;
pub mod request;
pub mod response;
pub mod route;
mod route_info;
pub mod scope;
pub mod task;
pub mod yaml;

pub use dialect::Dialect;

use hub::command::Outcome;
use hub::error::Error;

/// What a dialect says when a function hands it an outcome that the command cannot have. What is in
/// the outcome is not for the log.
pub fn impossible(outcome: &Outcome) -> Error {
    let variant = std::mem::discriminant(outcome);
    Error::Internal(format!("no rendering of the outcome {variant:?}"))
}
