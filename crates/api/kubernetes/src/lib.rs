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
use hub::object::Kind;
use hub::resource::Resource;
use hub::scope::Scope;
use serde_json::Value;

use api::Dialect;
use api::request::Request;
use api::response::Response;
use api::scope::{OwnName, ScopeName};

pub use routes::ROUTES;

/// The dialect.
pub struct Kubernetes;

impl Dialect for Kubernetes {
    fn name(&self) -> &'static str {
        "kubernetes"
    }

    fn scope_name(&self) -> Option<&'static dyn ScopeName> {
        Some(&OwnName("namespace"))
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

    fn strip_identity(&self, doc: &mut Value) {
        if let Some(members) = doc.as_object_mut() {
            wire::metadata::strip(members);
        }
    }

    fn tracks_owners(&self, kind: Kind) -> Option<&'static dyn Resource> {
        view::resource(kind)
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }
}
