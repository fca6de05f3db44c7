//! The structural schemas of the kinds that are served: the one source of what is validated,
//! pruned, reported as unknown, merged by key in server-side apply, and published as OpenAPI.
//!
//! Their form is that of a CustomResourceDefinition: that of the published API of Connector and
//! ConnectorClass, with the members that later releases added.

mod apply_rules;
mod build;
mod class;
mod connector;
mod core;
mod kind;
mod meta;
mod parameter;
mod prune;
mod types;
mod validate;

pub use apply_rules::apply_rules;
pub use class::connector_class;
pub use connector::connector;
pub use core::{event, namespace, secret};
pub use prune::prune;
pub use types::{Items, Schema, Shape};
pub use validate::{path_of, validate};
