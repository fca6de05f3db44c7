//! Errors: `{"fault": {"status", "text", "fields"}}`.

use hub::error::{Error, FieldError};
use serde::Serialize;

use api::request::Request;
use api::response::{Response, status, with_error_headers};

#[derive(Serialize)]
struct Body {
    fault: Fault,
}

#[derive(Serialize)]
struct Fault {
    status: u16,
    text: String,
    fields: Vec<String>,
}

/// Prints why a request was refused.
pub(crate) fn response(_request: &Request, error: &Error) -> Response {
    let (status, fields) = match error {
        Error::Invalid(faults) => (
            status(error),
            faults.iter().map(FieldError::to_string).collect(),
        ),
        other => (status(other), Vec::new()),
    };
    let fault = Fault {
        status: status.as_u16(),
        text: error.to_string(),
        fields,
    };
    with_error_headers(Response::json(status, &Body { fault }), error)
}
