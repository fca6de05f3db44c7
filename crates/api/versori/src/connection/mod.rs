//! Connections of a connector: what its actions and triggers sign in with.

pub(crate) mod document;
pub(crate) mod item;
pub(crate) mod make;
pub(crate) mod operations;
pub(crate) mod parse;
pub(crate) mod path;
pub(crate) mod variables;
pub(crate) mod wire;
