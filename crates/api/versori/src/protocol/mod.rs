//! Protocols, and the auth schemes that each has.

pub mod catalog;
pub mod class;
pub mod operations;
pub mod parse;
