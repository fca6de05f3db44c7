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
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::scope::{Permission, Scope};

use crate::Dialect;
use crate::request::Request;
use crate::response::Response;
use crate::route::{Access, Function, Parse, Route};

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
            Route::of(
                &PingOne,
                Method::POST,
                concat!($environment, "/connectorInstances/:instance/probe"),
                Function::Probe,
                Access::Scope(Permission::Probe),
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

const READ: Access = Access::Scope(Permission::Read);
const WRITE: Access = Access::Scope(Permission::Write);

const fn read(pattern: &'static str, parse: Parse) -> Route {
    Route::of(
        &PingOne,
        Method::GET,
        pattern,
        Function::Export,
        READ,
        parse,
    )
}

const fn create(pattern: &'static str, parse: Parse) -> Route {
    Route::of(
        &PingOne,
        Method::POST,
        pattern,
        Function::Import,
        WRITE,
        parse,
    )
}

const fn change(method: Method, pattern: &'static str, parse: Parse) -> Route {
    Route::of(&PingOne, method, pattern, Function::Update, WRITE, parse)
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
