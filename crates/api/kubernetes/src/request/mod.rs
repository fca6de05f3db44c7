//! Requests, each read once: what it is about, its options and its document. What follows takes
//! them from here.

pub mod accept;
mod body;
pub mod command;
mod document;
mod labels;
mod list;
mod options;
mod patch;
mod protobuf;
mod query;
mod read;
mod selector;
mod strict;
mod target;
mod watch;

pub use document::document_of;
pub use list::continuation;
pub use read::ApiRequest;
pub use strict::PATCH;
