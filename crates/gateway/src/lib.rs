//! What every function does with a request, in one order: match the route, hand over what belongs
//! to another function, authenticate, read the body within its limit, have the dialect read it, run
//! the command, have the dialect print what came of it, and log one line.

mod auth;
mod body;
mod config;
mod credential;
mod functions;
mod handover;
mod log;
mod merge;
mod origin;
mod outbound;
mod platform;
mod probe_settings;
mod rate;
mod variable;

use std::convert::Infallible;
use std::time::Instant;

use api::Dialect;
use api::request::Request;
use api::response::{Response, Stream};
use api::route::{Function, FunctionCommand, Params, Parser, Route};
use app::{Call, Perform};
use bytes::Bytes;
use futures::StreamExt;
use http::Method;
use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use http_body::Frame;
use http_body_util::StreamBody;
use hub::error::Result;
use spin_sdk::http::{BoxBody, FullBody, box_body};
use store::Store;

use crate::config::Config;
use crate::platform::Spin;

/// The header that carries a request's id, in and out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers a request as the function whose commands these are.
pub async fn serve<C>(request: spin_sdk::http::Request) -> http::Response<BoxBody>
where
    C: FunctionCommand + Perform<Spin>,
{
    let started = Instant::now();
    let (mut request, body) = read_head(request);
    let matched = registry::find(&request.method, &request.path);
    let dialect = matched.as_ref().map_or_else(
        |_| registry::dialect_of(&request.path),
        |(route, _)| route.dialect,
    );
    let mut actor = String::new();
    let answer = match matched {
        Ok((route, params)) => match C::parser(route.parse) {
            Some(parse) => {
                let matched = Matched {
                    route,
                    params,
                    parse,
                };
                answer(matched, &mut request, body, &mut actor).await
            }
            None => match handover::send(route, &request, body).await {
                Ok(response) => return response,
                Err(error) => Err(error),
            },
        },
        Err(error) => Err(error),
    };
    let writes = matches!(C::FUNCTION, Function::Import | Function::Update);
    if answer.is_ok() && writes && request.method != Method::GET {
        functions::announce_changes();
    }
    finish(C::FUNCTION, &request, &actor, dialect, answer, started)
}

/// The route of a request, of the function that serves.
struct Matched<C> {
    route: &'static Route,
    params: Params,
    parse: Parser<C>,
}

async fn answer<C>(
    matched: Matched<C>,
    request: &mut Request,
    body: body::Incoming,
    actor: &mut String,
) -> Result<Response>
where
    C: FunctionCommand + Perform<Spin>,
{
    let Matched {
        route,
        params,
        parse,
    } = matched;
    request.params = params;
    request.route = Some(&route.info);
    let config = Config::get().await?;
    let store = Store::open(&registry::Registry).await?;
    request.origin = origin::of(request, config)?;
    if let Some(signed) = auth::signed(route, request, config)? {
        request.signed = signed.says;
    }
    // What a read is about is looked for along with who asks. The caller's own faults come first
    // all the same.
    let read = (route.method == Method::GET).then(|| parse(request));
    let subject = read
        .as_ref()
        .and_then(|read| read.as_ref().ok()?.command.reads());
    let caller = auth::authorise(route, request, config, &store, subject)?;
    actor.clone_from(&caller.name);
    request.permissions.clone_from(&caller.permissions);
    rate::check(route, &caller, config, &store).await?;
    let scope = caller.scope.clone();
    let limit = config.body_limit(route.body);
    let body = body::read(body, request, limit).await?;
    request.body = api::encoding::decode(&request.headers, body, limit)?;
    let invocation = read.unwrap_or_else(|| parse(request))?;
    let call = Call::new(caller, &config.app, store, Spin, route.dialect.name());
    let outcome = app::perform(request, invocation, call).await?;
    route.dialect.render(request, outcome, scope.as_ref())
}

fn read_head(request: spin_sdk::http::Request) -> (Request, body::Incoming) {
    let (head, body) = request.into_parts();
    let id = head
        .headers
        .get(REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_request_id(id));
    let id = id.map_or_else(new_request_id, str::to_owned);
    let request = Request {
        origin: origin::direct(&head.uri, &head.headers),
        method: head.method,
        path: head.uri.path().to_owned(),
        raw_query: head.uri.query().map(str::to_owned),
        query: api::form::parse(head.uri.query().unwrap_or_default()),
        headers: head.headers,
        id,
        ..Request::default()
    };
    (request, body)
}

/// An id from outside is taken when it can do no harm in a log.
fn is_request_id(id: &str) -> bool {
    (1..=128).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

/// 32 hex digits. A request is answered even when the host has no randomness to give.
fn new_request_id() -> String {
    format!("{:032x}", hub::id::random_u128().unwrap_or_default())
}

fn finish(
    function: Function,
    request: &Request,
    actor: &str,
    dialect: &dyn Dialect,
    answer: Result<Response>,
    started: Instant,
) -> http::Response<BoxBody> {
    let (response, error) = match answer {
        Ok(response) => (response, None),
        Err(error) => (dialect.error(request, &error), Some(error)),
    };
    log::request(&log::Line {
        function,
        dialect,
        request,
        actor,
        status: response.status,
        error,
        started,
    });
    send(request, response)
}

fn send(request: &Request, response: Response) -> http::Response<BoxBody> {
    let is_head = request.method == Method::HEAD;
    let length = response.body.len();
    let (body, length) = match response.stream {
        Some(_) if is_head => (box_body(FullBody::new(Bytes::new())), None),
        Some(Stream(stream)) => {
            let frames = stream.map(|bytes| Ok::<_, Infallible>(Frame::data(bytes)));
            (box_body(StreamBody::new(frames)), None)
        }
        None if is_head => (box_body(FullBody::new(Bytes::new())), Some(length)),
        None => (box_body(FullBody::new(response.body)), Some(length)),
    };
    let mut sent = http::Response::new(body);
    *sent.status_mut() = response.status;
    *sent.headers_mut() = response.headers;
    if let Some(length) = length.filter(|_| response.status != http::StatusCode::NO_CONTENT) {
        sent.headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    if let Ok(id) = HeaderValue::from_str(&request.id) {
        sent.headers_mut().insert(REQUEST_ID, id);
    }
    sent
}
