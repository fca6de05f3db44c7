//! Hands a request to the function that it belongs to. Spin routes by path alone, and a path can have methods of several
//! functions.

use api::request::Request;
use api::route::Route;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderName, TRANSFER_ENCODING};
use hub::error::{Error, Result};
use spin_sdk::http::{BoxBody, FullBody, box_body};

use crate::body::{self, Incoming};
use crate::{Config, REQUEST_ID, origin};

/// Says that a request was handed over before: it is never handed on, so that a wrong address cannot make it go round.
const HANDED_OVER: HeaderName = HeaderName::from_static("x-patchbay-handed-over");

/// Sends the request to its function and returns the response as it comes.
///
/// # Errors
/// [`Error::TooLarge`] and [`Error::Malformed`] from reading the body, [`Error::Internal`] when the function cannot be
/// reached.
pub async fn send(
    route: &Route,
    request: &Request,
    body: Incoming,
) -> Result<http::Response<BoxBody>> {
    let function = route.function();
    if request.headers.contains_key(HANDED_OVER) {
        let name = function.name();
        return Err(Error::Internal(format!(
            "handed over, but not to {name}: look at the variable {name}_address"
        )));
    }
    let config = Config::get().await?;
    let limit = config.body_limit(route.body);
    let body = body::read(body, request, limit).await?;
    let address = Config::address(function).await?;
    let mut outgoing = outgoing(&address, request, body)?;
    let origin = origin::of(request, config)?;
    origin::hand_over(&origin, &config.vault, outgoing.headers_mut())?;
    let response = spin_sdk::http::send(outgoing)
        .await
        .map_err(|error| Error::Internal(format!("{} at {address}: {error}", function.name())))?;
    Ok(response.map(box_body))
}

fn outgoing(
    address: &str,
    request: &Request,
    body: bytes::Bytes,
) -> Result<http::Request<FullBody<bytes::Bytes>>> {
    let uri = format!("{}{}", address.trim_end_matches('/'), request.target());
    let length = body.len();
    let mut outgoing = http::Request::builder()
        .method(request.method.clone())
        .uri(uri)
        .body(FullBody::new(body))
        .map_err(|error| Error::Internal(format!("no request to {address}: {error}")))?;
    let own = [HOST, CONNECTION, TRANSFER_ENCODING, CONTENT_LENGTH];
    for (name, value) in request
        .headers
        .iter()
        .filter(|(name, _)| !own.contains(name))
    {
        outgoing.headers_mut().append(name, value.clone());
    }
    outgoing.headers_mut().insert(CONTENT_LENGTH, length.into());
    outgoing
        .headers_mut()
        .insert(HANDED_OVER, http::HeaderValue::from_static("1"));
    if let Ok(id) = http::HeaderValue::from_str(&request.id) {
        outgoing.headers_mut().insert(REQUEST_ID, id);
    }
    Ok(outgoing)
}
