//! OpenAPI documents as what versions are made of.

pub(crate) mod document;
mod operation;
mod parts;
