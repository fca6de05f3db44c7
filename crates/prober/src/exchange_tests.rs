//! What is sent, and where.

use super::*;
use crate::definition::Definition;
use hub::object::{Kind, Object};
use hub::plan::{Change, Uniqueness};
use hub::time::Timestamp;
use serde_json::{Value, json};

fn connector(doc: Value) -> Object {
    Change::create(
        Kind::Connector,
        1,
        "c",
        doc,
        Uniqueness::None,
        Timestamp::from_millis(0),
    )
    .unwrap()
    .object
}

fn secret() -> Secret {
    let data = [
        ("username", "joe"),
        ("password", "s3cret"),
        ("token", "t0k"),
    ];
    let data = data.map(|(name, value)| (name.to_owned(), Clear::new(value)));
    Secret {
        name: "s".to_owned(),
        kind: "Opaque".to_owned(),
        data: data.to_vec(),
    }
}

/// The exchange of the class's liveness probe.
fn exchange(address: &str, class: &Value, secret: Option<&Secret>) -> Result<Exchange, Unsent> {
    let definition = Definition::parse(class, "tools").unwrap();
    let connector = connector(
        json!({"address": address, "auth": {"name": "a"}, "params": [{"name": "é p", "value": "1"}]}),
    );
    let subject = ProbeTarget {
        connector: &connector,
        namespace: "tools",
        definition: &definition,
        budget: &Default::default(),
    };
    Exchange::new(definition.liveness.first().unwrap(), subject, secret)
}

fn probe(http: Value) -> Value {
    json!({"livenessProbe": {"http": http}})
}

fn sent(exchange: &Exchange) -> Request {
    exchange.request(&[]).unwrap().clone()
}

fn header<'a>(request: &'a Request, name: &str) -> Vec<&'a str> {
    let of_name = request.headers.iter().filter(|(known, _)| known == name);
    of_name.map(|(_, value)| value.expose()).collect()
}

#[test]
fn host_scheme_and_path_follow_the_published_rules() {
    let rows = [
        (
            "https://git.example.com/scm",
            json!({"path": "/x"}),
            "https://git.example.com/x",
        ),
        (
            "https://git.example.com:8443",
            json!({"path": "x?y=z"}),
            "https://git.example.com:8443/x?y=z",
        ),
        (
            "https://git.example.com:8443",
            json!({"path": "/", "scheme": "http"}),
            "http://git.example.com:8443/",
        ),
        (
            "https://git.example.com",
            json!({"path": "/", "scheme": "http"}),
            "http://git.example.com/",
        ),
        (
            "https://git.example.com",
            json!({"path": "/", "host": "git.example.com"}),
            "https://git.example.com/",
        ),
        (
            "https://git.example.com",
            json!({"path": "/", "host": "other.example.com"}),
            "http://other.example.com/",
        ),
        (
            "https://git.example.com",
            json!({"path": "/", "host": "o.example.com:81", "scheme": "https"}),
            "https://o.example.com:81/",
        ),
        (
            "https://git.example.com/a/",
            json!({"path": "{{ trimSuffix \"/\" (urlParse .Connector.Spec.Address).path }}/x"}),
            "https://git.example.com/a/x",
        ),
        (
            "https://git.example.com",
            json!({"path": "//evil.example/x"}),
            "https://git.example.com//evil.example/x",
        ),
        (
            "https://git.example.com",
            json!({"path": "{{ range .Connector.Spec.Params }}{{ .Name }}{{ end }} #\r\nHost: x"}),
            "https://git.example.com/%C3%A9%20p%20%23%0D%0AHost:%20x",
        ),
    ];
    for (address, http, expected) in rows {
        let exchange = exchange(address, &probe(http.clone()), None).unwrap();
        assert_eq!(sent(&exchange).url.to_string(), expected, "{http}");
    }
}

#[test]
fn headers_repeat_and_empty_ones_are_left_out() {
    let headers = json!([
        {"name": "x-a", "value": "1"}, {"name": "X-A", "value": "2"}, {"name": "x-b", "value": "{{ if .Secret }}x{{ end }}"},
        {"name": "accept", "value": "text/plain"}]);
    let exchange = exchange(
        "https://git.example.com",
        &probe(json!({"path": "/", "method": "POST", "httpHeaders": headers})),
        None,
    )
    .unwrap();
    let request = sent(&exchange);
    assert_eq!(request.method, Method::POST);
    assert_eq!(header(&request, "X-A"), ["1", "2"]);
    assert!(header(&request, "X-B").is_empty());
    assert_eq!(header(&request, "Accept"), ["text/plain"]);
    let broken = exchange_with_header("a\nb");
    assert_eq!(broken.err(), Some(Unsent::Header));
}

fn exchange_with_header(value: &str) -> Result<Exchange, Unsent> {
    exchange(
        "https://git.example.com",
        &probe(json!({"path": "/", "httpHeaders": [{"name": "x", "value": value}]})),
        None,
    )
}

