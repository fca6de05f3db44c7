//! The routes. Every path is there twice: as in the development server, and with the prefix of the public one.

use http::Method;
use hub::scope::Permission;

use super::contents::Part;
use super::operations::code::STATE;
use super::operations::uploads::{DOWNLOAD, UPLOAD};
use super::{Versori, parse};
use api::route::{Access, Parse, Route, Success};

/// What the paths of the public server begin with.
pub const PREFIX: &str = "/api/connect/v1";

const READ: Access = Access::Scope(Permission::Read);
const WRITE: Access = Access::Scope(Permission::Write);
const PROBE: Access = Access::Scope(Permission::Probe);
const CREATED: Success = Success::CREATED;
const OK: Success = Success::OK;
const NO_CONTENT: Success = Success::NO_CONTENT;
const SCHEMA: Success = Success::OK.of("application/schema+json");
const PAGE: Success = Success::OK.of("text/html; charset=utf-8");
const BYTES: Success = Success::OK.of("application/octet-stream");
const EMPTY: Success = Success::OK.of("");

macro_rules! routes {
    ($($method:ident $path:literal $name:ident $success:ident $access:expr => $function:ident $parse:expr;)*) => {
        &[$(
            routes!(@one $method $path, $name $success $access => $function $parse),
            routes!(@one $method concat!("/api/connect/v1", $path), $name $success $access => $function $parse),
        )*]
    };
    (@one $method:ident $path:expr, $name:ident $success:ident $access:expr => $function:ident $parse:expr) => {
        Route::of(
            &Versori,
            concat!("versori.", stringify!($name)),
            Method::$method,
            $path,
            $access,
            Parse::$function($parse),
        )
        .answers($success)
    };
}

