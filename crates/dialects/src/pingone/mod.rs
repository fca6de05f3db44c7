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

const READ: Access = Access::Scope(Permission::Read);
const WRITE: Access = Access::Scope(Permission::Write);

macro_rules! routes {
    ($environment:literal) => {
        &[
            route(
                Method::GET,
                $environment,
                Function::Export,
                READ,
                parse::environment,
            ),
            route(
                Method::GET,
                concat!($environment, "/connectorInstances"),
                Function::Export,
                READ,
                parse::list,
            ),
            route(
                Method::POST,
                concat!($environment, "/connectorInstances"),
                Function::Import,
                WRITE,
                parse::create,
            ),
            route(
                Method::GET,
                concat!($environment, "/connectorInstances/:instance"),
                Function::Export,
                READ,
                parse::get,
            ),
            route(
                Method::PUT,
                concat!($environment, "/connectorInstances/:instance"),
                Function::Update,
                WRITE,
                parse::replace,
            ),
            route(
                Method::POST,
                concat!($environment, "/connectorInstances/:instance"),
                Function::Import,
                WRITE,
                parse::clone,
            ),
            route(
                Method::DELETE,
                concat!($environment, "/connectorInstances/:instance"),
                Function::Update,
                WRITE,
                parse::delete,
            ),
            route(
                Method::GET,
                concat!($environment, "/connectors"),
                Function::Export,
                READ,
                parse::connectors,
            ),
            route(
                Method::GET,
                concat!($environment, "/connectors/:connector"),
                Function::Export,
                READ,
                parse::connectors,
            ),
            route(
                Method::GET,
                concat!($environment, "/connectors/:connector/details"),
                Function::Export,
                READ,
                parse::connectors,
            ),
        ]
    };
}

/// Its routes.
pub const ROUTES: &[Route] = routes!("/v1/environments/:environment");

/// The same without the version: the published `{{apiPath}}` is with or without it.
pub const UNVERSIONED_ROUTES: &[Route] = routes!("/environments/:environment");

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
