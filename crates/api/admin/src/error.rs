//! Errors: `{"error": {"code", "message", "fields", "requestId"}}`, and the form of RFC 6749 for tokens.

use http::StatusCode;
use hub::error::{Error, FieldError};
use serde_json::{Value, json};

use api::request::Request;
use api::response::{Response, status, with_error_headers};

/// Prints why a request was refused.
pub fn response(request: &Request, error: &Error) -> Response {
    if request.path == "/oauth/token" {
        return token_error(error);
    }
    let mut body = json!({"code": code(error), "message": error.to_string()});
    if let (Error::Invalid(fields), Some(members)) = (error, body.as_object_mut()) {
        members.insert("fields".to_owned(), self::fields(fields));
    }
    if let Some(members) = body.as_object_mut() {
        members.insert("requestId".to_owned(), json!(request.id));
    }
    with_error_headers(
        Response::json(status(error), &json!({"error": body})),
        error,
    )
}

/// Refused fields.
pub fn fields(faults: &[FieldError]) -> Value {
    let field = |fault: &FieldError| json!({"field": fault.field, "message": fault.message});
    faults.iter().map(field).collect()
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Invalid(_) => "invalid",
        Error::Malformed(_) => "malformed",
        Error::Unauthenticated(_) => "unauthenticated",
        Error::Forbidden(_) => "forbidden",
        Error::NotFound { .. } => "not_found",
        Error::AlreadyExists { .. } => "already_exists",
        Error::Conflict { .. } | Error::Owned(_) => "conflict",
        Error::PreconditionFailed(_) => "precondition_failed",
        Error::Gone(_) => "gone",
        Error::TooLarge { .. } => "too_large",
        Error::MethodNotAllowed { .. } => "method_not_allowed",
        Error::UnsupportedMediaType { .. } => "unsupported_media_type",
        Error::NotAcceptable { .. } => "not_acceptable",
        Error::TooNew { .. } => "too_new",
        Error::RateLimited { .. } => "rate_limited",
        Error::Unavailable { .. } => "unavailable",
        Error::Internal(_) => "internal",
    }
}

/// RFC 6749, section 5.2.
fn token_error(error: &Error) -> Response {
    let code = match error {
        Error::Invalid(fields) if fields.iter().any(|fault| fault.field == "grant_type") => {
            "unsupported_grant_type"
        }
        Error::Unauthenticated(_) => "invalid_client",
        Error::Unavailable { .. } => "temporarily_unavailable",
        Error::Internal(_) => "server_error",
        _ => "invalid_request",
    };
    let status = if code == "invalid_request" {
        StatusCode::BAD_REQUEST
    } else {
        status(error)
    };
    with_error_headers(
        Response::json(
            status,
            &json!({"error": code, "error_description": error.to_string()}),
        ),
        error,
    )
}
