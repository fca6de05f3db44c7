//! PingOne: connector instances and the catalogue of connectors (PingOne Platform API, "Connector
//! Instances" and "Connectors"). What is answered, and what was decided, is in
//! docs/apis/pingone.md.

mod class;
mod connector;
mod error;
mod instance;
mod links;
mod page;
mod parse;
mod properties;
mod render;
mod scope;
#[cfg(test)]
mod tests;

use http::Method;
use hub::command::{Export, Import, Outcome, Update};
use hub::error::{Error, Result};
use hub::fields::FieldErrors;
use hub::scope::{Permission, Scope};
use serde_json::Value;

use api::Dialect;
use api::request::Request;
use api::response::Response;
use api::route::{Access, Parse, Parser, Route, Success};
use api::scope::ScopeName;

use self::scope::Environment;

/// The dialect.
pub struct PingOne;

macro_rules! routes {
    ($environment:literal) => {
        &[
            read(ENVIRONMENT, $environment, parse::environment),
            read(
                "pingone.listConnectorInstances",
                concat!($environment, "/connectorInstances"),
                parse::list,
            ),
            create(
                "pingone.createConnectorInstance",
                concat!($environment, "/connectorInstances"),
                parse::create,
            ),
            read(
                "pingone.getConnectorInstance",
                concat!($environment, "/connectorInstances/:instance"),
                parse::get,
            ),
            change(
                "pingone.replaceConnectorInstance",
                Method::PUT,
                concat!($environment, "/connectorInstances/:instance"),
                parse::replace,
            ),
            create(
                "pingone.cloneConnectorInstance",
                concat!($environment, "/connectorInstances/:instance"),
                parse::clone,
            ),
            change(
                "pingone.deleteConnectorInstance",
                Method::DELETE,
                concat!($environment, "/connectorInstances/:instance"),
                parse::delete,
            )
            .answers(Success::NO_CONTENT),
            Route::of(
                &PingOne,
                "pingone.probeConnectorInstance",
                Method::POST,
                concat!($environment, "/connectorInstances/:instance/probe"),
                Access::Scope(Permission::Probe),
                Parse::Probe(parse::probe),
            ),
            read(
                CONNECTORS,
                concat!($environment, "/connectors"),
                parse::connectors,
            ),
            read(
                CONNECTOR,
                concat!($environment, "/connectors/:connector"),
                parse::connectors,
            ),
            read(
                DETAILS,
                concat!($environment, "/connectors/:connector/details"),
                parse::connectors,
            ),
        ]
    };
}

// What the operations that read a scope answer is told apart by their names.
const ENVIRONMENT: &str = "pingone.getEnvironment";
const CONNECTORS: &str = "pingone.listConnectors";
const CONNECTOR: &str = "pingone.getConnector";
const DETAILS: &str = "pingone.getConnectorDetails";

/// Its routes.
pub const ROUTES: &[Route] = routes!("/v1/environments/:environment");

/// The same without the version: the published `{{apiPath}}` is with or without it.
pub const UNVERSIONED_ROUTES: &[Route] = routes!("/environments/:environment");

const READ: Access = Access::Scope(Permission::Read);
const WRITE: Access = Access::Scope(Permission::Write);

const fn read(operation: &'static str, pattern: &'static str, parse: Parser<Export>) -> Route {
    Route::of(
        &PingOne,
        operation,
        Method::GET,
        pattern,
        READ,
        Parse::Export(parse),
    )
}

const fn create(operation: &'static str, pattern: &'static str, parse: Parser<Import>) -> Route {
    Route::of(
        &PingOne,
        operation,
        Method::POST,
        pattern,
        WRITE,
        Parse::Import(parse),
    )
    .answers(Success::CREATED)
}

const fn change(
    operation: &'static str,
    method: Method,
    pattern: &'static str,
    parse: Parser<Update>,
) -> Route {
    Route::of(
        &PingOne,
        operation,
        method,
        pattern,
        WRITE,
        Parse::Update(parse),
    )
}

impl Dialect for PingOne {
    fn name(&self) -> &'static str {
        "pingone"
    }

    fn scope_name(&self) -> Option<&'static dyn ScopeName> {
        Some(&Environment)
    }

    fn render(
        &self,
        request: &Request,
        outcome: Outcome,
        scope: Option<&Scope>,
    ) -> Result<Response> {
        render::outcome(request, outcome, scope)
    }

    fn check_class(&self, doc: &Value, faults: &mut FieldErrors) {
        class::check(doc, faults);
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }
}
