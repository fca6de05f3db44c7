//! What objects must be beyond the form that their schema gives them.

pub mod connector;
pub mod kind;
pub mod names;
pub mod secret;
