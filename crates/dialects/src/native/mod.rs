//! Our own API: scopes, keys, classes, tokens and health.

mod error;
mod parse;
mod render;
mod wire;

use http::Method;
use hub::command::{Command, Outcome};
use hub::error::{Error, Result};
use hub::scope::{Permission, Scope};

use crate::Dialect;
use crate::request::Request;
use crate::response::Response;
use crate::route::{Access, Function, Route};

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
];

const SCOPE: &str = "/v1/scopes/:scope";
const KEYS: &str = "/v1/scopes/:scope/keys";
const KEY: &str = "/v1/scopes/:scope/keys/:key";
const CLASSES: &str = "/v1/scopes/:scope/classes";
const CLASS: &str = "/v1/scopes/:scope/classes/:class";
const READ: Access = Access::Scope(Permission::Read);
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
        _request: &Request,
        outcome: Outcome,
        _scope: Option<&Scope>,
    ) -> Result<Response> {
        render::outcome(outcome)
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }
}
