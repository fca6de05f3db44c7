//! The model that every dialect converts to and from, its validation and the domain errors.
//!
//! Nothing here does I/O: time and randomness come in as values or through [`id::Uid::new`].

#![deny(missing_docs)]

pub mod class;
pub mod command;
pub mod connector;
pub mod dialects;
pub mod error;
pub mod fetch;
pub mod fields;
pub mod fingerprint;
pub mod history;
pub mod id;
pub mod job;
pub mod json;
mod kind;
pub mod object;
pub mod operation;
pub mod plan;
pub mod pointer;
pub mod precondition;
pub mod probing;
pub mod purge;
pub mod query;
pub mod reference;
pub mod resource;
pub mod scope;
mod scope_name;
pub mod search;
pub mod secrecy;
pub mod secret;
pub mod selector;
pub mod slot;
pub mod text;
pub mod time;
pub mod unchanged;
pub mod watch;
