//! Names that are words of paths.

mod connectors;

use std::collections::BTreeSet;

use hub::command::Outcome;
use hub::id::Uid;
use hub::object::Object;
use hub::time::Timestamp;
use serde_json::json;

use crate::dialect::Kubernetes;
use crate::request::ApiRequest;
use crate::routes::ROUTES;
use api::Dialect;
use api::request::Request;
use api::route::Route;
use hub::object::Kind;

/// A request of a route, all of whose names are `word`.
fn request(route: &'static Route, word: &str) -> Request {
    let names = route
        .pattern
        .split('/')
        .filter_map(|part| part.strip_prefix(':'));
    let segments = route
        .pattern
        .split('/')
        .map(|part| if part.starts_with(':') { word } else { part });
    Request {
        method: route.method.clone(),
        path: segments.collect::<Vec<_>>().join("/"),
        params: names.map(|name| (name, word.to_owned())).collect(),
        route: Some(&route.info),
        ..Request::default()
    }
}

fn object(kind: Kind, name: &str) -> Object {
    let now = Timestamp::from_millis(0);
    Object {
        id: 1,
        uid: Uid::new(now).unwrap(),
        scope: 1,
        kind,
        name: name.to_owned(),
        slug: name.to_owned(),
        parent: None,
        generation: 1,
        revision: 1,
        created_at: now,
        updated_at: now,
        doc: json!({}),
    }
}

#[test]
fn what_a_request_is_about_does_not_follow_from_its_names() {
    let words = ROUTES.iter().flat_map(|route| route.pattern.split('/'));
    let words: BTreeSet<&str> = words
        .filter(|word| !word.is_empty() && !word.starts_with(':'))
        .collect();
    assert!(words.contains("connectors") && words.contains("status"));
    for route in ROUTES.iter().filter(|route| route.pattern.contains(':')) {
        let about = |word: &str| {
            let read = ApiRequest::of(&request(route, word))?;
            let part = format!("{:?}", read.target.part);
            Some((read.target.resource.kind, part, read.target.name == word))
        };
        for word in &words {
            assert_eq!(about(word), about("x"), "{} of {word}", route.operation);
            let Some(read) = ApiRequest::of(&request(route, word)) else {
                continue;
            };
            let updated = Outcome::Updated(object(read.target.resource.hub, word));
            let answer = Kubernetes
                .render(&request(route, word), updated, None)
                .unwrap();
            assert_eq!(
                answer.status, route.success.status,
                "{} of {word}",
                route.operation
            );
        }
    }
}
