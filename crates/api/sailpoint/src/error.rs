//! Errors: `ErrorResponseDto`, and the two that have other forms.

use http::StatusCode;
use hub::error::Error;
use hub::id::Uid;
use hub::object::Kind;
use serde::Serialize;

use api::request::Request;
use api::response::{Response, with_error_headers};

/// `ErrorResponseDto`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorBody {
    detail_code: String,
    tracking_id: String,
    messages: Vec<Message>,
    causes: Vec<Message>,
}

/// `ErrorMessageDto`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    locale: &'static str,
    locale_origin: &'static str,
    text: String,
}

/// The body of a 401.
#[derive(Serialize)]
struct Unauthenticated<'a> {
    error: &'a str,
}

/// The body of a 429.
#[derive(Serialize)]
struct RateLimited {
    message: &'static str,
}

/// Prints why a request was refused. 401 and 429 have forms of their own.
pub(crate) fn response(request: &Request, error: &Error) -> Response {
    let status = status(error);
    let response = match error {
        Error::Unauthenticated(why) => Response::json(status, &Unauthenticated { error: why }),
        Error::RateLimited { .. } => {
            let message = " Rate Limit Exceeded ";
            Response::json(status, &RateLimited { message })
        }
        _ => Response::json(status, &body(request, status, error)),
    };
    with_error_headers(response, error)
}

fn body(request: &Request, status: StatusCode, error: &Error) -> ErrorBody {
    let message = |text| Message {
        locale: "en-US",
        locale_origin: "DEFAULT",
        text,
    };
    ErrorBody {
        detail_code: detail_code(status, error),
        tracking_id: tracking_id(request),
        messages: texts(error).into_iter().map(message).collect(),
        causes: Vec::new(),
    }
}

/// Only 400, 401, 403, 404, 429 and 500 are published, and what says that the store is busy must be
/// told apart.
fn status(error: &Error) -> StatusCode {
    if let Error::Gone(_) | Error::NotReady(_) = error {
        return StatusCode::NOT_FOUND;
    }
    match api::response::status(error) {
        // As 405, it is HTTP's own: a client that compresses must be told not to.
        coding if matches!(error, Error::UnsupportedEncoding { .. }) => coding,
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

/// What the published text says of a 404.
const NOT_FOUND: &str = "The server did not find a current representation for the target resource.";

/// What is wrong, where the published texts do not say it: every bad field by itself.
fn texts(error: &Error) -> Vec<String> {
    match error {
        Error::Invalid(fields) => fields.iter().map(ToString::to_string).collect(),
        Error::NotFound { kind: "route", .. } => vec![NOT_FOUND.to_owned()],
        Error::Forbidden(why) => vec![format!(
            "The server understood the request but refuses to authorize it. {why}"
        )],
        Error::NotFound { kind, name } if *kind == Kind::Job.as_str() => {
            let error = Error::not_found(Kind::Job, printed_id(name));
            vec![format!("{NOT_FOUND} {error}")]
        }
        Error::NotFound { .. } | Error::Gone(_) | Error::NotReady(_) => {
            vec![format!("{NOT_FOUND} {error}")]
        }
        Error::Internal(_) => vec!["An internal fault occurred.".to_owned()],
        other => vec![other.to_string()],
    }
}

/// The id of a job is a UUID with hyphens here, however the store names it.
fn printed_id(name: &str) -> String {
    Uid::parse_hex(name).map_or_else(|| name.to_owned(), Uid::uuid)
}

/// The request's id, when it has the published form of 32 hex digits.
fn tracking_id(request: &Request) -> String {
    Uid::parse_hex(&request.id).map_or_else(|| Uid::derived(&[&request.id]).hex(), Uid::hex)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub::error::{FieldCode, FieldError};
    use serde_json::{Value, json};

    fn printed(error: &Error) -> (u16, Value) {
        let response = response(&Request::default(), error);
        let body = serde_json::from_slice(&response.body).unwrap();
        (response.status.as_u16(), body)
    }

    fn text(error: &Error) -> String {
        let (_, body) = printed(error);
        body["messages"][0]["text"].as_str().unwrap().to_owned()
    }

    #[test]
    fn each_error_has_its_published_status_and_code() {
        let text = || "why".to_owned();
        for (error, status, code) in [
            (Error::Invalid(Vec::new()), 400, "400.1.3 Illegal value"),
            (Error::Malformed(text()), 400, "400.1 Bad Request Content"),
            (
                Error::TooLarge { limit: 1 },
                400,
                "400.1 Bad Request Content",
            ),
            (
                Error::UnsupportedMediaType {
                    supported: Vec::new(),
                },
                400,
                "400.1 Bad Request Content",
            ),
            (Error::Forbidden(text()), 403, "403 Forbidden"),
            (Error::not_found(Kind::Job, "7"), 404, "404 Not found"),
            (Error::Gone(text()), 404, "404 Not found"),
            (Error::NotReady(text()), 404, "404 Not found"),
            (Error::Internal(text()), 500, "500.0 Internal Fault"),
            (
                Error::Unavailable { retry_after: 1 },
                503,
                "503 Service Unavailable",
            ),
        ] {
            let (printed_status, body) = printed(&error);
            assert_eq!(
                (printed_status, &body["detailCode"]),
                (status, &json!(code)),
                "{error:?}"
            );
            assert_eq!(body["trackingId"].as_str().unwrap().len(), 32);
            assert_eq!(body["causes"], json!([]));
        }
    }

    #[test]
    fn two_have_forms_of_their_own() {
        let unauthenticated = printed(&Error::Unauthenticated("no key".to_owned()));
        assert_eq!(unauthenticated, (401, json!({"error": "no key"})));
        let limited = printed(&Error::RateLimited { retry_after: 3 });
        assert_eq!(limited, (429, json!({"message": " Rate Limit Exceeded "})));
    }

    #[test]
    fn every_bad_field_has_a_message() {
        let fault = |field| FieldError::new(field, FieldCode::Type, "must be a string");
        let (_, body) = printed(&Error::Invalid(vec![fault("a"), fault("b")]));
        assert_eq!(body["messages"][1]["text"], "b: must be a string");
    }

    #[test]
    fn ids_keep_their_hyphens() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let uid = Uid::parse_hex(id).unwrap();
        for name in [uid.hex(), id.to_owned()] {
            let text = text(&Error::not_found(Kind::Job, name));
            assert!(text.contains(id), "{text}");
        }
        assert!(text(&Error::not_found(Kind::Job, "x7")).contains("\"x7\""));
    }

    #[test]
    fn a_fault_of_ours_is_not_told() {
        assert_eq!(
            text(&Error::Internal("secret".to_owned())),
            "An internal fault occurred."
        );
    }
}