/// All of them.
pub const ROUTES: &[Route] = routes! {
    GET "/connectors" listPublicConnectors OK READ => Export parse::list_public;
    GET "/categories" listCategories OK READ => Export parse::list_categories;
    PUT "/uploads/:ticket" putUpload EMPTY Access::Signed(UPLOAD) => Import parse::put_upload;
    GET "/uploads/:ticket" getUpload BYTES Access::Signed(DOWNLOAD) => Export parse::get_upload;
    GET "/oauth2/callback" completeOauth2 PAGE Access::Signed(STATE) => Export parse::callback;
    GET "/o/:organisation/connectors" listConnectors OK READ => Export parse::list;
    GET "/o/:organisation/connectors/:connector" getConnector OK READ => Export parse::get;
    PUT "/o/:organisation/connectors/:connector" updateConnector OK WRITE => Update parse::update;
    DELETE "/o/:organisation/connectors/:connector" deleteConnector NO_CONTENT WRITE => Update parse::delete;
    POST "/o/:organisation/connectors/:connector/probe" probeConnector OK PROBE => Probe parse::probe;
    PUT "/o/:organisation/connectors/:connector/tags" putTags NO_CONTENT WRITE => Update parse::put_tags;
    PUT "/o/:organisation/connectors/:connector/categories" putCategories NO_CONTENT WRITE => Update parse::put_categories;
    PUT "/o/:organisation/connectors/:connector/auth-scheme-configs/:config" putAuthSchemeConfig OK WRITE => Update parse::put_scheme;
    DELETE "/o/:organisation/connectors/:connector/auth-scheme-configs/:config" deleteAuthSchemeConfig NO_CONTENT WRITE => Update parse::delete_scheme;
    POST "/o/:organisation/connectors/:connector/oauth2/initialise" initialiseOauth2 OK WRITE => Import parse::initialise;
    GET "/o/:organisation/connectors/:connector/connections" listConnections OK READ => Export parse::list_connections;
    POST "/o/:organisation/connectors/:connector/connections" createConnection OK WRITE => Import parse::create_connection;
    GET "/o/:organisation/connectors/:connector/connections/:connection" getConnection OK READ => Export parse::get_connection;
    PUT "/o/:organisation/connectors/:connector/connections/:connection" updateConnection OK WRITE => Update parse::update_connection;
    DELETE "/o/:organisation/connectors/:connector/connections/:connection" deleteConnection NO_CONTENT WRITE => Update parse::delete_connection;
    GET "/o/:organisation/connectors/:connector/versions" listVersions OK READ => Export parse::list_versions;
    POST "/o/:organisation/connectors/:connector/versions" createVersion CREATED WRITE => Import parse::create_version;
    GET "/o/:organisation/connectors/:connector/versions/:version" getVersion OK READ => Export parse::get_version;
    PUT "/o/:organisation/connectors/:connector/versions/:version" updateVersion OK WRITE => Update parse::update_version;
    DELETE "/o/:organisation/connectors/:connector/versions/:version" deleteVersion NO_CONTENT WRITE => Update parse::delete_version;
    POST "/o/:organisation/connectors/:connector/versions/:version/publish" publishVersion OK WRITE => Update parse::publish;
    POST "/o/:organisation/connectors/:connector/versions/:version/unpublish" unpublishVersion OK WRITE => Update parse::unpublish;
    POST "/o/:organisation/connectors/:connector/versions/:version/library/import" importFromLibrary OK WRITE => Import parse::import_from_library;
    GET "/o/:organisation/connectors/:connector/versions/:version/actions" listActions OK READ => Export |r| parse::list_parts(r, Part::Action);
    POST "/o/:organisation/connectors/:connector/versions/:version/actions" createActions CREATED WRITE => Import |r| parse::create_parts(r, Part::Action);
    GET "/o/:organisation/connectors/:connector/versions/:version/actions/:name" getAction OK READ => Export |r| parse::get_part(r, Part::Action);
    PUT "/o/:organisation/connectors/:connector/versions/:version/actions/:name" updateAction OK WRITE => Update |r| parse::update_part(r, Part::Action);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/actions/:name" deleteAction NO_CONTENT WRITE => Update |r| parse::delete_part(r, Part::Action);
    GET "/o/:organisation/connectors/:connector/versions/:version/triggers" listTriggers OK READ => Export |r| parse::list_parts(r, Part::Trigger);
    POST "/o/:organisation/connectors/:connector/versions/:version/triggers" createTriggers CREATED WRITE => Import |r| parse::create_parts(r, Part::Trigger);
    GET "/o/:organisation/connectors/:connector/versions/:version/triggers/:name" getTrigger OK READ => Export |r| parse::get_part(r, Part::Trigger);
    PUT "/o/:organisation/connectors/:connector/versions/:version/triggers/:name" updateTrigger OK WRITE => Update |r| parse::update_part(r, Part::Trigger);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/triggers/:name" deleteTrigger NO_CONTENT WRITE => Update |r| parse::delete_part(r, Part::Trigger);
    GET "/o/:organisation/connectors/:connector/versions/:version/definitions" listDefinitions OK READ => Export |r| parse::list_parts(r, Part::Definition);
    POST "/o/:organisation/connectors/:connector/versions/:version/definitions" createDefinitions CREATED WRITE => Import |r| parse::create_parts(r, Part::Definition);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/definitions" deleteDefinitions NO_CONTENT WRITE => Update |r| parse::delete_parts(r, Part::Definition);
    GET "/o/:organisation/connectors/:connector/versions/:version/definitions/:name" getDefinition OK READ => Export |r| parse::get_part(r, Part::Definition);
    PUT "/o/:organisation/connectors/:connector/versions/:version/definitions/:name" updateDefinition OK WRITE => Update |r| parse::update_part(r, Part::Definition);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/definitions/:name" deleteDefinition NO_CONTENT WRITE => Update |r| parse::delete_part(r, Part::Definition);
    GET "/o/:organisation/schemas/:connector/:version/:file" getSchema SCHEMA READ => Export parse::get_schema;
    GET "/o/:organisation/protocols" listProtocols OK READ => Export parse::list_protocols;
    GET "/o/:organisation/protocols/:protocol/auth-schemes" listAuthSchemes OK READ => Export parse::list_auth_schemes;
    GET "/o/:organisation/protocols/:protocol/upload-url" getUploadUrl OK WRITE => Export parse::upload_url;
    POST "/o/:organisation/protocols/http/connectors" createHttpConnector CREATED WRITE => Import parse::create_http;
    POST "/o/:organisation/protocols/bigquery/connectors" createBigqueryConnector CREATED WRITE => Import parse::create_bigquery;
    POST "/o/:organisation/protocols/http/import" importConnector CREATED WRITE => Import parse::import_new;
    POST "/o/:organisation/connector/:connector/http/import" importIntoConnector CREATED WRITE => Import parse::import_into;
};
