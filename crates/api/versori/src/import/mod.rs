//! Imports of OpenAPI documents.

pub(crate) mod openapi;
pub(crate) mod operations;
pub(crate) mod parse;
pub(crate) mod source;
