//! Uploads of documents to be imported.

pub(crate) mod operations;
pub(crate) mod parse;
