//! Responses.

use hub::command::Outcome;
use hub::error::Result;
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
    match outcome {
        Outcome::Created(connector) => {
            let resource = wire::resource(&connector, runtime_plane_id);
            Ok(Response::success(request, &resource))
        }
        Outcome::Probed(connector) => Ok(Response::success(request, &wire::probed(&connector))),
        Outcome::Found(connector) => Ok(Response::success(request, &wire::export(connector))),
        Outcome::Planned(plan) => Ok(preview::of(&wire::preview(&plan))),
        other => Err(impossible(&other)),
    }
}
