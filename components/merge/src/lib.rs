//! The merge core.

mod apply;
mod diff;
mod equal;
mod error;
pub mod limits;
mod origin;
mod patch;
mod pointer;
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
pub use replace::replace;
pub use resolve::{Reference, Resolution, Resolved, ResolvedReference, resolve};
pub use template::template;
