//! Hands a request to the function that it belongs to. Spin routes by path alone, and a path can
//! have methods of several functions.

use api::request::Request;
use api::route::Route;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use hub::error::{Error, Result};
use spin_sdk::http::{BoxBody, FullBody, box_body};

use crate::body::{self, Incoming};
use crate::config::Config;
use crate::{REQUEST_ID, origin};

/// What the names of headers begin with that functions tell each other something in.
const OWN_HEADERS: &str = "x-patchbay-";

/// Sends the request to its function and returns the response as it comes.
///
/// # Errors
/// [`Error::TooLarge`] and [`Error::Malformed`] from reading the body, [`Error::Internal`] when the
/// function cannot be reached.
pub(crate) async fn send(
    route: &Route,
    request: &Request,
    body: Incoming,
) -> Result<http::Response<BoxBody>> {
    let function = route.function();
    let config = Config::get().await?;
    // It is never handed on, so that a wrong address cannot make it go round.
    if origin::is_handed_over(request, &config.app.vault)? {
        let name = function.name();
        return Err(Error::Internal(format!(
            "handed over, but not to {name}: look at the variable {name}_address"
        )));
    }
    let limit = config.body_limit(route.body);
    let body = body::read(body, request, limit).await?;
    let address = Config::address(function).await?;
    let mut outgoing = outgoing(&address, request, body)?;
    let origin = origin::of(request, config)?;
    origin::hand_over(&origin, &config.app.vault, outgoing.headers_mut())?;
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
        .filter(|(name, _)| !own.contains(name) && !name.as_str().starts_with(OWN_HEADERS))
    {
        outgoing.headers_mut().append(name, value.clone());
    }
    outgoing.headers_mut().insert(CONTENT_LENGTH, length.into());
    if let Ok(id) = http::HeaderValue::from_str(&request.id) {
        outgoing.headers_mut().insert(REQUEST_ID, id);
    }
    Ok(outgoing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderName, HeaderValue};
    use store::secrets::Vault;

    fn request(route: &'static Route) -> Request {
        let claims = [
            ("x-patchbay-handed-over", "1"),
            ("x-patchbay-origin", "x https://evil.example"),
            ("x-patchbay-function", "import"),
        ];
        let headers = claims.map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        Request {
            method: route.method.clone(),
            origin: "http://here.example".to_owned(),
            path: route.pattern.replace(':', "x"),
            headers: HeaderMap::from_iter(headers),
            route: Some(route),
            ..Request::default()
        }
    }

    #[test]
    fn no_header_of_a_client_is_believed_on_any_route() {
        let vault = Vault::new("root");
        for route in registry::routes() {
            let request = request(route);
            assert_eq!(
                origin::is_handed_over(&request, &vault),
                Ok(false),
                "{route:?}"
            );
            let mut outgoing =
                outgoing("http://other.example", &request, bytes::Bytes::new()).unwrap();
            let own = |headers: &HeaderMap| {
                let names = headers
                    .keys()
                    .filter(|name| name.as_str().starts_with(OWN_HEADERS));
                names.count()
            };
            assert_eq!(own(outgoing.headers()), 0, "{route:?}");
            origin::hand_over(&request.origin, &vault, outgoing.headers_mut()).unwrap();
            assert_eq!(own(outgoing.headers()), 1, "{route:?}");
            let handed = Request {
                headers: outgoing.headers().clone(),
                ..request
            };
            assert_eq!(
                origin::is_handed_over(&handed, &vault),
                Ok(true),
                "{route:?}"
            );
            assert_eq!(
                origin::is_handed_over(&handed, &Vault::new("other")),
                Ok(false)
            );
        }
    }
}
