//! Requests, each read once: what it is about, its options and its document. What follows takes
//! them from here.

pub(crate) mod accept;
mod body;
pub(crate) mod command;
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

pub(crate) use document::document_of;
pub(crate) use list::continuation;
pub(crate) use read::ApiRequest;
pub(crate) use strict::PATCH;
