//! Our own API: scopes, keys, classes, revisions, tokens and health.

mod error;
mod history;
mod parse;
mod probing;
mod render;
mod secrets;
mod wire;

use http::{Method, StatusCode};
use hub::command::{Export, Import, Outcome, Probe};
use hub::error::{Error, Result};
use hub::scope::{Permission, Scope};

use api::Dialect;
use api::request::Request;
use api::response::Response;
use api::route::{Access, CHANGES, CLASS_CHECK, FETCH, Parse, Parser, Route, Success};
use api::scope::{OwnName, ScopeName};

/// The dialect.
pub struct Admin;

/// A route. Query parameters that it does not name are refused, where it says which it takes.
macro_rules! route {
    ($name:literal, $method:expr, $path:expr, $access:expr, $function:ident($parse:expr)) => {
        Route::of(
            &Admin,
            concat!("admin.", $name),
            $method,
            $path,
            $access,
            Parse::$function($parse),
        )
    };
    ($name:literal, $method:expr, $path:expr, $access:expr, $function:ident($parse:expr), $query:expr) => {
        route!(
            $name,
            $method,
            $path,
            $access,
            $function(|request| {
                request.check_query($query)?;
                let parse: Parser<_> = $parse;
                parse(request)
            })
        )
    };
}

pub const ROUTES: &[Route] = &[
    route!(
        "health",
        GET,
        "/healthz",
        PUBLIC,
        Export(|_| Ok(Export::Health.into()))
    ),
    route!(
        "ready",
        GET,
        "/readyz",
        PUBLIC,
        Probe(|_| Ok(Probe::Ready.into()))
    ),
    route!(
        "issueToken",
        POST,
        "/oauth/token",
        PUBLIC,
        Export(parse::token)
    ),
    route!(
        "listScopes",
        GET,
        "/v1/scopes",
        INSTALLATION,
        Export(|_| Ok(Export::ListScopes.into())),
        &[]
    ),
    route!(
        "runJobs",
        POST,
        "/v1/jobs/tick",
        INSTALLATION,
        Import(|_| Ok(Import::RunJobs.into())),
        &[]
    )
    .answers(Success::NO_CONTENT),
    route!(
        "purge",
        POST,
        "/v1/purge",
        INSTALLATION,
        Update(secrets::purge),
        &[]
    ),
    route!(
        "getScope",
        GET,
        SCOPE,
        READ,
        Export(|_| Ok(Export::GetScope.into())),
        &[]
    ),
    route!(
        "putScope",
        PUT,
        SCOPE,
        INSTALLATION,
        Import(parse::put_scope),
        &[]
    )
    .answers(MADE),
    route!(
        "listRevisions",
        GET,
        "/v1/scopes/:scope/revisions",
        READ,
        Export(history::query),
        history::PARAMETERS
    ),
    route!(
        "connectorSecrets",
        GET,
        "/v1/scopes/:scope/connectors/:connector/secrets",
        ADMIN,
        Export(secrets::of_connector),
        &[]
    ),
    route!(
        "secretFingerprints",
        GET,
        "/v1/scopes/:scope/secrets/:secret/fingerprints",
        ADMIN,
        Export(secrets::of_secret),
        &[]
    ),
    route!(
        "listKeys",
        GET,
        KEYS,
        ADMIN,
        Export(|_| Ok(Export::ListKeys.into())),
        &[]
    ),
    route!(
        "createKey",
        POST,
        KEYS,
        ADMIN,
        Import(parse::create_key),
        &[]
    )
    .answers(Success::CREATED),
    route!("getKey", GET, KEY, ADMIN, Export(parse::get_key), &[]),
    route!(
        "revokeKey",
        DELETE,
        KEY,
        ADMIN,
        Update(parse::revoke_key),
        &[]
    )
    .answers(Success::NO_CONTENT),
    route!(
        "listClasses",
        GET,
        CLASSES,
        READ,
        Export(|_| Ok(Export::ListClasses.into())),
        &[]
    ),
    route!("getClass", GET, CLASS, READ, Export(parse::get_class), &[]),
    route!("putClass", PUT, CLASS, ADMIN, Import(parse::put_class), &[]).answers(MADE),
    route!(
        "deleteClass",
        DELETE,
        CLASS,
        ADMIN,
        Update(parse::delete_class),
        &[]
    )
    .answers(Success::NO_CONTENT),
    route!(
        "probeConnector",
        POST,
        "/v1/scopes/:scope/connectors/:connector/probe",
        PROBE,
        Probe(probing::probe),
        &[]
    ),
    route!(
        "startProbes",
        POST,
        PROBES,
        PROBE,
        Probe(probing::start_round),
        &[]
    )
    .answers(Success::ACCEPTED),
    route!(
        "getProbes",
        GET,
        "/v1/scopes/:scope/probes/:round",
        PROBE,
        Probe(probing::get_round),
        &[]
    ),
    route!(
        "sweep",
        POST,
        "/v1/sweep",
        Access::Everywhere(Permission::Probe),
        Probe(|_| Ok(Probe::Sweep.into())),
        &[]
    ),
    route!(
        "probeChanged",
        POST,
        CHANGES,
        FUNCTIONS,
        Probe(|_| Ok(Probe::Changed.into())),
        &[]
    ),
    route!(
        "checkClass",
        POST,
        CLASS_CHECK,
        FUNCTIONS,
        Probe(|request| request.json().map(|doc| Probe::CheckClass(doc).into())),
        &[]
    ),
    route!("fetch", POST, FETCH, FUNCTIONS, Probe(probing::fetch), &[]),
];

/// The operation whose errors have the form of RFC 6749.
const ISSUE_TOKEN: &str = "admin.issueToken";

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const DELETE: Method = Method::DELETE;
const SCOPE: &str = "/v1/scopes/:scope";
const KEYS: &str = "/v1/scopes/:scope/keys";
const KEY: &str = "/v1/scopes/:scope/keys/:key";
const CLASSES: &str = "/v1/scopes/:scope/classes";
const CLASS: &str = "/v1/scopes/:scope/classes/:class";
const PROBES: &str = "/v1/scopes/:scope/probes";
const PUBLIC: Access = Access::Public;
const INSTALLATION: Access = Access::Installation;
const FUNCTIONS: Access = Access::Functions;
const READ: Access = Access::Scope(Permission::Read);
const PROBE: Access = Access::Scope(Permission::Probe);
const ADMIN: Access = Access::Scope(Permission::Admin);

/// What is put there is new, or replaces what was there.
const MADE: Success = Success::OK.or(StatusCode::CREATED);

impl Dialect for Admin {
    fn name(&self) -> &'static str {
        "admin"
    }

    fn scope_name(&self) -> Option<&'static dyn ScopeName> {
        Some(&OwnName("scope"))
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
