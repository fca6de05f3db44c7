//! Responses.

use std::rc::Rc;

use hub::command::Outcome;
use hub::error::Result;
use hub::json::text_at;
use hub::object::Object;
use hub::scope::Scope;

use super::{scope, wire};
use api::request::Request;
use api::response::Response;
use api::{impossible, preview};

/// Prints what came of a request.
pub(crate) fn outcome(
    request: &Request,
    outcome: Outcome,
    scope: Option<&Scope>,
) -> Result<Response> {
    let runtime_plane_id = scope.map_or(0, scope::runtime_plane_id);
    let (outcome, classes) = match outcome {
        Outcome::WithClasses(outcome, classes) => (*outcome, classes),
        other => (other, Rc::default()),
    };
    let class = |connector: &Object| classes.get(text_at(&connector.doc, "/class"));
    match outcome {
        Outcome::Created(connector) => {
            let resource = wire::resource(&connector, class(&connector), runtime_plane_id);
            Ok(Response::success(request, &resource))
        }
        Outcome::Probed(connector) => Ok(Response::success(request, &wire::probed(&connector))),
        Outcome::Found(connector) => {
            let export = wire::export(&connector, class(&connector));
            Ok(Response::success(request, &export))
        }
        Outcome::Planned(plan) => {
            let first = plan.changes.first();
            let class = first.and_then(|change| class(&change.object));
            Ok(preview::of(&wire::preview(&plan, class)))
        }
        other => Err(impossible(&other)),
    }
}
