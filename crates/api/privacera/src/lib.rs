//! Privacera: import and export of connectors (Privacera, "Runtime API reference": Import
//! connector, Export connector). What is answered, and what was decided, is in
//! docs/apis/privacera.md.

mod error;
mod parse;
mod render;
mod scope;
#[cfg(test)]
mod tests;
mod wire;

use http::Method;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::scope::Permission;

use api::Dialect;
use api::request::Request;
use api::response::Response;
use api::route::{Access, Parse, Route, Success};
use api::scope::ScopeName;

use self::scope::RuntimePlane;

/// The dialect.
pub struct Privacera;

/// Its routes.
pub const ROUTES: &[Route] = &[
    Route::of(
        &Privacera,
        "privacera.importConnector",
        Method::POST,
        "/v2/runtime/connector/import",
        Access::Scope(Permission::Write),
        Parse::Import(parse::import),
    )
    .answers(Success::CREATED),
    Route::of(
        &Privacera,
        "privacera.exportConnector",
        Method::GET,
        "/v2/runtime/connector/:name/export",
        Access::Scope(Permission::Read),
        Parse::Export(parse::export),
    ),
    Route::of(
        &Privacera,
        "privacera.probeConnector",
        Method::POST,
        "/v2/runtime/connector/:name/probe",
        Access::Scope(Permission::Probe),
        Parse::Probe(parse::probe),
    ),
];

impl Dialect for Privacera {
    fn name(&self) -> &'static str {
        "privacera"
    }

    fn scope_name(&self) -> Option<&'static dyn ScopeName> {
        Some(&RuntimePlane)
    }

    fn render(
        &self,
        request: &Request,
        outcome: Outcome,
        scope: Option<&hub::scope::Scope>,
    ) -> Result<Response> {
        render::outcome(request, outcome, scope)
    }

    fn credential<'r>(&self, request: &'r Request) -> Option<&'r str> {
        request.header("x-pcloud-key")
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }
}
