//! The least that a component can answer: what the host itself costs, and so the floor of the
//! benchmark.

use http::header::{CONTENT_LENGTH, HeaderValue};
use spin_sdk::http::{BoxBody, FullBody, Request, box_body};
use spin_sdk::http_service;

const GREETING: &str = "hello";

#[http_service]
async fn handle(_request: Request) -> http::Response<BoxBody> {
    let mut response = http::Response::new(box_body(FullBody::new(GREETING.into())));
    // Without it the end of the body is a segment of its own, which waits 40 ms for an
    // acknowledgement.
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, HeaderValue::from(GREETING.len()));
    response
}
