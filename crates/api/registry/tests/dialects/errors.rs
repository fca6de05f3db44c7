//! docs/errors.md: what each domain error becomes in each dialect, as the dialects print it.

use std::fmt::Write;

use api::Dialect;
use api::request::Request;
use api::route::Route;
use http::Method;
use hub::error::{Error, FieldCode, FieldError, Ownership, Reference, Referenced};
use hub::object::Kind;
use serde_json::Value;

use crate::{file, request, route_of};

const PAGE: &str = "docs/errors.md";
const BEGIN: &str = "<!-- errors -->\n";
const END: &str = "<!-- /errors -->\n";

/// One of each. [`name`] does not compile when one is missing there.
fn errors() -> Vec<Error> {
    let kind = Kind::Connector.as_str();
    let name = || "x".to_owned();
    let field = FieldError::new("name", FieldCode::Required, "is required");
    vec![
        Error::Invalid(vec![field]),
        Error::Malformed("the body is not valid JSON".to_owned()),
        Error::Unauthenticated("the credential is not valid".to_owned()),
        Error::Forbidden("the key does not have the permission \"write\"".to_owned()),
        Error::NotFound { kind, name: name() },
        Error::AlreadyExists {
            kind,
            name: name(),
            field: "name",
        },
        Error::Conflict {
            kind,
            name: name(),
            message: "it was changed meanwhile: read it again".to_owned(),
        },
        Error::Owned(vec![Ownership {
            field: ".spec.address".to_owned(),
            owner: "\"m\" using v1".to_owned(),
        }]),
        Error::PreconditionFailed("it is of another revision: read it again".to_owned()),
        Error::Referenced(Box::new(Referenced {
            object: named("definition", "order"),
            by: vec![named("action", "getOrder")],
            message: "change what refers to it first".to_owned(),
        })),
        Error::Gone("the export has expired".to_owned()),
        Error::NotReady("the job is not over yet".to_owned()),
        Error::TooLarge { limit: 16_777_216 },
        Error::MethodNotAllowed {
            allowed: vec!["GET", "PUT"],
        },
        Error::UnsupportedMediaType {
            supported: vec!["application/json"],
        },
        Error::NotAcceptable {
            served: vec!["application/json"],
        },
        Error::TooNew {
            wanted: 9,
            current: 7,
        },
        Error::UnsupportedEncoding {
            supported: vec!["gzip", "identity"],
        },
        Error::RateLimited { retry_after: 10 },
        Error::Unavailable { retry_after: 1 },
        Error::Internal("what only the log says".to_owned()),
    ]
}

fn name(error: &Error) -> &'static str {
    match error {
        Error::Invalid(_) => "Invalid",
        Error::Malformed(_) => "Malformed",
        Error::Unauthenticated(_) => "Unauthenticated",
        Error::Forbidden(_) => "Forbidden",
        Error::NotFound { .. } => "NotFound",
        Error::AlreadyExists { .. } => "AlreadyExists",
        Error::Conflict { .. } => "Conflict",
        Error::Owned(_) => "Owned",
        Error::PreconditionFailed(_) => "PreconditionFailed",
        Error::Referenced(_) => "Referenced",
        Error::Gone(_) => "Gone",
        Error::NotReady(_) => "NotReady",
        Error::TooLarge { .. } => "TooLarge",
        Error::MethodNotAllowed { .. } => "MethodNotAllowed",
        Error::UnsupportedMediaType { .. } => "UnsupportedMediaType",
        Error::NotAcceptable { .. } => "NotAcceptable",
        Error::TooNew { .. } => "TooNew",
        Error::UnsupportedEncoding { .. } => "UnsupportedEncoding",
        Error::RateLimited { .. } => "RateLimited",
        Error::Unavailable { .. } => "Unavailable",
        Error::Internal(_) => "Internal",
    }
}

