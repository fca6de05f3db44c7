//! A dialect that lives only in the tests: `docs/adding-a-dialect.md`, followed to the letter. Its
//! connectors are links, and its scopes are realms.

mod error;
mod link;
mod parse;
mod realm;
mod render;

use http::Method;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::scope::{Permission, Scope, ScopeName};

use api::Dialect;
use api::request::Request;
use api::response::Response;
use api::route::{Access, Parse, Route, Success};

/// The dialect.
pub struct Sixth;

pub const ROUTES: &[Route] = &[
    route(
        "sixth.listLinks",
        GET,
        LINKS,
        READ,
        Parse::Export(parse::list),
    ),
    route(
        "sixth.createLink",
        POST,
        LINKS,
        WRITE,
        Parse::Import(parse::create),
    )
    .answers(Success::CREATED),
    route("sixth.getLink", GET, LINK, READ, Parse::Export(parse::get)),
    route(
        "sixth.replaceLink",
        PUT,
        LINK,
        WRITE,
        Parse::Update(parse::replace),
    ),
    route(
        "sixth.deleteLink",
        DELETE,
        LINK,
        WRITE,
        Parse::Update(parse::delete),
    )
    .answers(Success::NO_CONTENT),
];

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const DELETE: Method = Method::DELETE;
const LINKS: &str = "/sixth/realms/:realm/links";
const LINK: &str = "/sixth/realms/:realm/links/:link";
const READ: Access = Access::Scope(Permission::Read);
const WRITE: Access = Access::Scope(Permission::Write);

const fn route(
    operation: &'static str,
    method: Method,
    pattern: &'static str,
    access: Access,
    parse: Parse,
) -> Route {
    Route::of(&Sixth, operation, method, pattern, access, parse)
}

impl Dialect for Sixth {
    fn name(&self) -> &'static str {
        "sixth"
    }

    fn scope_name(&self) -> Option<&'static dyn ScopeName> {
        Some(&realm::Realm)
    }

    fn credential<'r>(&self, request: &'r Request) -> Option<&'r str> {
        request.header("x-sixth-pass")
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
