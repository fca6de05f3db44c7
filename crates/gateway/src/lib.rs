//! What every function does with a request, in one order: match the route, hand over what belongs to another function,
//! authenticate, read the body within its limit, have the dialect read it, run the command, have the dialect print
//! what came of it, and log one line.

pub mod auth;
mod body;
mod classes;
mod config;
mod credential;
mod functions;
mod handover;
mod idempotency;
pub mod jobs;
mod log;
pub mod merge;
pub mod operations;
mod origin;
pub mod owners;
mod rate;
pub mod secrets;
pub mod select;
pub mod signed;
pub mod signing_key;
pub mod token;
pub mod uploads;
pub mod variable;

use std::convert::Infallible;
use std::fmt::Debug;
use std::rc::Rc;
use std::time::Instant;

use api::Dialect;
use api::request::Request;
use api::response::{Response, Stream};
use api::route::{Function, FunctionCommand, Params, Parser, Route};
use bytes::Bytes;
use futures::StreamExt;
use http::Method;
use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use http_body::Frame;
use http_body_util::StreamBody;
use hub::class::Classes;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::object::Object;
use hub::operation::Computed;
use hub::plan::{Action, Plan};
use hub::scope::Scope;
use hub::time::Timestamp;
use spin_sdk::http::{BoxBody, FullBody, box_body};
use store::Store;

pub use crate::auth::Caller;
pub use crate::config::Config;
pub use crate::functions::announce_changes;
pub use crate::log::fault;

use crate::idempotency::IdempotencyRecord;

/// The header that carries a request's id, in and out.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request that may be carried out: who calls, in which scope, and what for.
pub struct Call {
    /// Who calls.
    pub caller: Caller,
    /// The settings of this deployment.
    pub config: &'static Config,
    /// The store.
    pub store: Store,
    /// The name by which the caller owns what it writes, where the dialect keeps track of that.
    pub manager: Option<String>,
    /// The dialect of the request.
    pub dialect: &'static str,
    /// What the request is to leave behind, so that it can be repeated without being carried out again.
    record: Option<IdempotencyRecord>,
}

impl Call {
    /// The scope that the request acts on.
    ///
    /// # Errors
    /// [`Error::Internal`] for routes that have none.
    pub fn scope(&self) -> Result<&Scope> {
        self.caller
            .scope
            .as_ref()
            .ok_or_else(|| Error::Internal("the route has no scope".to_owned()))
    }

    /// The classes that connectors of the scope can have.
    ///
    /// # Errors
    /// Those of [`Store::classes`].
    pub fn classes(&self) -> Result<Rc<Classes>> {
        classes::of(&self.store, self.scope()?.id, self.caller.classes_at)
    }

    /// Carries out what an operation came to, all of it or nothing. Its subject has the revision that it has then. An
    /// answer that changes nothing is still kept for those who repeat the request.
    ///
    /// # Errors
    /// Those of [`Store::commit`].
    pub async fn commit_computed(&self, mut computed: Computed) -> Result<Computed> {
        let mut plan = computed.plan.clone();
        owners::note_plan(self, &mut plan, Timestamp::now())?;
        if let Some(record) = &self.record {
            record.sign_answer(&mut plan, &computed, Timestamp::now())?;
        }
        if plan.changes.is_empty() {
            return Ok(computed);
        }
        self.store.commit(plan, &self.caller.name).await?;
        computed.note_written();
        Ok(computed)
    }

    /// Carries out a plan, all of it or nothing. Answers the object of its first change as it is now.
    ///
    /// # Errors
    /// Those of [`Store::commit`], and [`Error::Invalid`] for a class that cannot be used.
    pub async fn commit(&self, mut plan: Plan) -> Result<Object> {
        functions::check_classes(&plan).await?;
        if let Some(record) = &self.record {
            record.sign(&mut plan, Timestamp::now())?;
        }
        let nothing = || Error::Internal("a plan without a change".to_owned());
        let first = plan.changes.first().ok_or_else(nothing)?;
        let (operation, mut object) = (first.operation, first.object.clone());
        let committed = self.store.commit(plan, &self.caller.name).await?;
        object.revision = committed.first().ok_or_else(nothing)?.revision;
        if operation == Action::Create {
            object.id = object.revision;
        }
        Ok(object)
    }
}

/// Answers a request as the function whose commands `run` carries out.
pub async fn serve<C, R>(
    request: spin_sdk::http::Request,
    run: impl FnOnce(Call, C) -> R,
) -> http::Response<BoxBody>
where
    C: FunctionCommand + Debug,
    R: Future<Output = Result<Outcome>>,
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
                answer(matched, &mut request, body, &mut actor, run).await
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

async fn answer<C, R>(
    matched: Matched<C>,
    request: &mut Request,
    body: body::Incoming,
    actor: &mut String,
    run: impl FnOnce(Call, C) -> R,
) -> Result<Response>
where
    C: FunctionCommand + Debug,
    R: Future<Output = Result<Outcome>>,
{
    let Matched {
        route,
        params,
        parse,
    } = matched;
    request.params = params;
    request.route = Some(route);
    let config = Config::get().await?;
    let store = Store::open().await?;
    request.origin = origin::of(request, config)?;
    if let Some(signed) = auth::signed(route, request, config)? {
        request.signed = signed.says;
    }
    // What a read is about is looked for along with who asks. The caller's own faults come first all the same.
    let read = (route.method == Method::GET).then(|| parse(request));
    let subject = read
        .as_ref()
        .and_then(|read| read.as_ref().ok()?.command.reads());
    let caller = auth::authorise(route, request, config, &store, subject)?;
    actor.clone_from(&caller.name);
    request.permissions.clone_from(&caller.permissions);
    rate::check(route, &caller, config, &store).await?;
    let (scope, classes_at) = (caller.scope.clone(), caller.classes_at);
    request.body = body::read(body, request, config.body_limit(route.body)).await?;
    let invocation = read.unwrap_or_else(|| parse(request))?;
    let mut record = IdempotencyRecord::of(request, &invocation.command, &caller, &config.vault)?;
    let outcome = match replay(&mut record, &store)? {
        Some(outcome) => outcome,
        None => {
            let call = Call {
                caller,
                config,
                store: store.clone(),
                manager: invocation.manager,
                dialect: route.dialect.name(),
                record: record.clone(),
            };
            match run(call, invocation.command).await {
                // A request with the same key may have been quicker.
                Err(error) => replay(&mut record, &store)?.ok_or(error)?,
                Ok(outcome) => outcome,
            }
        }
    };
    let outcome = match &scope {
        Some(scope) if invocation.with_classes => {
            let classes = classes::of(&store, scope.id, classes_at)?;
            Outcome::WithClasses(Box::new(outcome), classes)
        }
        _ => outcome,
    };
    route.dialect.render(request, outcome, scope.as_ref())
}

fn replay(record: &mut Option<IdempotencyRecord>, store: &Store) -> Result<Option<Outcome>> {
    match record {
        Some(record) => record.replay(store),
        None => Ok(None),
    }
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
