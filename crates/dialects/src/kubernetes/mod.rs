//! Kubernetes: Connector and ConnectorClass of connectors.alauda.io/v1alpha1 (seeds/alauda-connector-apis.txt), with the
//! Secrets and Namespaces that they need, for kubectl and the ordinary client libraries (reference/kubernetes.md).

mod body;
mod class_rules;
mod discovery;
mod error;
mod list;
mod names;
mod openapi;
mod options;
mod parse;
mod path;
mod protobuf;
mod render;
mod resource;
mod routes;
mod schema;
mod selector;
mod strictness;
mod table;
mod version;
mod view;
mod watch;
mod wire;

use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::scope::Scope;
use serde_json::Value;

use crate::Dialect;
use crate::request::Request;
use crate::response::Response;

pub use routes::ROUTES;
pub use view::resource;
pub use wire::metadata::strip as strip_metadata;

/// The dialect.
pub struct Kubernetes;

impl Dialect for Kubernetes {
    fn name(&self) -> &'static str {
        "kubernetes"
    }

    fn render(
        &self,
        request: &Request,
        outcome: Outcome,
        scope: Option<&Scope>,
    ) -> Result<Response> {
        render::response(request, outcome, scope)
    }

    fn takes_anonymous(&self) -> bool {
        true
    }

    fn ca_secret<'d>(&self, doc: &'d Value) -> Option<&'d str> {
        wire::extension(doc, "spec")?
            .pointer("/caCertSecretRef/name")?
            .as_str()
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }
}
