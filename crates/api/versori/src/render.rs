//! Responses.

use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use hub::command::Outcome;
use hub::error::Result;
use hub::object::Object;
use hub::operation::Computed;
use hub::plan::{Action, origins_json};
use serde::Serialize;
use serde_json::{Value, json};

use crate::auth::authorization::CALLBACK_PAGE;
use crate::change;
use api::request::Request;
use api::response::Response;
use api::route::Success;
use api::{conditional, impossible, preview};

/// Prints what came of a request. Its route says with which status and media type.
pub(crate) fn outcome(request: &Request, outcome: Outcome) -> Result<Response> {
    let success = request.success();
    let print = |body| of(success, body);
    match outcome {
        Outcome::Answered(computed) => answered(request, success, *computed),
        Outcome::Probed(connector) => Ok(print(change::body(Probed::of(&connector))?.to_string())),
        Outcome::Describe => Ok(callback_page(success)),
        Outcome::Done => Ok(of(success, "")),
        Outcome::Uploaded(content) => Ok(of(success, content)),
        Outcome::Previewed(computed) => Ok(preview::of(&previewed(*computed)?)),
        other => Err(impossible(&other)),
    }
}

/// The success of a route with a body, where it has one.
fn of(success: Success, body: impl Into<bytes::Bytes>) -> Response {
    if success.media_type.is_empty() {
        return Response::empty(success.status);
    }
    Response::of(success.status, success.media_type, body)
}

/// The page that users come back to. Its address has a code in it, which must go nowhere else. It
/// takes nothing from the request: what it shows is text that its script reads from its address.
fn callback_page(success: Success) -> Response {
    let policy = "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'none'";
    of(success, CALLBACK_PAGE)
        .with_header(CONTENT_SECURITY_POLICY, policy)
        .with_header(CACHE_CONTROL, "no-store")
        .with_header(REFERRER_POLICY, "no-referrer")
}

fn answered(request: &Request, success: Success, computed: Computed) -> Result<Response> {
    let response = match computed.answer {
        Some(answer) => of(success, answer.to_string()),
        None => Response::empty(success.status),
    };
    match computed.subject {
        Some(subject) if response.status != StatusCode::NO_CONTENT => {
            conditional::tagged(request, response, subject.tag)
        }
        _ => Ok(response),
    }
}

/// A connector with what was observed of it.
#[derive(Serialize)]
struct Probed<'c> {
    id: String,
    name: &'c str,
    conditions: Value,
}

impl<'c> Probed<'c> {
    fn of(connector: &'c Object) -> Self {
        let conditions = connector.doc.pointer("/status/conditions");
        Self {
            id: connector.uid.ulid(),
            name: &connector.name,
            conditions: conditions.cloned().unwrap_or_else(|| json!([])),
        }
    }
}

/// What an operation would do: what it would answer now and afterwards, where the values come from,
/// and all the changes.
#[derive(Serialize)]
struct Preview {
    operation: &'static str,
    before: Option<Value>,
    after: Option<Value>,
    origins: Value,
    also: Vec<AlsoChanged>,
}

/// A change of something else than what was asked about.
#[derive(Serialize)]
struct AlsoChanged {
    operation: &'static str,
    kind: &'static str,
    name: String,
}

fn previewed(computed: Computed) -> Result<Value> {
    let subject = computed.subject.map(|subject| subject.uid);
    let changes = computed.plan.changes.iter();
    let of_subject = changes
        .clone()
        .find(|change| Some(change.object.uid) == subject);
    let operation = of_subject.map_or(Action::Update, |change| change.operation);
    let also = changes.filter(|change| Some(change.object.uid) != subject);
    let also = also.map(|change| AlsoChanged {
        operation: change.operation.as_str(),
        kind: change.object.kind.as_str(),
        name: change.object.name.clone(),
    });
    change::body(Preview {
        operation: if computed.plan.changes.is_empty() {
            "none"
        } else {
            operation.as_str()
        },
        before: computed.before,
        after: computed.answer,
        origins: origins_json(&computed.plan.origins),
        also: also.collect(),
    })
}