/// A request of each dialect, for something of a name, and one for a token, whose errors have a
/// form of their own.
fn requests() -> Vec<(String, &'static dyn Dialect, Request)> {
    let mut requests = Vec::new();
    let named = |route: &&Route| {
        let last = route.pattern.rsplit('/').next();
        route.method == Method::PUT && last.is_some_and(|last| last.starts_with(':'))
    };
    for dialect in registry::dialects() {
        let routes = || registry::routes().filter(|route| route.dialect.name() == dialect.name());
        let route = routes().find(named).or_else(|| routes().next()).unwrap();
        let segments = route.pattern.split('/');
        let segments = segments.map(|segment| {
            if segment.starts_with(':') {
                "x"
            } else {
                segment
            }
        });
        let path = segments.collect::<Vec<_>>().join("/");
        let request = request(&route.method, &path, "");
        requests.push((dialect.name().to_owned(), dialect, request));
    }
    let token = request(&Method::POST, "/oauth/token", "");
    requests.insert(
        1,
        (
            "admin, for a token".to_owned(),
            route_of(&token).dialect,
            token,
        ),
    );
    requests
}

#[test]
fn every_error_is_written_down() {
    let mut table = String::new();
    for error in errors() {
        writeln!(
            table,
            "\n## {}\n\n| API | status | headers | body |\n|---|---|---|---|",
            name(&error)
        )
        .unwrap();
        for (label, dialect, request) in requests() {
            if dialect.name() == "sixth" {
                continue;
            }
            let response = dialect.error(&request, &error);
            let names = ["allow", "accept-encoding", "retry-after"].into_iter();
            let header = |name: &str| {
                Some(format!(
                    "`{name}: {}`",
                    response.headers.get(name)?.to_str().unwrap()
                ))
            };
            let headers: Vec<String> = names.filter_map(header).collect();
            let (status, headers) = (response.status.as_u16(), headers.join(", "));
            let body = match response.body.is_empty() {
                true => "none".to_owned(),
                false => {
                    let body = serde_json::from_slice(&response.body).unwrap();
                    format!("`{}`", timeless(body)).replace('|', "\\|")
                }
            };
            writeln!(table, "| {label} | {status} | {headers} | {body} |").unwrap();
        }
    }
    table.push('\n');
    let page = std::fs::read_to_string(file(PAGE)).unwrap();
    let (head, rest) = page.split_once(BEGIN).unwrap();
    let (written, tail) = rest.split_once(END).unwrap();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file(PAGE), format!("{head}{BEGIN}{table}{END}{tail}")).unwrap();
    } else {
        assert!(written == table, "BLESS=1 rewrites {PAGE}");
    }
}

/// Times are those of the test.
fn timeless(mut value: Value) -> Value {
    match &mut value {
        Value::Object(members) => {
            for (name, inside) in members {
                *inside = match name.as_str() {
                    "timestamp" | "retryAfter" => Value::from("…"),
                    _ => timeless(inside.take()),
                };
            }
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| *item = timeless(item.take())),
        _ => {}
    }
    value
}

#[test]
fn what_is_for_the_log_is_in_no_answer() {
    for (label, dialect, request) in requests() {
        let response = dialect.error(&request, &Error::Internal("only the log".to_owned()));
        assert!(response.status.is_server_error(), "{label}");
        let body = String::from_utf8(response.body.to_vec()).unwrap();
        assert!(!body.contains("only the log"), "{label}: {body}");
    }
}

/// A client that is to wait is told how long, whichever API it speaks.
#[test]
fn what_http_asks_of_errors_every_dialect_says() {
    for (label, dialect, request) in requests() {
        for (error, name) in [
            (Error::RateLimited { retry_after: 10 }, "retry-after"),
            (Error::Unavailable { retry_after: 10 }, "retry-after"),
            (
                Error::MethodNotAllowed {
                    allowed: vec!["GET"],
                },
                "allow",
            ),
            (
                Error::UnsupportedEncoding {
                    supported: vec!["gzip"],
                },
                "accept-encoding",
            ),
        ] {
            let response = dialect.error(&request, &error);
            assert!(response.headers.contains_key(name), "{label}: {error:?}");
        }
    }
}

fn named(kind: &'static str, name: &str) -> Reference {
    Reference {
        kind,
        id: name.to_owned(),
        name: name.to_owned(),
    }
}
