//! Reads.

pub(crate) mod classes;
pub(crate) mod fingerprints;
pub(crate) mod keys;
pub(crate) mod objects;
mod select;
pub(crate) mod watch;

pub(crate) use select::{select, select_seen};
