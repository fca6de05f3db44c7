//! Versions of a connector.

pub(crate) mod draft;
pub(crate) mod library;
pub(crate) mod operations;
pub(crate) mod parse;
pub(crate) mod path;
pub(crate) mod wire;
