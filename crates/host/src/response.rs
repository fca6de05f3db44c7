//! Responses of the host itself.

use http::StatusCode;
use http_body_util::{BodyExt, Empty};
use wasmtime_wasi_http::handler::Response;

/// One without a body.
pub(crate) fn empty_response(status: StatusCode) -> Response {
    let mut response = Response::new(Empty::new().map_err(Into::into).boxed_unsync());
    *response.status_mut() = status;
    response
}
