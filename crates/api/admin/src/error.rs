//! Errors: `{"error": {"code", "message", "fields", "requestId"}}`, and the form of RFC 6749 for
//! tokens.

use http::StatusCode;
use hub::error::{Error, FieldError};
use serde::Serialize;

use super::ISSUE_TOKEN;
use api::request::Request;
use api::response::{Response, status, with_error_headers};

/// An error.
#[derive(Serialize)]
struct Body<'e> {
    error: Reason<'e>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reason<'e> {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<Field<'e>>>,
    request_id: &'e str,
}

/// A refused field.
#[derive(Serialize)]
pub(crate) struct Field<'e> {
    field: &'e str,
    message: &'e str,
}

/// An error of the token endpoint (RFC 6749, section 5.2).
#[derive(Serialize)]
struct TokenError {
    error: &'static str,
    error_description: String,
}

/// Prints why a request was refused.
pub(crate) fn response(request: &Request, error: &Error) -> Response {
    if request.operation() == ISSUE_TOKEN {
        return token_error(error);
    }
    let fields = match error {
        Error::Invalid(faults) => Some(fields(faults)),
        _ => None,
    };
    let body = Body {
        error: Reason {
            code: code(error),
            message: error.to_string(),
            fields,
            request_id: &request.id,
        },
    };
    with_error_headers(Response::json(status(error), &body), error)
}

/// Refused fields.
pub(crate) fn fields(faults: &[FieldError]) -> Vec<Field<'_>> {
    faults.iter().map(field).collect()
}

fn field(fault: &FieldError) -> Field<'_> {
    Field {
        field: &fault.field,
        message: &fault.message,
    }
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
        Error::PreconditionFailed(_) | Error::Referenced(_) => "precondition_failed",
        Error::Gone(_) => "gone",
        Error::NotReady(_) => "not_ready",
        Error::TooLarge { .. } => "too_large",
        Error::MethodNotAllowed { .. } => "method_not_allowed",
        Error::UnsupportedMediaType { .. } => "unsupported_media_type",
        Error::UnsupportedEncoding { .. } => "unsupported_encoding",
        Error::NotAcceptable { .. } => "not_acceptable",
        Error::TooNew { .. } => "too_new",
        Error::RateLimited { .. } => "rate_limited",
        Error::Unavailable { .. } => "unavailable",
        Error::Internal(_) => "internal",
    }
}

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
    let body = TokenError {
        error: code,
        error_description: error.to_string(),
    };
    with_error_headers(Response::json(status, &body), error)
}
