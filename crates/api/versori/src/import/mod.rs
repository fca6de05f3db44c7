//! Imports of OpenAPI documents.

pub mod openapi;
pub mod operations;
pub mod parse;
pub mod source;
