//! Our own API: scopes, keys, classes, revisions, tokens and health.

mod error;
mod history;
mod parse;
mod probing;
mod render;
mod wire;

use http::{Method, StatusCode};
use hub::command::{Export, Import, Outcome, Probe};
use hub::error::{Error, Result};
use hub::scope::{Permission, Scope};

use api::Dialect;
use api::request::Request;
use api::response::Response;
use api::route::{Access, CHANGES, CLASS_CHECK, FETCH, Parse, Route, Success};

/// The dialect.
pub struct Admin;

macro_rules! route {
    ($name:literal, $($rest:expr),*) => {
        Route::of(&Admin, concat!("admin.", $name), $($rest),*)
    };
}

/// Its routes.
pub const ROUTES: &[Route] = &[
    route!(
        "health",
        GET,
        "/healthz",
        PUBLIC,
        Parse::Export(|_| Ok(Export::Health.into()))
    ),
    route!(
        "ready",
        GET,
        "/readyz",
        PUBLIC,
        Parse::Probe(|_| Ok(Probe::Ready.into()))
    ),
    route!(
        "issueToken",
        POST,
        "/oauth/token",
        PUBLIC,
        Parse::Export(parse::token)
    ),
    route!(
        "listScopes",
        GET,
        "/v1/scopes",
        INSTALLATION,
        Parse::Export(|_| Ok(Export::ListScopes.into()))
    ),
    route!(
        "runJobs",
        POST,
        "/v1/jobs/tick",
        INSTALLATION,
        Parse::Import(|_| Ok(Import::RunJobs.into()))
    )
    .answers(Success::NO_CONTENT),
    route!(
        "getScope",
        GET,
        SCOPE,
        READ,
        Parse::Export(|_| Ok(Export::GetScope.into()))
    ),
    route!(
        "putScope",
        PUT,
        SCOPE,
        INSTALLATION,
        Parse::Import(parse::put_scope)
    )
    .answers(MADE),
    route!(
        "listRevisions",
        GET,
        "/v1/scopes/:scope/revisions",
        READ,
        Parse::Export(history::query)
    ),
    route!(
        "listKeys",
        GET,
        KEYS,
        ADMIN,
        Parse::Export(|_| Ok(Export::ListKeys.into()))
    ),
    route!(
        "createKey",
        POST,
        KEYS,
        ADMIN,
        Parse::Import(parse::create_key)
    )
    .answers(Success::CREATED),
    route!("getKey", GET, KEY, ADMIN, Parse::Export(parse::get_key)),
    route!(
        "revokeKey",
        DELETE,
        KEY,
        ADMIN,
        Parse::Update(parse::revoke_key)
    )
    .answers(Success::NO_CONTENT),
    route!(
        "listClasses",
        GET,
        CLASSES,
        READ,
        Parse::Export(|_| Ok(Export::ListClasses.into()))
    ),
    route!(
        "getClass",
        GET,
        CLASS,
        READ,
        Parse::Export(parse::get_class)
    ),
    route!(
        "putClass",
        PUT,
        CLASS,
        ADMIN,
        Parse::Import(parse::put_class)
    )
    .answers(MADE),
    route!(
        "deleteClass",
        DELETE,
        CLASS,
        ADMIN,
        Parse::Update(parse::delete_class)
    )
    .answers(Success::NO_CONTENT),
    route!(
        "probeConnector",
        POST,
        "/v1/scopes/:scope/connectors/:connector/probe",
        PROBE,
        Parse::Probe(probing::probe)
    ),
    route!(
        "startProbes",
        POST,
        PROBES,
        PROBE,
        Parse::Probe(probing::start_round)
    )
    .answers(Success::ACCEPTED),
    route!(
        "getProbes",
        GET,
        "/v1/scopes/:scope/probes/:round",
        PROBE,
        Parse::Probe(probing::get_round)
    ),
    route!(
        "sweep",
        POST,
        "/v1/sweep",
        Access::Everywhere(Permission::Probe),
        Parse::Probe(|_| Ok(Probe::Sweep.into()))
    ),
    route!(
        "probeChanged",
        POST,
        CHANGES,
        FUNCTIONS,
        Parse::Probe(|_| Ok(Probe::Changed.into()))
    ),
    route!(
        "checkClass",
        POST,
        CLASS_CHECK,
        FUNCTIONS,
        Parse::Probe(|request| request.json().map(|doc| Probe::CheckClass(doc).into()))
    ),
    route!(
        "fetch",
        POST,
        FETCH,
        FUNCTIONS,
        Parse::Probe(probing::fetch)
    ),
];

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

    fn render(
        &self,
        request: &Request,
        outcome: Outcome,
        _scope: Option<&Scope>,
    ) -> Result<Response> {
        render::outcome(request, outcome)
    }

    fn error(&self, request: &Request, error: &Error) -> Response {
        error::response(request, error)
    }
}
