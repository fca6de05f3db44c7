//! Probing without doing it: what is asked of a tool, what its answer means, when it is asked again. No I/O.

pub mod address;
pub mod expression;
pub mod network;
pub mod script;
pub mod source;
pub mod template;
