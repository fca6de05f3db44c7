//! Errors. The published list is 400, 403, 409 and 500; the body's form is not published, so it is that of the
//! framework such services are built with, and a list of the fields.

use http::StatusCode;
use hub::error::Error;
use hub::time::Timestamp;
use serde_json::json;

use api::request::Request;
use api::response::Response;

/// Prints why a request was refused.
pub fn response(request: &Request, error: &Error) -> Response {
    let status = status(error);
    let mut body = json!({
        "status": status.as_u16(),
        "error": status.canonical_reason().unwrap_or_default(),
        "message": error.to_string(),
        "path": request.path,
        "timestamp": Timestamp::now().rfc3339_millis(),
        "requestId": request.id,
    });
    if let (Error::Invalid(fields), Some(members)) = (error, body.as_object_mut()) {
        let fields = fields
            .iter()
            .map(|fault| json!({"field": fault.field, "message": fault.message}));
        members.insert("errors".to_owned(), fields.collect());
    }
    api::response::with_error_headers(Response::json(status, &body), error)
}

/// A missing or unknown key is 403, and a body that is no JSON is 400: 401 and 415 are not in the published list.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unauthenticated(_) => StatusCode::FORBIDDEN,
        Error::UnsupportedMediaType { .. } => StatusCode::BAD_REQUEST,
        other => api::response::status(other),
    }
}
