//! Reads a body, but never more of it than the limit.

use bytes::{Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;
use hub::error::{Error, Result};

/// A body that has not been read.
pub type Incoming =
    spin_sdk::wasip3::http_compat::IncomingBody<spin_sdk::wasip3::http::types::Request>;

/// The whole body.
///
/// # Errors
/// [`Error::TooLarge`] as soon as it is known to be larger than the limit; [`Error::Malformed`] when it breaks off.
pub async fn read(body: Incoming, headers: &HeaderMap, limit: usize) -> Result<Bytes> {
    let too_large = || Error::TooLarge {
        limit: u64::try_from(limit).unwrap_or(u64::MAX),
    };
    let declared = headers
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
