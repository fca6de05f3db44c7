//! Responses.

use hub::command::Outcome;
use hub::error::Result;
use hub::object::Object;
use hub::resource::{Context, Resource};
use hub::scope::Scope;
use serde::Serialize;
use serde_json::Value;

use super::link::Link;
use api::request::Request;
use api::response::Response;
use api::{conditional, impossible, preview};

#[derive(Serialize)]
struct Links {
    links: Vec<Value>,
}

/// Prints what came of a request.
pub(crate) fn outcome(
    request: &Request,
    outcome: Outcome,
    scope: Option<&Scope>,
) -> Result<Response> {
    let (outcome, classes, scope) = match (outcome, scope) {
        (Outcome::WithClasses(outcome, classes), Some(scope)) => (*outcome, classes, scope),
        (other, _) => return Err(impossible(&other)),
    };
    let context = Context {
        scope,
        classes: &classes,
    };
    let show = |link: &Object| Link.show(link, &context);
    match outcome {
        Outcome::Listed(page) => {
            let links = page.objects.iter().map(show).collect();
            Ok(Response::success(request, &Links { links }))
        }
        Outcome::Created(link) | Outcome::Found(link) | Outcome::Updated(link) => {
            let response = Response::success(request, &show(&link));
            conditional::tagged(request, response, link.tag())
        }
        Outcome::Deleted(_) => Ok(Response::success(request, &())),
        Outcome::Planned(plan) => Ok(preview::response(&plan, show)),
        other => Err(impossible(&other)),
    }
}
