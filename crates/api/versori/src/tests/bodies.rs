//! Which bodies the routes read.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use hub::error::{Error, Result};

use crate::{ROUTES, Versori};
use api::Dialect;
use api::request::Request;
use api::route::{Parse, Route};

/// The operations that read no body, or a file.
const NO_JSON: [&str; 5] = [
    "versori.putUpload",
    "versori.probeConnector",
    "versori.publishVersion",
    "versori.unpublishVersion",
    "versori.importFromLibrary",
];

fn parse(route: &Route, request: &Request) -> Result<()> {
    match route.parse {
        Parse::Import(parser) => parser(request).map(drop),
        Parse::Export(parser) => parser(request).map(drop),
        Parse::Update(parser) => parser(request).map(drop),
        Parse::Probe(parser) => parser(request).map(drop),
    }
}

fn request(route: &'static Route, media_type: &'static str, body: &'static str) -> Request {
    let names = route
        .pattern
        .split('/')
        .filter_map(|part| part.strip_prefix(':'));
    let params = names
        .map(|name| (name, "01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned()))
        .collect();
    let content_type = HeaderValue::from_static(media_type);
    Request {
        method: route.method.clone(),
        headers: HeaderMap::from_iter([(http::header::CONTENT_TYPE, content_type)]),
        body: Bytes::from_static(body.as_bytes()),
        params,
        route: Some(&route.info),
        ..Request::default()
    }
}

fn with_json() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| {
        let has_body = route.method == http::Method::POST || route.method == http::Method::PUT;
        let deletes_many = route.operation == "versori.deleteDefinitions";
        (has_body || deletes_many) && !NO_JSON.contains(&route.operation)
    })
}

#[test]
fn json_under_another_name_is_refused_in_the_published_form() {
    for route in with_json() {
        for media_type in [
            "text/plain",
            "application/xml",
            "text/json",
            "application/x-www-form-urlencoded",
        ] {
            let request = request(route, media_type, "{}");
            let error = parse(route, &request).unwrap_err();
            assert!(
                matches!(error, Error::UnsupportedMediaType { .. }),
                "{}: {error:?}",
                route.operation
            );
            let response = Versori.error(&request, &error);
            let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
            assert_eq!(body["code"], "415000");
        }
        for media_type in [
            "application/json",
            "application/json; charset=utf-8",
            "Application/JSON",
            "",
        ] {
            let refused = parse(route, &request(route, media_type, "{}")).err();
            let is_refused = matches!(refused, Some(Error::UnsupportedMediaType { .. }));
            assert!(!is_refused, "{} of {media_type:?}", route.operation);
        }
    }
}

#[test]
fn integers_beyond_64_bits_are_refused_by_their_field() {
    for route in with_json() {
        let request = request(
            route,
            "application/json",
            r#"{"a": [18446744073709551616]}"#,
        );
        let Err(Error::Invalid(faults)) = parse(route, &request) else {
            panic!("{}", route.operation)
        };
        assert_eq!(faults[0].field, "a[0]", "{}", route.operation);
    }
}
