//! The routes. Every path of an organisation is there twice: as in the development server, and with the prefix of the
//! public one.

use http::Method;
use hub::command::Command;
use hub::error::Result;
use hub::scope::Permission;

use super::contents::Part;
use super::{Versori, parse};
use crate::request::Request;
use crate::route::Function::{Export, Import, Probe, Update};
use crate::route::{Access, Function, Route};

type Parse = fn(&Request) -> Result<Command>;

const fn route(method: Method, pattern: &'static str, function: Function, parse: Parse) -> Route {
    let permission = match function {
        Function::Export => Permission::Read,
        Function::Import | Function::Update => Permission::Write,
        Function::Probe => Permission::Probe,
    };
    Route {
        method,
        pattern,
        function,
        access: Access::Scope(permission),
        dialect: &Versori,
        parse,
    }
}

macro_rules! routes {
    ($($method:ident $path:literal => $function:ident, $parse:expr;)*) => {
        &[
            route(Method::GET, "/connectors", Export, parse::list_public),
            route(Method::GET, "/api/connect/v1/connectors", Export, parse::list_public),
            route(Method::GET, "/categories", Export, parse::list_categories),
            route(Method::GET, "/api/connect/v1/categories", Export, parse::list_categories),
            $(
                route(Method::$method, concat!("/o/:organisation", $path), $function, $parse),
                route(Method::$method, concat!("/api/connect/v1/o/:organisation", $path), $function, $parse),
            )*
        ]
    };
}

/// All of them.
pub const ROUTES: &[Route] = routes! {
    GET "/connectors" => Export, parse::list;
    GET "/connectors/:connector" => Export, parse::get;
    PUT "/connectors/:connector" => Update, parse::update;
    DELETE "/connectors/:connector" => Update, parse::delete;
    POST "/connectors/:connector/probe" => Probe, parse::probe;
    PUT "/connectors/:connector/tags" => Update, parse::put_tags;
    PUT "/connectors/:connector/categories" => Update, parse::put_categories;
    PUT "/connectors/:connector/auth-scheme-configs/:config" => Update, parse::put_scheme;
    DELETE "/connectors/:connector/auth-scheme-configs/:config" => Update, parse::delete_scheme;
    POST "/connectors/:connector/oauth2/initialise" => Import, parse::initialise;
    GET "/connectors/:connector/connections" => Export, parse::list_connections;
    POST "/connectors/:connector/connections" => Import, parse::create_connection;
    GET "/connectors/:connector/connections/:connection" => Export, parse::get_connection;
    PUT "/connectors/:connector/connections/:connection" => Update, parse::update_connection;
    DELETE "/connectors/:connector/connections/:connection" => Update, parse::delete_connection;
    GET "/connectors/:connector/versions" => Export, parse::list_versions;
    POST "/connectors/:connector/versions" => Import, parse::create_version;
    GET "/connectors/:connector/versions/:version" => Export, parse::get_version;
    PUT "/connectors/:connector/versions/:version" => Update, parse::update_version;
    DELETE "/connectors/:connector/versions/:version" => Update, parse::delete_version;
    POST "/connectors/:connector/versions/:version/publish" => Update, parse::publish;
    POST "/connectors/:connector/versions/:version/unpublish" => Update, parse::unpublish;
    POST "/connectors/:connector/versions/:version/library/import" => Import, parse::import_from_library;
    GET "/connectors/:connector/versions/:version/actions" => Export, |r| parse::get_parts(r, Part::Action);
    POST "/connectors/:connector/versions/:version/actions" => Import, |r| parse::put_part(r, Part::Action);
    GET "/connectors/:connector/versions/:version/actions/:name" => Export, |r| parse::get_parts(r, Part::Action);
    PUT "/connectors/:connector/versions/:version/actions/:name" => Update, |r| parse::put_part(r, Part::Action);
    DELETE "/connectors/:connector/versions/:version/actions/:name" => Update, |r| parse::delete_part(r, Part::Action);
    GET "/connectors/:connector/versions/:version/triggers" => Export, |r| parse::get_parts(r, Part::Trigger);
    POST "/connectors/:connector/versions/:version/triggers" => Import, |r| parse::put_part(r, Part::Trigger);
    GET "/connectors/:connector/versions/:version/triggers/:name" => Export, |r| parse::get_parts(r, Part::Trigger);
    PUT "/connectors/:connector/versions/:version/triggers/:name" => Update, |r| parse::put_part(r, Part::Trigger);
    DELETE "/connectors/:connector/versions/:version/triggers/:name" => Update, |r| parse::delete_part(r, Part::Trigger);
    GET "/connectors/:connector/versions/:version/definitions" => Export, |r| parse::get_parts(r, Part::Definition);
    POST "/connectors/:connector/versions/:version/definitions" => Import, |r| parse::put_part(r, Part::Definition);
    GET "/connectors/:connector/versions/:version/definitions/:name" => Export, |r| parse::get_parts(r, Part::Definition);
    PUT "/connectors/:connector/versions/:version/definitions/:name" => Update, |r| parse::put_part(r, Part::Definition);
    DELETE "/connectors/:connector/versions/:version/definitions/:name" => Update, |r| parse::delete_part(r, Part::Definition);
    GET "/schemas/:connector/:version/:file" => Export, parse::get_schema;
    GET "/protocols" => Export, parse::list_protocols;
    GET "/protocols/:protocol/auth-schemes" => Export, parse::list_auth_schemes;
    POST "/protocols/http/connectors" => Import, parse::create_http;
    POST "/protocols/bigquery/connectors" => Import, parse::create_bigquery;
    POST "/protocols/http/import" => Import, parse::import_new;
    POST "/connector/:connector/http/import" => Import, parse::import_into;
};
