//! A response as dialects make it: whole, or to be streamed by the function that serves it.

use std::fmt;
use std::pin::Pin;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use hub::error::Error;
use serde::Serialize;

use crate::request::Request;

/// What follows the body of a response as it comes to be known.
pub struct Stream(pub Pin<Box<dyn futures::Stream<Item = Bytes> + Send>>);

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stream")
    }
}

/// A response. The gateway adds the request's id and, unless it is streamed, `content-length`.
#[derive(Debug)]
pub struct Response {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// What follows the body, if it is streamed.
    pub stream: Option<Stream>,
}

impl Response {
    /// A response without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            stream: None,
        }
    }

    /// A JSON response.
    pub fn json(status: StatusCode, body: &impl Serialize) -> Self {
        // What dialects print has text for names of members, so that it can always be printed.
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self::of(status, "application/json", body)
    }

    /// The success of the request's route, with this body, or without one where the route has none.
    pub fn success(request: &Request, body: &impl Serialize) -> Self {
        let success = request.success();
        Self::printed(success.status, success.media_type, body)
    }

    /// The same, whose status is the route's other one where `other` holds.
    pub fn success_or(request: &Request, other: bool, body: &impl Serialize) -> Self {
        let success = request.success();
        let other = success.or.filter(|_| other);
        Self::printed(other.unwrap_or(success.status), success.media_type, body)
    }

    fn printed(status: StatusCode, media_type: &'static str, body: &impl Serialize) -> Self {
        if media_type.is_empty() {
            return Self::empty(status);
        }
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self::of(status, media_type, body)
    }

    /// A response of a media type.
    pub fn of(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(media_type))]);
        Self {
            status,
            headers,
            body: body.into(),
            stream: None,
        }
    }

    /// A response whose body is streamed.
    pub fn streamed(media_type: &'static str, stream: Stream) -> Self {
        Self {
            stream: Some(stream),
            ..Self::of(StatusCode::OK, media_type, Bytes::new())
        }
    }

    /// The same with one more header. A value that cannot be in a header is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(name, value);
        }
        self
    }
}

/// The status that an error has where a dialect publishes no other.
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) | Error::Malformed(_) => StatusCode::BAD_REQUEST,
        Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) => StatusCode::FORBIDDEN,
        Error::NotFound { .. } => StatusCode::NOT_FOUND,
        Error::AlreadyExists { .. }
        | Error::Conflict { .. }
        | Error::Owned(_)
        | Error::NotReady(_) => StatusCode::CONFLICT,
        Error::PreconditionFailed(_) | Error::Referenced(_) => StatusCode::PRECONDITION_FAILED,
        Error::Gone(_) => StatusCode::GONE,
        Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
        Error::UnsupportedMediaType { .. } | Error::UnsupportedEncoding { .. } => {
            StatusCode::UNSUPPORTED_MEDIA_TYPE
        }
        Error::NotAcceptable { .. } => StatusCode::NOT_ACCEPTABLE,
        Error::TooNew { .. } => StatusCode::GATEWAY_TIMEOUT,
        Error::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The headers that HTTP asks of some errors: `Allow` (RFC 9110, section 15.5.6), `Accept-Encoding`
/// (15.5.16) and `Retry-After` (10.2.3).
pub fn with_error_headers(response: Response, error: &Error) -> Response {
    match error {
        Error::MethodNotAllowed { allowed } => response.with_header(ALLOW, &allowed.join(", ")),
        Error::UnsupportedEncoding { supported } => {
            response.with_header(ACCEPT_ENCODING, &supported.join(", "))
        }
        Error::RateLimited { retry_after } | Error::Unavailable { retry_after } => {
            response.with_header(RETRY_AFTER, &retry_after.to_string())
        }
        _ => response,
    }
}
