//! The dialect: how its requests are authenticated, answered and refused.

use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::fields::FieldErrors;
use hub::scope::Scope;
use serde_json::Value;

use crate::auth::config::CREDENTIAL;
use crate::scope::Organisation;
use crate::{error, protocol, render};
use api::Dialect;
use api::request::Request;
use api::response::Response;
use api::scope::ScopeName;

/// The dialect.
pub struct Versori;

impl Dialect for Versori {
    fn name(&self) -> &'static str {
        "versori"
    }

    fn scope_name(&self) -> Option<&'static dyn ScopeName> {
        Some(&Organisation)
    }

    fn render(
        &self,
        request: &Request,
        outcome: Outcome,
        _scope: Option<&Scope>,
    ) -> Result<Response> {
        render::outcome(request, outcome)
    }

    /// `Authorization: JWT`, or the cookie named `cookie`.
    fn credential<'r>(&self, request: &'r Request) -> Option<&'r str> {
        let authorization = request.header("authorization");
        let token = authorization.and_then(|value| value.trim().split_once(' '));
        token
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("jwt"))
            .map(|(_, token)| token)
            .or_else(|| cookie(request))
    }

    fn check_class(&self, doc: &Value, faults: &mut FieldErrors) {
        protocol::class::check(doc, faults);
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }

    /// Versions and credentials are objects of their own, which another connector does not have.
    fn strip_identity(&self, doc: &mut Value) {
        let Some(Value::Object(own)) = doc.pointer_mut("/extensions/versori") else {
            return;
        };
        own.shift_remove("defaultVersion");
        let configs = own
            .get_mut("authSchemeConfigs")
            .and_then(Value::as_array_mut);
        for config in configs.into_iter().flatten() {
            if let Some(Value::Object(grant)) = config.get_mut("grant") {
                grant.shift_remove(CREDENTIAL);
            }
        }
    }
}

fn cookie(request: &Request) -> Option<&str> {
    let cookies = request.header("cookie")?.split(';');
    cookies
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == "cookie")
        .map(|(_, value)| value)
}
