//! What versions are made of: actions, triggers and definitions.

pub(crate) mod contents;
pub(crate) mod delete;
pub(crate) mod found;
pub(crate) mod operations;
pub(crate) mod parse;
pub(crate) mod references;
pub(crate) mod wire;
