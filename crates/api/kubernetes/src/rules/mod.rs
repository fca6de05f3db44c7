//! What objects must be beyond the form that their schema gives them.

pub(crate) mod class;
pub(crate) mod connector;
pub(crate) mod kind;
pub(crate) mod metadata;
pub(crate) mod names;
pub(crate) mod namespace;
pub(crate) mod params;
pub(crate) mod secret;
mod value;