#[test]
fn a_secret_stays_with_the_host_it_is_for() {
    let headers = json!([{"name": "Authorization", "value": "{{ if .Secret }}Bearer {{ .Secret.StringData.token }}{{ end }}"}]);
    let class = probe(json!({"path": "/", "httpHeaders": headers}));
    let rows = [
        ("https://git.example.com", "/login", true),
        ("https://git.example.com", "https://git.example.com/x", true),
        ("http://git.example.com", "https://git.example.com/x", true),
        ("https://git.example.com", "http://git.example.com/x", false),
        ("https://git.example.com", "https://evil.example/x", false),
        (
            "https://git.example.com",
            "https://git.example.com:8443/x",
            false,
        ),
        (
            "https://git.example.com",
            "https://git.example.com.evil.example/x",
            false,
        ),
        (
            "http://git.example.com:80",
            "https://git.example.com:8443/x",
            false,
        ),
    ];
    for (address, location, is_sent) in rows {
        let first = exchange(address, &class, Some(&secret())).unwrap();
        assert_eq!(header(&sent(&first), "Authorization"), ["Bearer t0k"]);
        let next = first.redirected(302, location).unwrap();
        assert_eq!(
            !header(&sent(&next), "Authorization").is_empty(),
            is_sent,
            "{address} -> {location}"
        );
        let back = next.redirected(302, &format!("{address}/y")).unwrap();
        assert_eq!(
            header(&sent(&back), "Authorization"),
            ["Bearer t0k"],
            "back home"
        );
    }
    let elsewhere = probe(
        json!({"path": "/", "host": "auth.example.com", "scheme": "https", "httpHeaders": headers}),
    );
    let refused = exchange("https://git.example.com", &elsewhere, Some(&secret()));
    assert_eq!(refused.err(), Some(Unsent::ForeignHost));
    let mut named = elsewhere;
    named["probing"] = json!({"secretHosts": ["auth.example.com"]});
    assert!(exchange("https://git.example.com", &named, Some(&secret())).is_ok());
}

#[test]
fn redirects_are_counted_checked_and_become_get() {
    let first = exchange(
        "https://git.example.com",
        &probe(json!({"path": "/", "method": "POST"})),
        None,
    )
    .unwrap();
    let inside = first.clone().redirected(302, "http://127.0.0.1/").unwrap();
    assert_eq!(inside.request(&[]), Err(Unsent::Refused(Refusal::Network)));
    assert!(first.clone().redirected(302, "ftp://example.com").is_err());
    assert_eq!(
        sent(&first.clone().redirected(303, "/x").unwrap()).method,
        Method::GET
    );
    assert_eq!(
        sent(&first.clone().redirected(307, "/x").unwrap()).method,
        Method::POST
    );
    let mut exchange = first;
    for _ in 0..REDIRECTS_MAX {
        exchange = exchange.redirected(302, "/again").unwrap();
    }
    assert_eq!(
        exchange.redirected(302, "/again").err(),
        Some(Unsent::Redirects)
    );
}

#[test]
fn what_a_generator_makes_is_sent() {
    let class = |rego: &str| {
        let mut class = probe(json!({"path": "/x?a=b"}));
        class["auth"] = json!({"types": [{"name": "a", "generator": {"rego": rego}}]});
        class
    };
    let header_script = "package proxy\nauth = {\"position\": \"header\", \"auth\": {\"private-token\": input.token}}";
    let request = sent(
        &exchange(
            "https://git.example.com",
            &class(header_script),
            Some(&secret()),
        )
        .unwrap(),
    );
    assert_eq!(header(&request, "Private-Token"), ["t0k"]);
    let query = "package proxy\nauth := {\"position\": \"query\", \"auth\": {\"k\": concat(\"\", [input.data.token, \"&\", input.request.query.a[0]])}}";
    let request =
        sent(&exchange("https://git.example.com", &class(query), Some(&secret())).unwrap());
    assert_eq!(request.url.target, "/x?a=b&k=t0k%26b");
    let body = "package proxy\nauth := {\"position\": \"body\", \"contentType\": \"application/x-www-form-urlencoded\", \"auth\": {\"u\": input.data.username}}";
    let request =
        sent(&exchange("https://git.example.com", &class(body), Some(&secret())).unwrap());
    assert_eq!(request.body.expose(), "u=joe");
    assert_eq!(
        header(&request, "Content-Type"),
        ["application/x-www-form-urlencoded"]
    );
    let without = exchange("https://git.example.com", &class(header_script), None).unwrap();
    assert!(header(&sent(&without), "Private-Token").is_empty());
}

#[test]
fn the_api_of_a_class_is_asked_with_its_prefix() {
    let class = json!({"api": {"uri": "https://api.example.com/prefix/"}, "livenessProbe": {"api": {"path": "/check"}}});
    let request = sent(&exchange("https://git.example.com", &class, Some(&secret())).unwrap());
    assert_eq!(request.url.to_string(), "https://api.example.com/check");
    assert_eq!(
        header(&request, "X-Plugin-Meta"),
        ["eyJiYXNlVVJMIjoiaHR0cHM6Ly9naXQuZXhhbXBsZS5jb20ifQ=="]
    );
    assert_eq!(header(&request, "X-Plugin-Secret").len(), 1);
    let unresolved = json!({"livenessProbe": {"api": {"path": "/check"}}});
    assert_eq!(
        exchange("https://git.example.com", &unresolved, None).err(),
        Some(Unsent::NoApi)
    );
}
