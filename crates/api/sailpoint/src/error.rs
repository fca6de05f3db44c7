//! Errors (reference/sailpoint.md, A5).

use http::StatusCode;
use hub::error::Error;
use hub::id::Uid;
use serde_json::{Value, json};

use api::request::Request;
use api::response::{Response, with_error_headers};

/// Prints why a request was refused. 401 and 429 have forms of their own.
pub fn response(request: &Request, error: &Error) -> Response {
    let status = status(error);
    let body = match error {
        Error::Unauthenticated(message) => json!({"error": message}),
        Error::RateLimited { .. } => json!({"message": " Rate Limit Exceeded "}),
        _ => {
            let texts = texts(error).into_iter();
            let messages: Vec<Value> = texts
                .map(|text| json!({"locale": "en-US", "localeOrigin": "DEFAULT", "text": text}))
                .collect();
            json!({
                "detailCode": detail_code(status, error),
                "trackingId": tracking_id(request),
                "messages": messages,
                "causes": [],
            })
        }
    };
    with_error_headers(Response::json(status, &body), error)
}

/// Only 400, 401, 403, 404, 429 and 500 are published, and what says that the store is busy must be told apart.
fn status(error: &Error) -> StatusCode {
    match api::response::status(error) {
        _ if matches!(error, Error::NotReady(_)) => StatusCode::NOT_FOUND,
        StatusCode::GONE => StatusCode::NOT_FOUND,
        known @ (StatusCode::UNAUTHORIZED
        | StatusCode::FORBIDDEN
        | StatusCode::NOT_FOUND
        | StatusCode::METHOD_NOT_ALLOWED
        | StatusCode::TOO_MANY_REQUESTS
        | StatusCode::INTERNAL_SERVER_ERROR
        | StatusCode::SERVICE_UNAVAILABLE) => known,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn detail_code(status: StatusCode, error: &Error) -> String {
    let known = match status {
        StatusCode::BAD_REQUEST if matches!(error, Error::Invalid(_)) => "400.1.3 Illegal value",
        StatusCode::BAD_REQUEST => "400.1 Bad Request Content",
        StatusCode::FORBIDDEN => "403 Forbidden",
        StatusCode::NOT_FOUND => "404 Not found",
        StatusCode::INTERNAL_SERVER_ERROR => "500.0 Internal Fault",
        other => return other.to_string(),
    };
    known.to_owned()
}

/// What is wrong, where the published texts do not say it: every bad field by itself.
fn texts(error: &Error) -> Vec<String> {
    match error {
        Error::Invalid(fields) => fields.iter().map(ToString::to_string).collect(),
        Error::NotFound { kind: "route", .. } => vec![
            "The server did not find a current representation for the target resource.".to_owned(),
        ],
        Error::Forbidden(why) => vec![format!(
            "The server understood the request but refuses to authorize it. {why}"
        )],
        Error::NotFound { .. } | Error::Gone(_) | Error::NotReady(_) => vec![format!(
            "The server did not find a current representation for the target resource. {error}"
        )],
        Error::Internal(_) => vec!["An internal fault occurred.".to_owned()],
        other => vec![other.to_string()],
    }
}

/// The request's id, when it has the published form of 32 hex digits.
fn tracking_id(request: &Request) -> String {
    Uid::parse_hex(&request.id).map_or_else(|| Uid::derived(&[&request.id]).hex(), Uid::hex)
}
