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
pub mod jobs;
mod log;
pub mod merge;
pub mod operations;
mod origin;
pub mod owners;
mod rate;
mod receipt;
pub mod secrets;
pub mod select;
pub mod signing_key;
pub mod ticket;
pub mod token;
pub mod uploads;
pub mod variable;

use std::convert::Infallible;
use std::rc::Rc;
use std::time::Instant;

use bytes::Bytes;
use dialects::Dialect;
use dialects::request::Request;
use dialects::response::{Response, Stream};
use dialects::route::{self, Function, Route};
use futures::StreamExt;
use http::Method;
use http::header::{CONTENT_LENGTH, HeaderName, HeaderValue};
use http_body::Frame;
use http_body_util::StreamBody;
use hub::class::Classes;
use hub::command::{Command, Outcome};
use hub::error::{Error, Result};
use hub::object::Object;
use hub::operation::Worked;
use hub::plan::{Operation, Plan};
use hub::scope::Scope;
use hub::time::Timestamp;
use spin_sdk::http::{BoxBody, FullBody, box_body};
use store::Store;

pub use crate::auth::Caller;
pub use crate::config::Config;
pub use crate::functions::announce_changes;
pub use crate::log::fault;

use crate::receipt::Receipt;

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
    pub writer: Option<String>,
    /// The dialect of the request.
    pub dialect: &'static str,
    /// What the request is to leave behind, so that it can be repeated without being carried out again.
    receipt: Option<Receipt>,
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
    pub async fn commit_worked(&self, mut worked: Worked) -> Result<Worked> {
        let mut plan = worked.plan.clone();
        owners::note_plan(self, &mut plan, Timestamp::now())?;
        if let Some(receipt) = &self.receipt {
            receipt.sign_answer(&mut plan, &worked, Timestamp::now())?;
        }
        if plan.changes.is_empty() {
            return Ok(worked);
        }
        self.store.commit(plan, &self.caller.name).await?;
        worked.note_written();
        Ok(worked)
    }

    /// Carries out a plan, all of it or nothing. Answers the object of its first change as it is now.
    ///
    /// # Errors
    /// Those of [`Store::commit`], and [`Error::Invalid`] for a class that cannot be used.
    pub async fn commit(&self, mut plan: Plan) -> Result<Object> {
        functions::check_classes(&plan).await?;
        if let Some(receipt) = &self.receipt {
            receipt.sign(&mut plan, Timestamp::now())?;
        }
        let nothing = || Error::Internal("a plan without a change".to_owned());
        let first = plan.changes.first().ok_or_else(nothing)?;
        let (operation, mut object) = (first.operation, first.object.clone());
        let committed = self.store.commit(plan, &self.caller.name).await?;
        object.revision = committed.first().ok_or_else(nothing)?.revision;
        if operation == Operation::Create {
            object.id = object.revision;
        }
        Ok(object)
    }
}

/// Answers a request as `function`, whose commands `run` carries out.
pub async fn serve<R>(
    function: Function,
    request: spin_sdk::http::Request,
    run: impl FnOnce(Call, Command) -> R,
) -> http::Response<BoxBody>
where
    R: Future<Output = Result<Outcome>>,
{
    let started = Instant::now();
    let (mut request, body) = read_head(request);
    let matched = route::find(&request.method, &request.path);
    if let Ok((route, _)) = &matched
        && route.function != function
    {
        return match handover::send(route, &request, body).await {
            Ok(response) => response,
            Err(error) => finish(function, &request, "", route.dialect, Err(error), started),
        };
    }
    let dialect = matched.as_ref().map_or_else(
        |_| route::dialect_of(&request.path),
        |(route, _)| route.dialect,
    );
    let mut actor = String::new();
    let answer = match matched {
        Ok((route, params)) => {
            request.params = params;
            answer(route, &mut request, body, &mut actor, run).await
        }
        Err(error) => Err(error),
    };
    let writes = matches!(function, Function::Import | Function::Update);
    if answer.is_ok() && writes && request.method != Method::GET {
        functions::announce_changes();
    }
    finish(function, &request, &actor, dialect, answer, started)
}

async fn answer<R>(
    route: &'static Route,
    request: &mut Request,
    body: body::Incoming,
    actor: &mut String,
    run: impl FnOnce(Call, Command) -> R,
) -> Result<Response>
where
    R: Future<Output = Result<Outcome>>,
{
    let config = Config::get().await?;
    let store = Store::open(&dialects::All).await?;
    request.origin = origin::of(request, config)?;
    if let Some(ticket) = auth::ticket(route, request, config)? {
        request.ticket = ticket.says;
    }
    // What a read is about is looked for along with who asks. The caller's own faults come first all the same.
    let read = (route.method == Method::GET).then(|| (route.parse)(request));
    let subject = read.as_ref().and_then(|read| read.as_ref().ok()?.subject());
    let caller = auth::authorise(route, request, config, &store, subject)?;
    actor.clone_from(&caller.name);
    rate::check(route, request, &caller, config, &store).await?;
    let (scope, classes_at) = (caller.scope.clone(), caller.classes_at);
    let limit = config.body_limit(route.dialect, request);
    request.body = body::read(body, request, limit).await?;
    let (command, with_classes) = match read.unwrap_or_else(|| (route.parse)(request))? {
        Command::WithClasses(command) => (*command, true),
        command => (command, false),
    };
    let (command, writer) = match command {
        Command::As(writer, command) => (*command, Some(writer)),
        command => (command, None),
    };
    let mut receipt = Receipt::of(request, &command, &caller, &config.vault)?;
    let outcome = match replay(&mut receipt, &store)? {
        Some(outcome) => outcome,
        None => {
            let call = Call {
                caller,
                config,
                store: store.clone(),
                writer,
                dialect: route.dialect.name(),
                receipt: receipt.clone(),
            };
            match run(call, command).await {
                // A request with the same key may have been quicker.
                Err(error) => replay(&mut receipt, &store)?.ok_or(error)?,
                Ok(outcome) => outcome,
            }
        }
    };
    let outcome = match &scope {
        Some(scope) if with_classes => {
            let classes = classes::of(&store, scope.id, classes_at)?;
            Outcome::WithClasses(Box::new(outcome), classes)
        }
        _ => outcome,
    };
    route.dialect.render(request, outcome, scope.as_ref())
}

fn replay(receipt: &mut Option<Receipt>, store: &Store) -> Result<Option<Outcome>> {
    match receipt {
        Some(receipt) => receipt.replay(store),
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
        query: dialects::form::parse(head.uri.query().unwrap_or_default()),
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
