//! Protocols, and the auth schemes that each has.

pub(crate) mod catalog;
pub(crate) mod class;
pub(crate) mod operations;
pub(crate) mod parse;
