//! The routes. Every path is there twice: as in the development server, and with the prefix of the public one.

use http::Method;
use hub::scope::Permission;

use super::contents::Part;
use super::operations::code::STATE;
use super::operations::uploads::{DOWNLOAD, UPLOAD};
use super::{Versori, parse};
use crate::route::Function::{Export, Import, Probe, Update};
use crate::route::{Access, Function, Route};

/// What the paths of the public server begin with.
pub const PREFIX: &str = "/api/connect/v1";

/// What callers need for what a function does, where a route does not say otherwise.
const fn needed(function: Function) -> Access {
    Access::Scope(match function {
        Function::Export => Permission::Read,
        Function::Import | Function::Update => Permission::Write,
        Function::Probe => Permission::Probe,
    })
}

macro_rules! access {
    ($function:ident) => {
        needed($function)
    };
    ($function:ident, $access:expr) => {
        $access
    };
}

macro_rules! routes {
    ($($method:ident $path:literal => $function:ident, $parse:expr $(, $access:expr)?;)*) => {
        &[$(
            Route::of(&Versori, Method::$method, $path, $function, access!($function $(, $access)?), $parse),
            Route::of(&Versori, Method::$method, concat!("/api/connect/v1", $path), $function, access!($function $(, $access)?), $parse),
        )*]
    };
}

/// All of them.
pub const ROUTES: &[Route] = routes! {
    GET "/connectors" => Export, parse::list_public;
    GET "/categories" => Export, parse::list_categories;
    PUT "/uploads/:ticket" => Import, parse::put_upload, Access::Ticket(UPLOAD);
    GET "/uploads/:ticket" => Export, parse::get_upload, Access::Ticket(DOWNLOAD);
    GET "/oauth2/callback" => Export, parse::callback, Access::Ticket(STATE);
    GET "/o/:organisation/connectors" => Export, parse::list;
    GET "/o/:organisation/connectors/:connector" => Export, parse::get;
    PUT "/o/:organisation/connectors/:connector" => Update, parse::update;
    DELETE "/o/:organisation/connectors/:connector" => Update, parse::delete;
    POST "/o/:organisation/connectors/:connector/probe" => Probe, parse::probe;
    PUT "/o/:organisation/connectors/:connector/tags" => Update, parse::put_tags;
    PUT "/o/:organisation/connectors/:connector/categories" => Update, parse::put_categories;
    PUT "/o/:organisation/connectors/:connector/auth-scheme-configs/:config" => Update, parse::put_scheme;
    DELETE "/o/:organisation/connectors/:connector/auth-scheme-configs/:config" => Update, parse::delete_scheme;
    POST "/o/:organisation/connectors/:connector/oauth2/initialise" => Import, parse::initialise;
    GET "/o/:organisation/connectors/:connector/connections" => Export, parse::list_connections;
    POST "/o/:organisation/connectors/:connector/connections" => Import, parse::create_connection;
    GET "/o/:organisation/connectors/:connector/connections/:connection" => Export, parse::get_connection;
    PUT "/o/:organisation/connectors/:connector/connections/:connection" => Update, parse::update_connection;
    DELETE "/o/:organisation/connectors/:connector/connections/:connection" => Update, parse::delete_connection;
    GET "/o/:organisation/connectors/:connector/versions" => Export, parse::list_versions;
    POST "/o/:organisation/connectors/:connector/versions" => Import, parse::create_version;
    GET "/o/:organisation/connectors/:connector/versions/:version" => Export, parse::get_version;
    PUT "/o/:organisation/connectors/:connector/versions/:version" => Update, parse::update_version;
    DELETE "/o/:organisation/connectors/:connector/versions/:version" => Update, parse::delete_version;
    POST "/o/:organisation/connectors/:connector/versions/:version/publish" => Update, parse::publish;
    POST "/o/:organisation/connectors/:connector/versions/:version/unpublish" => Update, parse::unpublish;
    POST "/o/:organisation/connectors/:connector/versions/:version/library/import" => Import, parse::import_from_library;
    GET "/o/:organisation/connectors/:connector/versions/:version/actions" => Export, |r| parse::list_parts(r, Part::Action);
    POST "/o/:organisation/connectors/:connector/versions/:version/actions" => Import, |r| parse::create_parts(r, Part::Action);
    GET "/o/:organisation/connectors/:connector/versions/:version/actions/:name" => Export, |r| parse::get_part(r, Part::Action);
    PUT "/o/:organisation/connectors/:connector/versions/:version/actions/:name" => Update, |r| parse::update_part(r, Part::Action);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/actions/:name" => Update, |r| parse::delete_part(r, Part::Action);
    GET "/o/:organisation/connectors/:connector/versions/:version/triggers" => Export, |r| parse::list_parts(r, Part::Trigger);
    POST "/o/:organisation/connectors/:connector/versions/:version/triggers" => Import, |r| parse::create_parts(r, Part::Trigger);
    GET "/o/:organisation/connectors/:connector/versions/:version/triggers/:name" => Export, |r| parse::get_part(r, Part::Trigger);
    PUT "/o/:organisation/connectors/:connector/versions/:version/triggers/:name" => Update, |r| parse::update_part(r, Part::Trigger);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/triggers/:name" => Update, |r| parse::delete_part(r, Part::Trigger);
    GET "/o/:organisation/connectors/:connector/versions/:version/definitions" => Export, |r| parse::list_parts(r, Part::Definition);
    POST "/o/:organisation/connectors/:connector/versions/:version/definitions" => Import, |r| parse::create_parts(r, Part::Definition);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/definitions" => Update, |r| parse::delete_parts(r, Part::Definition);
    GET "/o/:organisation/connectors/:connector/versions/:version/definitions/:name" => Export, |r| parse::get_part(r, Part::Definition);
    PUT "/o/:organisation/connectors/:connector/versions/:version/definitions/:name" => Update, |r| parse::update_part(r, Part::Definition);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/definitions/:name" => Update, |r| parse::delete_part(r, Part::Definition);
    GET "/o/:organisation/schemas/:connector/:version/:file" => Export, parse::get_schema;
    GET "/o/:organisation/protocols" => Export, parse::list_protocols;
    GET "/o/:organisation/protocols/:protocol/auth-schemes" => Export, parse::list_auth_schemes;
    GET "/o/:organisation/protocols/:protocol/upload-url" => Export, parse::upload_url, Access::Scope(Permission::Write);
    POST "/o/:organisation/protocols/http/connectors" => Import, parse::create_http;
    POST "/o/:organisation/protocols/bigquery/connectors" => Import, parse::create_bigquery;
    POST "/o/:organisation/protocols/http/import" => Import, parse::import_new;
    POST "/o/:organisation/connector/:connector/http/import" => Import, parse::import_into;
};
