//! Responses.

use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use http::{Method, StatusCode};
use hub::command::Outcome;
use hub::error::Result;
use hub::operation::Computed;
use hub::plan::{Action, origins_json};
use serde_json::{Value, json};

use api::request::Request;
use api::response::Response;
use api::{conditional, impossible, preview};

/// It takes nothing from the request: what it shows is text that its script reads from its address.
const CALLBACK_PAGE: &str = include_str!("callback.html");

/// Prints what came of a request.
pub fn outcome(request: &Request, outcome: Outcome) -> Result<Response> {
    match outcome {
        Outcome::Answered(computed) => answered(request, *computed),
        Outcome::Probed(connector) => {
            let conditions = connector.doc.pointer("/status/conditions");
            let conditions = conditions.cloned().unwrap_or_else(|| json!([]));
            let body = json!({
                "id": connector.uid.ulid(),
                "name": connector.name,
                "conditions": conditions,
            });
            Ok(Response::json(StatusCode::OK, &body))
        }
        Outcome::Describe => Ok(callback_page()),
        Outcome::Done => Ok(Response::empty(StatusCode::OK)),
        Outcome::Uploaded(content) => Ok(Response::of(
            StatusCode::OK,
            "application/octet-stream",
            content,
        )),
        Outcome::Previewed(computed) => Ok(preview::of(&previewed(*computed))),
        other => Err(impossible(&other)),
    }
}

/// The page that users come back to. Its address has a code in it, which goes nowhere else.
fn callback_page() -> Response {
    let policy = "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'none'";
    Response::of(StatusCode::OK, "text/html; charset=utf-8", CALLBACK_PAGE)
        .with_header(CONTENT_SECURITY_POLICY, policy)
        .with_header(CACHE_CONTROL, "no-store")
        .with_header(REFERRER_POLICY, "no-referrer")
}

fn answered(request: &Request, computed: Computed) -> Result<Response> {
    let answer = computed.answer.filter(|_| !is_silent(request));
    let Some(answer) = answer else {
        return Ok(Response::empty(StatusCode::NO_CONTENT));
    };
    let response = if super::serves_schema(request) {
        Response::of(
            StatusCode::OK,
            "application/schema+json",
            answer.to_string(),
        )
    } else {
        Response::json(status(request), &answer)
    };
    match computed.subject {
        Some(subject) => conditional::tagged(request, response, subject.tag),
        None => Ok(response),
    }
}

/// Tags and categories are replaced without an answer.
fn is_silent(request: &Request) -> bool {
    ["tags", "categories"].contains(&last_segment(request)) && request.method == Method::PUT
}

fn last_segment(request: &Request) -> &str {
    let path = request.path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or_default()
}

/// What is made is answered 201, but for a connection and what is imported from the library (reference/versori.md).
fn status(request: &Request) -> StatusCode {
    let ok = ["connections", "initialise", "publish", "unpublish"];
    let from_library = request.path.contains("/library/");
    if request.method == Method::POST && !ok.contains(&last_segment(request)) && !from_library {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    }
}

/// What an operation would do: what it would answer now and afterwards, where the values come from, and all the changes.
fn previewed(computed: Computed) -> Value {
    let subject = computed.subject.map(|subject| subject.uid);
    let changes = computed.plan.changes.iter();
    let of_subject = changes
        .clone()
        .find(|change| Some(change.object.uid) == subject);
    let operation = of_subject.map_or(Action::Update, |change| change.operation);
    let also: Vec<Value> = changes
        .filter(|change| Some(change.object.uid) != subject)
        .map(|change| {
            json!({
                "operation": change.operation.as_str(),
                "kind": change.object.kind.as_str(),
                "name": change.object.name,
            })
        })
        .collect();
    json!({
        "operation": if computed.plan.changes.is_empty() { "none" } else { operation.as_str() },
        "before": computed.before,
        "after": computed.answer,
        "origins": origins_json(&computed.plan.origins),
        "also": also,
    })
}
