//! Names that are words of other paths: what a request is answered with follows from its route
//! alone.

use hub::command::Outcome;
use hub::error::Error;
use hub::id::Uid;
use hub::operation::Computed;
use proptest::prelude::*;
use serde_json::json;

use crate::{ROUTES, Versori};
use api::Dialect;
use api::request::Request;
use api::route::Route;

/// Every literal of every path, and other names that a path can have.
fn words() -> Vec<String> {
    let literals = ROUTES.iter().flat_map(|route| route.pattern.split('/'));
    let mut words: Vec<String> = literals
        .filter(|word| !word.is_empty() && !word.starts_with(':'))
        .map(str::to_owned)
        .collect();
    words.extend(
        [
            "schemas/x",
            "http/import",
            "..",
            ".",
            "a b",
            "\u{1f980}",
            "%2F",
            "?x=1",
        ]
        .map(str::to_owned),
    );
    words.extend([":version".to_owned(), "x".repeat(253)]);
    words.sort();
    words.dedup();
    words
}

/// A request of a route whose names are all this word.
fn request(route: &'static Route, word: &str) -> Request {
    let encoded = crate::address::encode(word);
    let segments = route.pattern.split('/');
    let path: Vec<&str> = segments
        .map(|segment| {
            if segment.starts_with(':') {
                encoded.as_str()
            } else {
                segment
            }
        })
        .collect();
    Request {
        method: route.method.clone(),
        origin: "https://patchbay.example".to_owned(),
        path: path.join("/"),
        route: Some(&route.info),
        ..Request::default()
    }
}

fn answered(request: &Request) -> api::response::Response {
    let computed = Computed {
        answer: Some(json!({"name": "x"})),
        ..Computed::default()
    };
    let outcome = Outcome::Answered(Box::new(computed));
    Versori.render(request, outcome, None).unwrap()
}

#[test]
fn a_success_follows_from_the_route() {
    for route in ROUTES {
        for word in words() {
            let response = answered(&request(route, &word));
            let media_type = response.headers.get("content-type");
            let media_type = media_type.map_or("", |value| value.to_str().unwrap());
            let seen = (response.status, media_type, response.body.is_empty());
            let success = route.success;
            let expected = (
                success.status,
                success.media_type,
                success.media_type.is_empty(),
            );
            assert_eq!(seen, expected, "{} with {word:?}", route.operation);
        }
    }
}

#[test]
fn an_error_follows_from_the_route() {
    let error = Error::Invalid(vec![hub::error::FieldError::required("name")]);
    for route in ROUTES {
        for word in words() {
            let response = Versori.error(&request(route, &word), &error);
            let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
            let imports = route.pattern.ends_with("/http/import");
            assert_eq!(
                body.get("messages").is_some(),
                imports,
                "{} with {word:?}",
                route.operation
            );
        }
    }
}

#[test]
fn addresses_begin_as_the_route_does() {
    for route in ROUTES {
        let prefix = if route.pattern.starts_with("/api/connect/v1/") {
            "/api/connect/v1"
        } else {
            ""
        };
        for word in words() {
            let base = crate::address::base(&request(route, &word));
            assert_eq!(base, format!("https://patchbay.example{prefix}"));
        }
    }
}

proptest! {
    /// The address of a schema leads to its route, whatever its version and definition are called.
    #[test]
    fn schemas_are_found_at_their_addresses(version in "[^/\\p{C}]{1,20}", definition in "[^/\\p{C}]{1,20}") {
        let connector = Uid::derived(&["connector"]);
        let schemas = crate::address::SchemaAddress::of("https://x/api/connect/v1", "o", connector, &version);
        let url = schemas.url(&definition);
        let segments: Vec<_> = url.split('/').skip(3).map(|part| api::request::decode_segment(part).unwrap()).collect();
        let expected = ["api", "connect", "v1", "o", "o", "schemas", &connector.ulid(), &version, &format!("{definition}.json")];
        prop_assert_eq!(segments, expected);
    }
}
