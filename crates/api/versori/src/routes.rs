//! The routes. Every path is there twice: as in the development server, and with the prefix of the
//! public one.

use http::Method;
use hub::scope::Permission;

use crate::auth::code::STATE;
use crate::dialect::Versori;
use crate::part::contents::PartKind;
use crate::upload::operations::{DOWNLOAD, UPLOAD};
use crate::{auth, connection, connector, import, part, protocol, upload, version};
use api::route::{Access, Parse, Route, Success};

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
    GET "/connectors" listPublicConnectors OK READ => Export connector::parse::list_public;
    GET "/categories" listCategories OK READ => Export connector::parse::list_categories;
    PUT "/uploads/:signed" putUpload EMPTY Access::Signed(UPLOAD) => Import upload::parse::put_upload;
    GET "/uploads/:signed" getUpload BYTES Access::Signed(DOWNLOAD) => Export upload::parse::get_upload;
    GET "/oauth2/callback" completeOauth2 PAGE Access::Signed(STATE) => Export auth::parse::callback;
    GET "/o/:organisation/connectors" listConnectors OK READ => Export connector::parse::list;
    GET "/o/:organisation/connectors/:connector" getConnector OK READ => Export connector::parse::get;
    PUT "/o/:organisation/connectors/:connector" updateConnector OK WRITE => Update connector::parse::update;
    DELETE "/o/:organisation/connectors/:connector" deleteConnector NO_CONTENT WRITE => Update connector::parse::delete;
    POST "/o/:organisation/connectors/:connector/probe" probeConnector OK PROBE => Probe connector::parse::probe;
    PUT "/o/:organisation/connectors/:connector/tags" putTags NO_CONTENT WRITE => Update connector::parse::put_tags;
    PUT "/o/:organisation/connectors/:connector/categories" putCategories NO_CONTENT WRITE => Update connector::parse::put_categories;
    PUT "/o/:organisation/connectors/:connector/auth-scheme-configs/:config" putAuthSchemeConfig OK WRITE => Update auth::parse::put_scheme;
    DELETE "/o/:organisation/connectors/:connector/auth-scheme-configs/:config" deleteAuthSchemeConfig OK WRITE => Update auth::parse::delete_scheme;
    POST "/o/:organisation/connectors/:connector/oauth2/initialise" initialiseOauth2 OK WRITE => Import auth::parse::initialise;
    GET "/o/:organisation/connectors/:connector/connections" listConnections OK READ => Export connection::parse::list_connections;
    POST "/o/:organisation/connectors/:connector/connections" createConnection OK WRITE => Import connection::parse::create_connection;
    GET "/o/:organisation/connectors/:connector/connections/:connection" getConnection OK READ => Export connection::parse::get_connection;
    PUT "/o/:organisation/connectors/:connector/connections/:connection" updateConnection OK WRITE => Update connection::parse::update_connection;
    DELETE "/o/:organisation/connectors/:connector/connections/:connection" deleteConnection NO_CONTENT WRITE => Update connection::parse::delete_connection;
    GET "/o/:organisation/connectors/:connector/versions" listVersions OK READ => Export version::parse::list_versions;
    POST "/o/:organisation/connectors/:connector/versions" createVersion CREATED WRITE => Import version::parse::create_version;
    GET "/o/:organisation/connectors/:connector/versions/:version" getVersion OK READ => Export version::parse::get_version;
    PUT "/o/:organisation/connectors/:connector/versions/:version" updateVersion OK WRITE => Update version::parse::update_version;
    DELETE "/o/:organisation/connectors/:connector/versions/:version" deleteVersion NO_CONTENT WRITE => Update version::parse::delete_version;
    POST "/o/:organisation/connectors/:connector/versions/:version/publish" publishVersion OK WRITE => Update version::parse::publish;
    POST "/o/:organisation/connectors/:connector/versions/:version/unpublish" unpublishVersion OK WRITE => Update version::parse::unpublish;
    POST "/o/:organisation/connectors/:connector/versions/:version/library/import" importFromLibrary OK WRITE => Import version::parse::import_from_library;
    GET "/o/:organisation/connectors/:connector/versions/:version/actions" listActions OK READ => Export |r| part::parse::list_parts(r, PartKind::Action);
    POST "/o/:organisation/connectors/:connector/versions/:version/actions" createActions CREATED WRITE => Import |r| part::parse::create_parts(r, PartKind::Action);
    GET "/o/:organisation/connectors/:connector/versions/:version/actions/:name" getAction OK READ => Export |r| part::parse::get_part(r, PartKind::Action);
    PUT "/o/:organisation/connectors/:connector/versions/:version/actions/:name" updateAction OK WRITE => Update |r| part::parse::update_part(r, PartKind::Action);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/actions/:name" deleteAction NO_CONTENT WRITE => Update |r| part::parse::delete_part(r, PartKind::Action);
    GET "/o/:organisation/connectors/:connector/versions/:version/triggers" listTriggers OK READ => Export |r| part::parse::list_parts(r, PartKind::Trigger);
    POST "/o/:organisation/connectors/:connector/versions/:version/triggers" createTriggers CREATED WRITE => Import |r| part::parse::create_parts(r, PartKind::Trigger);
    GET "/o/:organisation/connectors/:connector/versions/:version/triggers/:name" getTrigger OK READ => Export |r| part::parse::get_part(r, PartKind::Trigger);
    PUT "/o/:organisation/connectors/:connector/versions/:version/triggers/:name" updateTrigger OK WRITE => Update |r| part::parse::update_part(r, PartKind::Trigger);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/triggers/:name" deleteTrigger NO_CONTENT WRITE => Update |r| part::parse::delete_part(r, PartKind::Trigger);
    GET "/o/:organisation/connectors/:connector/versions/:version/definitions" listDefinitions OK READ => Export |r| part::parse::list_parts(r, PartKind::Definition);
    POST "/o/:organisation/connectors/:connector/versions/:version/definitions" createDefinitions CREATED WRITE => Import |r| part::parse::create_parts(r, PartKind::Definition);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/definitions" deleteDefinitions NO_CONTENT WRITE => Update |r| part::parse::delete_parts(r, PartKind::Definition);
    GET "/o/:organisation/connectors/:connector/versions/:version/definitions/:name" getDefinition OK READ => Export |r| part::parse::get_part(r, PartKind::Definition);
    PUT "/o/:organisation/connectors/:connector/versions/:version/definitions/:name" updateDefinition OK WRITE => Update |r| part::parse::update_part(r, PartKind::Definition);
    DELETE "/o/:organisation/connectors/:connector/versions/:version/definitions/:name" deleteDefinition NO_CONTENT WRITE => Update |r| part::parse::delete_part(r, PartKind::Definition);
    GET "/o/:organisation/schemas/:connector/:version/:file" getSchema SCHEMA READ => Export part::parse::get_schema;
    GET "/o/:organisation/protocols" listProtocols OK READ => Export protocol::parse::list_protocols;
    GET "/o/:organisation/protocols/:protocol/auth-schemes" listAuthSchemes OK READ => Export protocol::parse::list_auth_schemes;
    GET "/o/:organisation/protocols/:protocol/upload-url" getUploadUrl OK WRITE => Export upload::parse::upload_url;
    POST "/o/:organisation/protocols/http/connectors" createHttpConnector CREATED WRITE => Import connector::parse::create_http;
    POST "/o/:organisation/protocols/bigquery/connectors" createBigqueryConnector CREATED WRITE => Import connector::parse::create_bigquery;
    POST "/o/:organisation/protocols/http/import" importConnector CREATED WRITE => Import import::parse::import_new;
    POST "/o/:organisation/connector/:connector/http/import" importIntoConnector CREATED WRITE => Import import::parse::import_into;
};
