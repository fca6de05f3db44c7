//! PingOne connector instances and the catalogue of connectors (seeds/pingone-create-connector-instance.txt,
//! reference/pingone.md).

mod connector;
mod error;
mod instance;
mod links;
mod parse;
mod properties;
mod render;
#[cfg(test)]
mod tests;

use http::Method;
use hub::command::{Command, Outcome};
use hub::error::{Error, Result};
use hub::scope::{Permission, Scope};

use crate::Dialect;
use crate::request::Request;
use crate::response::Response;
use crate::route::{Access, Function, Route};

/// The dialect.
pub struct PingOne;

macro_rules! routes {
    ($environment:literal) => {
        &[
            read($environment, parse::environment),
            read(concat!($environment, "/connectorInstances"), parse::list),
            create(concat!($environment, "/connectorInstances"), parse::create),
            read(
                concat!($environment, "/connectorInstances/:instance"),
                parse::get,
            ),
            change(
                Method::PUT,
                concat!($environment, "/connectorInstances/:instance"),
                parse::replace,
            ),
            create(
                concat!($environment, "/connectorInstances/:instance"),
                parse::clone,
            ),
            change(
                Method::DELETE,
                concat!($environment, "/connectorInstances/:instance"),
                parse::delete,
            ),
            route(
                Method::POST,
                concat!($environment, "/connectorInstances/:instance/probe"),
                Function::Probe,
                Permission::Probe,
                parse::probe,
            ),
            read(concat!($environment, "/connectors"), parse::connectors),
            read(
                concat!($environment, "/connectors/:connector"),
                parse::connectors,
            ),
            read(
                concat!($environment, "/connectors/:connector/details"),
                parse::connectors,
            ),
        ]
    };
}

/// Its routes.
pub const ROUTES: &[Route] = routes!("/v1/environments/:environment");

/// The same without the version: the published `{{apiPath}}` is with or without it.
pub const UNVERSIONED_ROUTES: &[Route] = routes!("/environments/:environment");

type Parse = fn(&Request) -> Result<Command>;

const fn read(pattern: &'static str, parse: Parse) -> Route {
    route(
        Method::GET,
        pattern,
        Function::Export,
        Permission::Read,
        parse,
    )
}

const fn create(pattern: &'static str, parse: Parse) -> Route {
    route(
        Method::POST,
        pattern,
        Function::Import,
        Permission::Write,
        parse,
    )
}

const fn change(method: Method, pattern: &'static str, parse: Parse) -> Route {
    route(method, pattern, Function::Update, Permission::Write, parse)
}

const fn route(
    method: Method,
    pattern: &'static str,
    function: Function,
    permission: Permission,
    parse: Parse,
) -> Route {
    Route {
        method,
        pattern,
        function,
        access: Access::Scope(permission),
        dialect: &PingOne,
        parse,
    }
}

impl Dialect for PingOne {
    fn name(&self) -> &'static str {
        "pingone"
    }

    fn render(
        &self,
        request: &Request,
        outcome: Outcome,
        scope: Option<&Scope>,
    ) -> Result<Response> {
        render::outcome(request, outcome, scope)
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }
}
