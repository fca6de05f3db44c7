//! What a caller may do, as the permissions of its key say (authorization.k8s.io/v1).

mod review;
mod rules;

use http::StatusCode;
use hub::error::Result;
use hub::scope::Scope;

use crate::encode::encoded;
use crate::paths;
use crate::request::accept::Accept;
use api::request::Request;
use api::response::Response;

/// Answers a review of what the caller may do; none where the request is for something else.
pub(crate) fn response(request: &Request, scope: Option<&Scope>) -> Option<Result<Response>> {
    let route = request.route?;
    let caller = rules::Caller {
        permissions: &request.permissions,
        scope: scope.map(|scope| scope.name.as_str()),
    };
    match route.pattern {
        paths::ACCESS_REVIEW => Some(review::access(request, &caller)),
        paths::RULES_REVIEW => Some(review::rules(request, &caller)),
        _ => None,
    }
    .map(|review| review.and_then(|review| print(request, route.success.status, &review)))
}

fn print(request: &Request, status: StatusCode, review: &review::Review) -> Result<Response> {
    let encoding = Accept::of(request)?.encoding;
    Ok(encoded(encoding, status, review))
}
