//! Reads.

pub mod classes;
pub mod fingerprints;
pub mod keys;
pub mod objects;
mod select;
pub mod watch;

pub use select::{select, select_seen};
