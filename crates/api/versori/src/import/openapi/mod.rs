//! OpenAPI documents as what versions are made of.

pub mod document;
mod operation;
mod parts;
