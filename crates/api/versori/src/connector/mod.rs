//! Connectors: they are answered with their connections and versions, which are objects of their
//! own.

pub(crate) mod categories;
pub(crate) mod create;
pub(crate) mod document;
pub(crate) mod list;
pub(crate) mod object;
pub(crate) mod parse;
pub(crate) mod read;
pub(crate) mod update;
pub(crate) mod wire;
