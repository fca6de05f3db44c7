//! What the generator of a class adds to a request, and what it is told for that.

use hub::secret::Clear;
use serde_json::{Map, Value, json};

use super::Request;
use crate::expression::canonical;
use crate::script::{Form, Injection, Position};
use crate::target::Secret;

/// `input` of a generator: `data` and `request`, and, as before 1.6, the entries of the secret
/// themselves.
pub(super) fn input(request: &Request, secret: &Secret) -> Value {
    let data = secret.json(str::to_owned);
    let mut input: Map<String, Value> = data.as_object().cloned().unwrap_or_default();
    let (path, query) = request
        .url
        .target
        .split_once('?')
        .unwrap_or((&request.url.target, ""));
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in &request.headers {
        let values = headers.entry(canonical(name)).or_insert_with(|| json!([]));
        values
            .as_array_mut()
            .into_iter()
            .for_each(|values| values.push(json!(value.expose())));
    }
    let mut parameters: Map<String, Value> = Map::new();
    for (name, value) in query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    {
        let values = parameters
            .entry(name.to_owned())
            .or_insert_with(|| json!([]));
        values
            .as_array_mut()
            .into_iter()
            .for_each(|values| values.push(json!(value)));
    }
    input.insert("data".to_owned(), data);
    input.insert(
        "request".to_owned(),
        json!({
            "method": request.method.as_str(),
            "path": path,
            "host": request.url.origin.host.to_string(),
            "headers": headers,
            "query": parameters,
            "body": null,
        }),
    );
    Value::Object(input)
}

pub(super) fn inject(request: &mut Request, injection: Injection) {
    match injection.position {
        Position::Header => {
            for (name, value) in injection.pairs {
                request
                    .headers
                    .retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
                request.headers.push((canonical(&name), value));
            }
        }
        Position::Query => {
            for (name, value) in injection.pairs {
                let mark = if request.url.target.contains('?') {
                    '&'
                } else {
                    '?'
                };
                let (name, value) = (
                    gotmpl::url_encode(&name),
                    gotmpl::url_encode(value.expose()),
                );
                request
                    .url
                    .target
                    .push_str(&format!("{mark}{name}={value}"));
            }
        }
        Position::Body(form) => {
            let (kind, body) = body(form, &injection.pairs);
            request
                .headers
                .push(("Content-Type".to_owned(), Clear::new(kind)));
            request.body = Clear::new(body);
        }
    }
}

fn body(form: Form, pairs: &[(String, Clear)]) -> (&'static str, String) {
    match form {
        Form::Json => {
            let members: Map<String, Value> = pairs
                .iter()
                .map(|(name, value)| (name.clone(), json!(value.expose())))
                .collect();
            ("application/json", Value::Object(members).to_string())
        }
        Form::UrlEncoded => {
            let encode = |(name, value): &(String, Clear)| {
                format!(
                    "{}={}",
                    gotmpl::url_encode(name),
                    gotmpl::url_encode(value.expose())
                )
            };
            let pairs: Vec<String> = pairs.iter().map(encode).collect();
            ("application/x-www-form-urlencoded", pairs.join("&"))
        }
    }
}
