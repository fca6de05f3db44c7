//! Errors: `{id, code, message, details}` (PingOne Platform API reference, "Error codes"). The id
//! must be a UUID, or the official Go client does not see what kind of error it is.

use http::StatusCode;
use hub::error::{Error, FieldCode, FieldError};
use hub::id::{Uid, random_u128};
use hub::object::Kind;
use hub::time::Timestamp;
use serde::Serialize;

use super::instance::{NAME_MAX, PATTERN};
use api::request::Request;
use api::response::{Response, with_error_headers};

const INVALID: &str =
    "The request could not be completed. One or more validation errors were in the request.";

const UNKNOWN_ENVIRONMENT: &str = "There is no such environment, or the credential is not for it.";

/// An error as published.
#[derive(Serialize)]
struct Body<'e> {
    id: String,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail<'e>>,
}

/// One thing that is wrong.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'e> {
    code: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    target: &'e str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    inner_error: Option<InnerError<'e>>,
}

/// What would have been accepted, or when.
#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum InnerError<'e> {
    Values {
        allowed_values: &'e [String],
    },
    Range {
        range_minimum_value: usize,
        range_maximum_value: usize,
    },
    Pattern {
        allowed_pattern: &'static str,
    },
    Time {
        retry_after: String,
    },
}

/// Prints why a request was refused.
pub(crate) fn response(request: &Request, error: &Error) -> Response {
    let (code, details) = published(error);
    let message = match error {
        Error::Invalid(_) => INVALID.to_owned(),
        error if is_unknown_environment(error) => UNKNOWN_ENVIRONMENT.to_owned(),
        Error::NotFound { name, .. } => format!("The requested resource {name:?} was not found."),
        other => other.to_string(),
    };
    let body = Body {
        id: id(request),
        code,
        message,
        details,
    };
    with_error_headers(Response::json(status(error), &body), error)
}

/// The request's own id where it can be one, so that the error is found in the log.
fn id(request: &Request) -> String {
    let uid = Uid::parse_hex(&request.id).map(Uid::uuid);
    uid.or_else(|| Uid::parse_hex(&format!("{:032x}", random_u128().ok()?)).map(Uid::uuid))
        .unwrap_or_else(|| "00000000-0000-0000-0000-000000000000".to_owned())
}

/// An unknown environment is 403. 409 is not published; entity tags are not either, and have HTTP's
/// own status.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::AlreadyExists { .. } | Error::Conflict { .. } | Error::Owned(_) => {
            StatusCode::BAD_REQUEST
        }
        error if is_unknown_environment(error) => StatusCode::FORBIDDEN,
        other => api::response::status(other),
    }
}

fn is_unknown_environment(error: &Error) -> bool {
    matches!(error, Error::NotFound { kind, .. } if *kind == Kind::Scope.as_str())
}

/// The published code of an error, and its details.
fn published(error: &Error) -> (&'static str, Vec<Detail<'_>>) {
    let at = |code, target| Detail {
        code,
        target,
        message: error.to_string(),
        inner_error: None,
    };
    let one = |code| vec![at(code, "")];
    match error {
        Error::Invalid(faults) => ("INVALID_DATA", faults.iter().map(detail).collect()),
        Error::AlreadyExists { field, .. } => {
            ("INVALID_DATA", vec![at("UNIQUENESS_VIOLATION", field)])
        }
        Error::Conflict { .. }
        | Error::Owned(_)
        | Error::PreconditionFailed(_)
        | Error::Referenced(_)
        | Error::NotReady(_) => ("REQUEST_FAILED", one("CONSTRAINT_VIOLATION")),
        Error::Malformed(_) => ("INVALID_REQUEST", one("INVALID_VALUE")),
        Error::Unauthenticated(_) => ("ACCESS_FAILED", one("INVALID_TOKEN")),
        Error::Forbidden(_) => ("ACCESS_FAILED", one("INSUFFICIENT_PERMISSIONS")),
        error if is_unknown_environment(error) => {
            let detail = Detail {
                message: UNKNOWN_ENVIRONMENT.to_owned(),
                ..at("INSUFFICIENT_PERMISSIONS", "")
            };
            ("ACCESS_FAILED", vec![detail])
        }
        Error::NotFound { .. } | Error::Gone(_) => ("NOT_FOUND", Vec::new()),
        Error::UnsupportedMediaType { .. } => {
            ("INVALID_REQUEST", vec![at("INVALID_VALUE", "Content-Type")])
        }
        Error::UnsupportedEncoding { .. } => (
            "INVALID_REQUEST",
            vec![at("INVALID_VALUE", "Content-Encoding")],
        ),
        Error::TooLarge { .. } => ("INVALID_REQUEST", one("SIZE_LIMIT_EXCEEDED")),
        Error::MethodNotAllowed { .. } | Error::NotAcceptable { .. } | Error::TooNew { .. } => {
            ("INVALID_REQUEST", Vec::new())
        }
        Error::RateLimited { retry_after } => {
            let at_time = Timestamp::now().plus_seconds(i64::from(*retry_after));
            let detail = Detail {
                inner_error: Some(InnerError::Time {
                    retry_after: at_time.rfc3339_millis(),
                }),
                ..at("LIMIT_EXCEEDED", "")
            };
            ("REQUEST_LIMITED", vec![detail])
        }
        Error::Unavailable { .. } => ("SERVICE_UNAVAILABLE", Vec::new()),
        Error::Internal(_) => ("UNEXPECTED_ERROR", Vec::new()),
    }
}

fn detail(fault: &FieldError) -> Detail<'_> {
    let code = match fault.code {
        FieldCode::Required => "REQUIRED_VALUE",
        FieldCode::Empty => "EMPTY_VALUE",
        FieldCode::Duplicate => "UNIQUENESS_VIOLATION",
        FieldCode::TooLong => "SIZE_LIMIT_EXCEEDED",
        FieldCode::Type
        | FieldCode::Unsupported
        | FieldCode::Immutable
        | FieldCode::Forbidden
        | FieldCode::Unknown
        | FieldCode::NotFound
        | FieldCode::Invalid => "INVALID_VALUE",
    };
    Detail {
        code,
        target: &fault.field,
        message: fault.message.clone(),
        inner_error: inner_error(fault),
    }
}

/// What would have been accepted.
fn inner_error(fault: &FieldError) -> Option<InnerError<'_>> {
    let named = ["name", "connector.id"].contains(&fault.field.as_str());
    match fault.code {
        FieldCode::Unsupported => Some(InnerError::Values {
            allowed_values: &fault.allowed,
        }),
        FieldCode::TooLong if named => Some(InnerError::Range {
            range_minimum_value: 1,
            range_maximum_value: NAME_MAX,
        }),
        FieldCode::Invalid if named => Some(InnerError::Pattern {
            allowed_pattern: PATTERN,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn when_to_try_again_is_a_time_as_clients_decode_it() {
        let response = response(&Request::default(), &Error::RateLimited { retry_after: 60 });
        assert_eq!(response.headers["retry-after"], "60");
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body["code"], "REQUEST_LIMITED");
        let at = body["details"][0]["innerError"]["retryAfter"].as_str();
        let at = at.and_then(Timestamp::parse_rfc3339).unwrap();
        assert!(at > Timestamp::now());
    }
}
