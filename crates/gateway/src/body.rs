//! Reads a body, but never more of it than the limit.

use api::request::Request;
use bytes::{Bytes, BytesMut};
use http::Method;
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;
use hub::error::{Error, Result};

/// A body that has not been read.
pub(crate) type Incoming =
    spin_sdk::wasip3::http_compat::IncomingBody<spin_sdk::wasip3::http::types::Request>;

/// The whole body of a request. That of a GET or HEAD, which means nothing (RFC 9110, section
/// 9.3.1), is not asked for: the host would be called to find that there is none.
///
/// # Errors
/// [`Error::TooLarge`] as soon as it is known to be larger than the limit; [`Error::Malformed`]
/// when it breaks off.
pub(crate) async fn read(body: Incoming, request: &Request, limit: usize) -> Result<Bytes> {
    if matches!(request.method, Method::GET | Method::HEAD) {
        return Ok(Bytes::new());
    }
    let too_large = || Error::TooLarge {
        limit: u64::try_from(limit).unwrap_or(u64::MAX),
    };
    let declared = request
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    let mut body = std::pin::pin!(body);
    let mut whole = BytesMut::with_capacity(declared.unwrap_or_default());
    while let Some(frame) = body.frame().await {
        let frame =
            frame.map_err(|error| Error::Malformed(format!("the body broke off: {error}")))?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if whole.len().saturating_add(data.len()) > limit {
            return Err(too_large());
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}
