//! The dialect.

use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::fields::FieldErrors;
use hub::object::Kind;
use hub::resource::Resource;
use hub::scope::Scope;
use serde_json::Value;

use crate::{object, response, view};
use api::Dialect;
use api::request::Request;
use api::response::Response;
use api::scope::{OwnName, ScopeName};

/// Kubernetes.
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
        response::response(request, outcome, scope)
    }

    fn takes_anonymous(&self) -> bool {
        true
    }

    fn ca_secret<'d>(&self, doc: &'d Value) -> Option<&'d str> {
        object::extension(doc, "spec")?
            .pointer("/caCertSecretRef/name")?
            .as_str()
    }

    fn strip_identity(&self, doc: &mut Value) {
        if let Some(members) = doc.as_object_mut() {
            object::metadata::strip(members);
        }
    }

    fn tracks_owners(&self, kind: Kind) -> Option<&'static dyn Resource> {
        view::resource(kind)
    }

    fn check_class(&self, doc: &Value, faults: &mut FieldErrors) {
        faults.extend(object::class::check(doc));
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        response::error::response(request, error)
    }
}
