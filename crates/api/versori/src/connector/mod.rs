//! Connectors: they are answered with their connections and versions, which are objects of their
//! own.

pub mod categories;
pub mod create;
pub mod document;
pub mod list;
pub mod object;
pub mod parse;
pub mod read;
pub mod update;
pub mod wire;
