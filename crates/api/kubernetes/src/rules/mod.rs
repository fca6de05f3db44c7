//! What objects must be beyond the form that their schema gives them.

pub mod class;
pub mod connector;
pub mod kind;
pub mod metadata;
pub mod names;
pub mod namespace;
pub mod params;
pub mod secret;
mod value;
