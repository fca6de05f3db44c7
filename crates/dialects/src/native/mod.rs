//! Our own API: scopes, keys, classes, revisions, tokens and health.

mod error;
mod history;
mod parse;
mod probing;
mod render;
mod wire;

use http::Method;
use hub::command::{Command, Outcome};
use hub::error::{Error, Result};
use hub::scope::{Permission, Scope};

use crate::Dialect;
use crate::request::Request;
use crate::response::Response;
use crate::route::{self, Access, Function, Route};

/// The dialect.
pub struct Native;

/// Its routes.
pub const ROUTES: &[Route] = &[
    Route::of(
        &Native,
        Method::GET,
        "/healthz",
        Function::Export,
        Access::Public,
        |_| Ok(Command::Health),
    ),
    Route::of(
        &Native,
        Method::GET,
        "/readyz",
        Function::Probe,
        Access::Public,
        |_| Ok(Command::Ready),
    ),
    Route::of(
        &Native,
        Method::POST,
        "/oauth/token",
        Function::Export,
        Access::Public,
        parse::token,
    ),
    Route::of(
        &Native,
        Method::GET,
        "/v1/scopes",
        Function::Export,
        Access::Installation,
        |_| Ok(Command::ListScopes),
    ),
    Route::of(
        &Native,
        Method::POST,
        "/v1/jobs/tick",
        Function::Import,
        Access::Installation,
        |_| Ok(Command::RunJobs),
    ),
    Route::of(&Native, Method::GET, SCOPE, Function::Export, READ, |_| {
        Ok(Command::GetScope)
    }),
    Route::of(
        &Native,
        Method::PUT,
        SCOPE,
        Function::Import,
        Access::Installation,
        parse::put_scope,
    ),
    Route::of(
        &Native,
        Method::GET,
        "/v1/scopes/:scope/revisions",
        Function::Export,
        READ,
        history::query,
    ),
    Route::of(&Native, Method::GET, KEYS, Function::Export, ADMIN, |_| {
        Ok(Command::ListKeys)
    }),
    Route::of(
        &Native,
        Method::POST,
        KEYS,
        Function::Import,
        ADMIN,
        parse::create_key,
    ),
    Route::of(
        &Native,
        Method::GET,
        KEY,
        Function::Export,
        ADMIN,
        parse::get_key,
    ),
    Route::of(
        &Native,
        Method::DELETE,
        KEY,
        Function::Update,
        ADMIN,
        parse::revoke_key,
    ),
    Route::of(
        &Native,
        Method::GET,
        CLASSES,
        Function::Export,
        READ,
        |_| Ok(Command::ListClasses),
    ),
    Route::of(
        &Native,
        Method::GET,
        CLASS,
        Function::Export,
        READ,
        parse::get_class,
    ),
    Route::of(
        &Native,
        Method::PUT,
        CLASS,
        Function::Import,
        ADMIN,
        parse::put_class,
    ),
    Route::of(
        &Native,
        Method::DELETE,
        CLASS,
        Function::Update,
        ADMIN,
        parse::delete_class,
    ),
    Route::of(
        &Native,
        Method::POST,
        "/v1/scopes/:scope/connectors/:connector/probe",
        Function::Probe,
        PROBE,
        probing::probe,
    ),
    Route::of(
        &Native,
        Method::POST,
        "/v1/scopes/:scope/probes",
        Function::Probe,
        PROBE,
        probing::start_round,
    ),
    Route::of(
        &Native,
        Method::GET,
        "/v1/scopes/:scope/probes/:round",
        Function::Probe,
        PROBE,
        probing::get_round,
    ),
    Route::of(
        &Native,
        Method::POST,
        "/v1/sweep",
        Function::Probe,
        Access::Everywhere(Permission::Probe),
        |_| Ok(Command::Sweep),
    ),
    Route::of(
        &Native,
        Method::POST,
        route::CHANGES,
        Function::Probe,
        Access::Functions,
        |_| Ok(Command::ProbeChanged),
    ),
    Route::of(
        &Native,
        Method::POST,
        route::CLASS_CHECK,
        Function::Probe,
        Access::Functions,
        |request| request.json().map(Command::CheckClass),
    ),
    Route::of(
        &Native,
        Method::POST,
        route::EXCHANGE,
        Function::Probe,
        Access::Functions,
        probing::exchange,
    ),
];

const SCOPE: &str = "/v1/scopes/:scope";
const KEYS: &str = "/v1/scopes/:scope/keys";
const KEY: &str = "/v1/scopes/:scope/keys/:key";
const CLASSES: &str = "/v1/scopes/:scope/classes";
const CLASS: &str = "/v1/scopes/:scope/classes/:class";
const READ: Access = Access::Scope(Permission::Read);
const PROBE: Access = Access::Scope(Permission::Probe);
const ADMIN: Access = Access::Scope(Permission::Admin);

impl Dialect for Native {
    fn name(&self) -> &'static str {
        "native"
    }

    fn render(
        &self,
        request: &Request,
        outcome: Outcome,
        _scope: Option<&Scope>,
    ) -> Result<Response> {
        render::outcome(request, outcome)
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }
}
