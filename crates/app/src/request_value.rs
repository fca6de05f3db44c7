//! What a request asks for, as one value: two requests that ask for the same have the same one,
//! whatever the order of the members in their JSON or the boundary of their form.

use api::multipart;
use api::request::Request;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value, json};

/// The method, the operation, the parts of the path, the query and the body, decoded.
pub(crate) fn of(request: &Request) -> Value {
    json!({
        "method": request.method.as_str(),
        "operation": request.route.map(|route| route.operation),
        "path": request.params,
        "query": request.query,
        "body": body(request),
    })
}

fn body(request: &Request) -> Value {
    match request.media_type().as_str() {
        "application/x-www-form-urlencoded" => {
            json!(api::form::parse(&String::from_utf8_lossy(&request.body)))
        }
        "multipart/form-data" => match multipart::parts(request) {
            Ok(parts) => parts
                .iter()
                .map(|part| json!([part.name, part.file_name, content(&part.content)]))
                .collect(),
            Err(_) => content(&request.body),
        },
        _ => content(&request.body),
    }
}

/// JSON as a value, and anything else as its bytes.
fn content(bytes: &Bytes) -> Value {
    match serde_json::from_slice(bytes) {
        Ok(value) => json!({"json": sorted(value)}),
        Err(_) => json!({"bytes": STANDARD.encode(bytes)}),
    }
}

/// The same value with the members of its objects in one order.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.into_iter().collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            let members = members.into_iter();
            Value::Object(
                members
                    .map(|(name, value)| (name, sorted(value)))
                    .collect::<Map<_, _>>(),
            )
        }
        Value::Array(values) => values.into_iter().map(sorted).collect(),
        value => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue, Method};

    fn request(path: &str, media_type: &'static str, body: &str) -> Request {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (route, params) = registry::find(&Method::POST, path).unwrap();
        Request {
            method: Method::POST,
            path: path.to_owned(),
            query: api::form::parse(query),
            headers: HeaderMap::from_iter([(
                http::header::CONTENT_TYPE,
                HeaderValue::from_static(media_type),
            )]),
            body: Bytes::copy_from_slice(body.as_bytes()),
            params,
            route: Some(&route.info),
            ..Request::default()
        }
    }

    const KEYS: &str = "/v1/scopes/a/keys";
    const JSON: &str = "application/json";

    #[test]
    fn json_is_compared_as_a_value() {
        let one = of(&request(
            KEYS,
            JSON,
            r#"{"a": 1, "b": {"c": [1, 2], "d": null}}"#,
        ));
        let same = of(&request(KEYS, JSON, r#"{"b":{"d":null,"c":[1,2]},"a":1}"#));
        assert_eq!(one.to_string(), same.to_string());
        for other in [
            r#"{"a": 1, "b": {"c": [2, 1], "d": null}}"#,
            r#"{"a": 1, "b": {"c": [1, 2]}}"#,
            r#"{"a": "1", "b": {"c": [1, 2], "d": null}}"#,
        ] {
            assert_ne!(one, of(&request(KEYS, JSON, other)), "{other}");
        }
    }

    #[test]
    fn forms_are_compared_by_their_parts() {
        let form = |boundary: &str, name: &str, content: &str| {
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n\
                 {content}\r\n--{boundary}--\r\n"
            )
        };
        let path = "/beta/sp-config/import";
        let one = "multipart/form-data; boundary=one";
        let two = "multipart/form-data; boundary=two";
        let first = of(&request(
            path,
            one,
            &form("one", "data", r#"{"a":1,"b":2}"#),
        ));
        let same = of(&request(
            path,
            two,
            &form("two", "data", r#"{"b":2, "a":1}"#),
        ));
        assert_eq!(first.to_string(), same.to_string());
        for (name, content) in [("data", r#"{"a":1}"#), ("options", r#"{"a":1,"b":2}"#)] {
            assert_ne!(first, of(&request(path, one, &form("one", name, content))));
        }
    }

    #[test]
    fn the_route_its_parts_and_the_query_count() {
        let first = of(&request(KEYS, JSON, "{}"));
        for path in [
            "/v1/scopes/b/keys",
            "/v1/scopes/a/probes",
            "/v1/scopes/a/keys?x=1",
        ] {
            assert_ne!(first, of(&request(path, JSON, "{}")), "{path}");
        }
    }
}
