//! Versions of a connector.

pub mod draft;
pub mod library;
pub mod operations;
pub mod parse;
pub mod path;
pub mod wire;
