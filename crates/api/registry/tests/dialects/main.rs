//! What holds of every dialect: of those that are deployed, and of the one that lives only in the
//! tests (`tests/sixth-dialect`).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod errors;
mod names;
mod sixth;

use api::request::Request;
use api::route::Route;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method};

/// A request as a function parses it: its route found, its parameters decoded.
fn request(method: &Method, path: &str, body: &str) -> Request {
    let content_type = HeaderValue::from_static("application/json");
    let request = Request {
        method: method.clone(),
        origin: "https://patchbay.example".to_owned(),
        path: path.to_owned(),
        headers: HeaderMap::from_iter([(http::header::CONTENT_TYPE, content_type)]),
        body: Bytes::copy_from_slice(body.as_bytes()),
        id: "0123456789abcdef0123456789abcdef".to_owned(),
        ..Request::default()
    };
    match registry::find(method, path) {
        Ok((route, params)) => Request {
            route: Some(&route.info),
            params,
            ..request
        },
        Err(_) => request,
    }
}

/// The route of a request.
fn route_of(request: &Request) -> &'static Route {
    registry::find(&request.method, &request.path).unwrap().0
}

/// A file of the repository.
fn file(name: &str) -> String {
    format!("{}/../../../{name}", env!("CARGO_MANIFEST_DIR"))
}
