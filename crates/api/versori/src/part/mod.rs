//! What versions are made of: actions, triggers and definitions.

pub mod contents;
pub mod delete;
pub mod found;
pub mod operations;
pub mod parse;
pub mod references;
pub mod wire;
