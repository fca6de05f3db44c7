//! The merge core: pure functions over JSON documents, as an ordinary library and as the component
//! behind `wit/merge.wit`.
//!
//! | function | what it makes | its rules |
//! |---|---|---|
//! | [`template`] | a payload laid over a template | [`rules::TemplateRules`] |
//! | [`replace`] | a full replacement: what is omitted is unset, unless ruled otherwise | [`rules::ReplaceRules`] |
//! | [`merge_patch`] | JSON Merge Patch, RFC 7396 | |
//! | [`json_patch`] | JSON Patch, RFC 6902 | |
//! | [`three_way`] | a merge with the document that was applied last | [`rules::ListRules`] |
//! | [`apply`](apply()), [`manage_fields`] | Kubernetes server-side apply and field managers | [`rules::ApplyRules`] |
//! | [`resolve`](resolve()) | references resolved by id, then name, then default | [`rules::ResolveRules`] |
//! | [`diff`](diff()) | what differs between two documents | [`rules::ListRules`] |
//!
//! What they have in common:
//!
//! - Every merge gives a [`Merged`]: the document, and the origin of each of its values. An origin
//!   covers everything beneath its pointer that has no entry of its own; a place where several
//!   sources meet is listed under the one that most of its parts have, then the parts that differ.
//! - The rules are data, so that a dialect states its own without a change here.
//! - Members and rows keep their order. The same input gives the same bytes.
//! - Bad input is an [`Error`] that names every bad field and says what to do. Nothing panics: a
//!   trap would end every request in flight in the caller's instance.
//! - Work and memory are bounded by [`limits`]. The functions take documents that [`limits::parse`]
//!   lets through.
//!
//! # Calling it from a function
//!
//! The component needs no trigger: spin.toml names it as the dependency
//! `"patchbay:core/merge@0.1.0"`. The caller generates its side from the same WIT:
//!
//! ```ignore
//! mod merge {
//!     spin_sdk::wit_bindgen::generate!({
//!         path: "../../wit",
//!         world: "patchbay:core/uses-merge",
//!         runtime_path: "::spin_sdk::wit_bindgen::rt",
//!         generate_all,
//!     });
//!     pub use patchbay::core::merge::*;
//! }
//!
//! let merged = merge::merge_patch(&current, &patch)?;
//! ```
//!
//! The component asks for the few WASI interfaces that the standard library itself names
//! (environment, exit, standard streams, a seed for hash maps) and for nothing else.

#![deny(missing_docs)]

mod apply;
mod diff;
mod equal;
mod error;
mod errors;
pub mod limits;
mod origin;
mod patch;
mod pointer;
mod reference;
mod replace;
pub mod resolve;
mod rows;
pub mod rules;
mod template;

#[cfg(target_family = "wasm")]
mod component;

pub use apply::{Applied, Writer, apply, manage_fields};
pub use diff::{Change, Operation, diff};
pub use equal::equal;
pub use error::{Code, Conflict, Error, FieldError};
pub use origin::{Merged, Origin, Source};
pub use patch::{json_patch, merge_patch, three_way};
pub use pointer::Pattern;
pub use reference::Reference;
pub use replace::replace;
pub use resolve::{Resolution, Resolved, ResolvedReference, resolve};
pub use template::template;
