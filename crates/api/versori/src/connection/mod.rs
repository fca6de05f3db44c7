//! Connections of a connector: what its actions and triggers sign in with.

pub mod document;
pub mod item;
pub mod make;
pub mod operations;
pub mod parse;
pub mod path;
pub mod variables;
pub mod wire;
