//! Privacera connector import and export (seeds/privacera-import-connector.txt, reference/privacera.md).

mod error;
mod parse;
mod render;
mod wire;

use http::Method;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::scope::Permission;

use crate::Dialect;
use crate::request::Request;
use crate::response::Response;
use crate::route::{Access, Function, Route};

/// The dialect.
pub struct Privacera;

/// Its routes. None names a scope: the key does. `probe` is ours.
pub const ROUTES: &[Route] = &[
    Route::of(
        &Privacera,
        Method::POST,
        "/v2/runtime/connector/import",
        Function::Import,
        Access::Scope(Permission::Write),
        parse::import,
    ),
    Route::of(
        &Privacera,
        Method::GET,
        "/v2/runtime/connector/:name/export",
        Function::Export,
        Access::Scope(Permission::Read),
        parse::export,
    ),
    Route::of(
        &Privacera,
        Method::POST,
        "/v2/runtime/connector/:name/probe",
        Function::Probe,
        Access::Scope(Permission::Probe),
        parse::probe,
    ),
];

impl Dialect for Privacera {
    fn name(&self) -> &'static str {
        "privacera"
    }

    fn render(
        &self,
        _request: &Request,
        outcome: Outcome,
        scope: Option<&hub::scope::Scope>,
    ) -> Result<Response> {
        render::outcome(outcome, scope)
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }
}
