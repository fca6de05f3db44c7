//! Kubernetes: Connector and ConnectorClass of connectors.alauda.io/v1alpha1, with the Secrets and
//! Namespaces that they need, for kubectl and the ordinary client libraries.

mod access;
mod dialect;
mod discovery;
mod encode;
mod fault;
mod object;
mod paths;
mod request;
mod resource;
mod response;
mod routes;
mod rules;
mod schema;
#[cfg(test)]
mod tests;
mod view;

pub use dialect::Kubernetes;
pub use routes::ROUTES;
