//! Errors. The published list is 400, 403, 409 and 500; the body's form is not published, so it is
//! that of the framework such services are built with, and a list of the fields.

use http::StatusCode;
use hub::error::{Error, FieldError};
use hub::time::Timestamp;
use serde::Serialize;

use api::request::Request;
use api::response::{Response, with_error_headers};

/// An error.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'e> {
    status: u16,
    error: &'static str,
    message: String,
    path: &'e str,
    timestamp: String,
    request_id: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<Field<'e>>>,
}

/// A refused field.
#[derive(Serialize)]
struct Field<'e> {
    field: &'e str,
    message: &'e str,
}

/// Prints why a request was refused.
pub(crate) fn response(request: &Request, error: &Error) -> Response {
    let status = status(error);
    let errors = match error {
        Error::Invalid(faults) => Some(faults.iter().map(field).collect()),
        _ => None,
    };
    let body = Body {
        status: status.as_u16(),
        error: status.canonical_reason().unwrap_or_default(),
        message: error.to_string(),
        path: &request.path,
        timestamp: Timestamp::now().rfc3339_millis(),
        request_id: &request.id,
        errors,
    };
    with_error_headers(Response::json(status, &body), error)
}

fn field(fault: &FieldError) -> Field<'_> {
    Field {
        field: &fault.field,
        message: &fault.message,
    }
}

/// A missing or unknown key is 403, and a body that is no JSON is 400: 401 and 415 are not in the
/// published list. A coding of HTTP that is not read has HTTP's own status, as a wrong method has.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated(_) => StatusCode::FORBIDDEN,
        Error::UnsupportedMediaType { .. } => StatusCode::BAD_REQUEST,
        other => api::response::status(other),
    }
}
