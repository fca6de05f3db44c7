//! Names that are words of other paths, and names that are hard to carry, in every place of every
//! path: what a request is for follows from the route table alone.

use std::collections::BTreeSet;

use api::request::Request;
use api::route::{Access, Parse, Route};
use hub::error::Error;
use hub::object::Kind;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::{request, route_of};

/// Every literal of every path, and what is hard to carry.
fn names() -> BTreeSet<String> {
    let segments = registry::routes().flat_map(|route| route.pattern.split('/'));
    let literals = segments.filter(|segment| !segment.is_empty() && !segment.starts_with(':'));
    let mut names: BTreeSet<String> = literals.map(str::to_owned).collect();
    let hard = [
        "a/b", "..", ".", "a b", "%", "%2F", "a?b#c", ":x", "😀", "é", "\u{0}", "\n", "'", "\\",
    ];
    names.extend(hard.map(str::to_owned));
    names.extend(["a".repeat(253), "😀".repeat(253)]);
    names
}

/// The path of a route in which every name is this one, once percent-encoded whole, as a client
/// does.
fn path(route: &Route, name: &str) -> String {
    let encoded = utf8_percent_encode(name, NON_ALPHANUMERIC).to_string();
    let encoded = if name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
    {
        name.to_owned()
    } else {
        encoded
    };
    let segments = route.pattern.split('/');
    let segments = segments.map(|segment| {
        if segment.starts_with(':') {
            &encoded
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}

#[test]
fn every_name_leads_to_its_route() {
    let names = names();
    for route in registry::routes() {
        for name in &names {
            let path = path(route, name);
            let (found, params) = registry::find(&route.method, &path).unwrap();
            if found.pattern == route.pattern {
                assert!(
                    params.iter().all(|(_, value)| value == name),
                    "{path}: {params:?}"
                );
                continue;
            }
            // Another one only where its path has this very word.
            let pairs = route.pattern.split('/').zip(found.pattern.split('/'));
            let differ = pairs.filter(|(own, other)| own != other);
            let is_word = |(own, other): (&str, &str)| own.starts_with(':') && other == name;
            assert!(differ.into_iter().all(is_word), "{path} leads to {found:?}");
        }
    }
}

#[test]
fn no_name_is_a_fault_of_ours_and_every_error_is_in_the_form_of_its_dialect() {
    let names = names();
    // What is signed is checked before its request is read.
    let is_read = |route: &&Route| !matches!(route.access, Access::Signed(_));
    for route in registry::routes().filter(is_read) {
        for name in &names {
            for body in ["", "{}", "[]", "{\"name\": 7}"] {
                let request = request(&route.method, &path(route, name), body);
                let Err(error) = parsed(&request) else {
                    continue;
                };
                assert!(
                    !matches!(error, Error::Internal(_)),
                    "{}: {error:?}",
                    request.path
                );
                check_error(&request, &error);
            }
        }
    }
}

/// A trailing slash says nothing, as some clients of Kubernetes send one.
#[test]
fn a_trailing_slash_changes_nothing() {
    for route in registry::routes() {
        let without = request(&route.method, &path(route, "x"), "");
        let with = request(&route.method, &format!("{}/", path(route, "x")), "");
        assert_eq!(without.operation(), with.operation());
        let error = Error::Malformed("no".to_owned());
        let body =
            |request: &Request| scrubbed(&route_of(request).dialect.error(request, &error).body);
        assert_eq!(body(&without), body(&with), "{}", with.path);
    }
}

/// What a route's parser says, whichever function it is of.
fn parsed(request: &Request) -> Result<(), Error> {
    match route_of(request).parse {
        Parse::Import(parse) => parse(request).map(drop),
        Parse::Export(parse) => parse(request).map(drop),
        Parse::Update(parse) => parse(request).map(drop),
        Parse::Probe(parse) => parse(request).map(drop),
    }
}

fn check_error(request: &Request, error: &Error) {
    let dialect = route_of(request).dialect;
    let response = dialect.error(request, error);
    assert!(
        response.status.is_client_error(),
        "{}: {error:?}",
        request.path
    );
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    let members = |value: &Value| -> BTreeSet<String> {
        let members = value.as_object().into_iter().flatten();
        members.map(|(name, _)| name.clone()).collect()
    };
    // What errors of all kinds have: details are for some of them.
    let kinds = [
        Error::Malformed(String::new()),
        Error::not_found(Kind::Connector, "x"),
    ];
    let forms = kinds.map(|kind| {
        let form = dialect.error(request, &kind);
        members(&serde_json::from_slice(&form.body).unwrap())
    });
    let [one, other] = forms;
    let form: BTreeSet<String> = one.intersection(&other).cloned().collect();
    assert!(
        !form.is_empty() && members(&body).is_superset(&form),
        "{}: {body}",
        request.path
    );
}

/// A body without the path that it may name, and without the time.
fn scrubbed(body: &[u8]) -> Value {
    let mut body: Value = serde_json::from_slice(body).unwrap();
    for name in ["path", "timestamp"] {
        if let Some(members) = body.as_object_mut() {
            members.remove(name);
        }
    }
    body
}
