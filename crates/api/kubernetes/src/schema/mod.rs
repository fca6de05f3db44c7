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

pub(crate) use apply_rules::apply_rules;
pub(crate) use class::connector_class;
pub(crate) use connector::connector;
pub(crate) use core::{event, namespace, secret};
pub(crate) use prune::prune;
pub(crate) use types::{Items, Schema, Shape};
pub(crate) use validate::{path_of, validate};
