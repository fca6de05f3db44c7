//! Our own API: scopes, keys, classes, tokens and health.

mod error;
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
    route(
        Method::GET,
        "/healthz",
        Function::Export,
        Access::Public,
        |_| Ok(Command::Health),
    ),
    route(
        Method::GET,
        "/readyz",
        Function::Probe,
        Access::Public,
        |_| Ok(Command::Ready),
    ),
    route(
        Method::POST,
        "/oauth/token",
        Function::Export,
        Access::Public,
        parse::token,
    ),
    route(
        Method::GET,
        "/v1/scopes",
        Function::Export,
        Access::Installation,
        |_| Ok(Command::ListScopes),
    ),
    route(
        Method::POST,
        "/v1/jobs/tick",
        Function::Import,
        Access::Installation,
        |_| Ok(Command::RunJobs),
    ),
    route(Method::GET, SCOPE, Function::Export, READ, |_| {
        Ok(Command::GetScope)
    }),
    route(
        Method::PUT,
        SCOPE,
        Function::Import,
        Access::Installation,
        parse::put_scope,
    ),
    route(Method::GET, KEYS, Function::Export, ADMIN, |_| {
        Ok(Command::ListKeys)
    }),
    route(
        Method::POST,
        KEYS,
        Function::Import,
        ADMIN,
        parse::create_key,
    ),
    route(Method::GET, KEY, Function::Export, ADMIN, parse::get_key),
    route(
        Method::DELETE,
        KEY,
        Function::Update,
        ADMIN,
        parse::revoke_key,
    ),
    route(Method::GET, CLASSES, Function::Export, READ, |_| {
        Ok(Command::ListClasses)
    }),
    route(Method::GET, CLASS, Function::Export, READ, parse::get_class),
    route(
        Method::PUT,
        CLASS,
        Function::Import,
        ADMIN,
        parse::put_class,
    ),
    route(
        Method::DELETE,
        CLASS,
        Function::Update,
        ADMIN,
        parse::delete_class,
    ),
    route(
        Method::POST,
        "/v1/scopes/:scope/connectors/:connector/probe",
        Function::Probe,
        PROBE,
        probing::probe,
    ),
    route(
        Method::POST,
        "/v1/scopes/:scope/probes",
        Function::Probe,
        PROBE,
        probing::start_round,
    ),
    route(
        Method::GET,
        "/v1/scopes/:scope/probes/:round",
        Function::Probe,
        PROBE,
        probing::get_round,
    ),
    route(
        Method::POST,
        "/v1/sweep",
        Function::Probe,
        Access::Everywhere(Permission::Probe),
        |_| Ok(Command::Sweep),
    ),
    route(
        Method::POST,
        route::CHANGES,
        Function::Probe,
        Access::Functions,
        |_| Ok(Command::ProbeChanged),
    ),
    route(
        Method::POST,
        route::CLASS_CHECK,
        Function::Probe,
        Access::Functions,
        |request| request.json().map(Command::CheckClass),
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

const fn route(
    method: Method,
    pattern: &'static str,
    function: Function,
    access: Access,
    parse: fn(&Request) -> Result<Command>,
) -> Route {
    Route {
        method,
        pattern,
        function,
        access,
        dialect: &Native,
        parse,
    }
}

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
