//! Versori Connect v1 (seeds/versori-update-connector.txt, reference/versori.md).
//!
//! A connector is answered with its connections and versions, which are objects of their own. So nearly all requests are
//! about several objects, and are [operations](hub::operation) on a [`family`].

mod connection;
mod connector;
mod contents;
mod credential;
mod document;
mod error;
mod family;
mod grant;
mod limits;
mod links;
mod list;
mod openapi;
mod operations;
mod page;
mod parse;
mod part;
mod protocol;
mod render;
mod routes;
mod scheme;
mod scope_name;
mod variables;
mod version;

#[cfg(test)]
mod tests;

use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::scope::{Scope, ScopeName};

use api::Dialect;
use api::request::Request;
use api::response::Response;

pub use routes::ROUTES;

/// The dialect.
pub struct Versori;

impl Dialect for Versori {
    fn name(&self) -> &'static str {
        "versori"
    }

    fn scope_name(&self) -> Option<&'static dyn ScopeName> {
        Some(&scope_name::Organisation)
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

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }
}

fn cookie(request: &Request) -> Option<&str> {
    let cookies = request.header("cookie")?.split(';');
    cookies
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == "cookie")
        .map(|(_, value)| value)
}

/// Whether a request is the import of a document.
fn imports(request: &Request) -> bool {
    request.path.ends_with("/http/import")
}

/// Whether a request is for a JSON Schema.
fn serves_schema(request: &Request) -> bool {
    request.path.contains("/schemas/")
}
