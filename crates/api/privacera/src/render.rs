//! Responses.

use http::StatusCode;
use hub::command::Outcome;
use hub::error::Result;
use hub::scope::Scope;

use super::{scope_name, wire};
use api::impossible;
use api::response::Response;

/// Prints what came of a request.
pub fn outcome(outcome: Outcome, scope: Option<&Scope>) -> Result<Response> {
    let runtime_plane_id = scope.map_or(0, scope_name::runtime_plane_id);
    match outcome {
        Outcome::Created(connector) => Ok(Response::json(
            StatusCode::CREATED,
            &wire::resource(&connector, runtime_plane_id),
        )),
        Outcome::Probed(connector) => Ok(Response::json(StatusCode::OK, &wire::probed(&connector))),
        Outcome::Found(connector) => Ok(Response::json(StatusCode::OK, &wire::export(connector))),
        Outcome::Planned(plan) => Ok(Response::json(StatusCode::OK, &wire::preview(&plan))),
        other => Err(impossible(&other)),
    }
}
