//! Errors (reference/pingone.md, B4): `{id, code, message, details}`. The id must be a UUID, or the Go client does not
//! see what kind of error it is.

use http::StatusCode;
use hub::error::{Error, FieldCode, FieldError};
use hub::id::{Uid, random_u128};
use hub::object::Kind;
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

use super::instance::{NAME_MAX, PATTERN};
use api::request::Request;
use api::response::{Response, with_error_headers};

const INVALID: &str =
    "The request could not be completed. One or more validation errors were in the request.";

const UNKNOWN_ENVIRONMENT: &str = "There is no such environment, or the credential is not for it.";

/// Prints why a request was refused.
pub fn response(request: &Request, error: &Error) -> Response {
    let (code, details) = published(error);
    let message = match error {
        Error::Invalid(_) => INVALID.to_owned(),
        error if is_unknown_environment(error) => UNKNOWN_ENVIRONMENT.to_owned(),
        Error::NotFound { name, .. } => format!("The requested resource {name:?} was not found."),
        other => other.to_string(),
    };
    let mut body = json!({"id": id(request), "code": code, "message": message});
    if let (false, Some(members)) = (details.is_empty(), body.as_object_mut()) {
        members.insert("details".to_owned(), details.into());
    }
    with_error_headers(Response::json(status(error), &body), error)
}

/// The request's own id where it can be one, so that the error is found in the log.
fn id(request: &Request) -> String {
    let uid = Uid::parse_hex(&request.id).map(Uid::uuid);
    uid.or_else(|| Uid::parse_hex(&format!("{:032x}", random_u128().ok()?)).map(Uid::uuid))
        .unwrap_or_else(|| "00000000-0000-0000-0000-000000000000".to_owned())
}

/// An unknown environment is 403. 409 is not published; entity tags are not either, and have HTTP's own status.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::AlreadyExists { .. } | Error::Conflict { .. } => StatusCode::BAD_REQUEST,
        error if is_unknown_environment(error) => StatusCode::FORBIDDEN,
        other => api::response::status(other),
    }
}

fn is_unknown_environment(error: &Error) -> bool {
    matches!(error, Error::NotFound { kind, .. } if *kind == Kind::Scope.as_str())
}

/// The published code of an error, and its details.
fn published(error: &Error) -> (&'static str, Vec<Value>) {
    let one = |code: &str| vec![json!({"code": code, "message": error.to_string()})];
    match error {
        Error::Invalid(faults) => ("INVALID_DATA", faults.iter().map(detail).collect()),
        Error::AlreadyExists { field, .. } => {
            let message = error.to_string();
            let detail =
                json!({"code": "UNIQUENESS_VIOLATION", "target": field, "message": message});
            ("INVALID_DATA", vec![detail])
        }
        Error::Conflict { .. } | Error::Owned(_) => ("REQUEST_FAILED", one("CONSTRAINT_VIOLATION")),
        Error::Malformed(_) => ("INVALID_REQUEST", one("INVALID_VALUE")),
        Error::Unauthenticated(_) => ("ACCESS_FAILED", one("INVALID_TOKEN")),
        Error::Forbidden(_) => ("ACCESS_FAILED", one("INSUFFICIENT_PERMISSIONS")),
        error if is_unknown_environment(error) => {
            let detail =
                json!({"code": "INSUFFICIENT_PERMISSIONS", "message": UNKNOWN_ENVIRONMENT});
            ("ACCESS_FAILED", vec![detail])
        }
        Error::NotFound { .. } | Error::Gone(_) => ("NOT_FOUND", Vec::new()),
        Error::UnsupportedMediaType { .. } => {
            let message = error.to_string();
            let detail =
                json!({"code": "INVALID_VALUE", "target": "Content-Type", "message": message});
            ("INVALID_REQUEST", vec![detail])
        }
        Error::PreconditionFailed(_) => ("REQUEST_FAILED", one("CONSTRAINT_VIOLATION")),
        Error::TooLarge { .. } => ("INVALID_REQUEST", one("SIZE_LIMIT_EXCEEDED")),
        Error::MethodNotAllowed { .. } | Error::NotAcceptable { .. } | Error::TooNew { .. } => {
            ("INVALID_REQUEST", Vec::new())
        }
        Error::RateLimited { retry_after } => {
            let at = Timestamp::now().plus_seconds(i64::from(*retry_after));
            let more = json!({"retryAfter": at.rfc3339_millis()});
            let detail =
                json!({"code": "LIMIT_EXCEEDED", "message": error.to_string(), "innerError": more});
            ("REQUEST_LIMITED", vec![detail])
        }
        Error::Unavailable { .. } => ("SERVICE_UNAVAILABLE", Vec::new()),
        Error::Internal(_) => ("UNEXPECTED_ERROR", Vec::new()),
    }
}

fn detail(fault: &FieldError) -> Value {
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
    let mut members = Map::new();
    members.insert("code".to_owned(), json!(code));
    if !fault.field.is_empty() {
        members.insert("target".to_owned(), json!(fault.field));
    }
    members.insert("message".to_owned(), json!(fault.message));
    if let Some(more) = inner_error(fault) {
        members.insert("innerError".to_owned(), more);
    }
    Value::Object(members)
}

/// What would have been accepted.
fn inner_error(fault: &FieldError) -> Option<Value> {
    let named = ["name", "connector.id"].contains(&fault.field.as_str());
    match fault.code {
        FieldCode::Unsupported => Some(json!({"allowedValues": fault.allowed})),
        FieldCode::TooLong if named => {
            Some(json!({"rangeMinimumValue": 1, "rangeMaximumValue": NAME_MAX}))
        }
        FieldCode::Invalid if named => Some(json!({"allowedPattern": PATTERN})),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
