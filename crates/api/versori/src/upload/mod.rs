//! Uploads of documents to be imported.

pub mod operations;
pub mod parse;
