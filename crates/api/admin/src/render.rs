//! Responses.

use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use hub::command::Outcome;
use hub::error::Result;
use hub::fetch::fetched_to_json;
use serde_json::{Value, json};

use super::{error, history, probing, wire};
use api::impossible;
use api::request::Request;
use api::response::Response;

/// Prints what came of a request.
pub fn outcome(request: &Request, outcome: Outcome) -> Result<Response> {
    let (status, body) = match outcome {
        Outcome::Done => return Ok(Response::empty(StatusCode::NO_CONTENT)),
        Outcome::Healthy if api::health::is_verbose(request) => {
            return Ok(api::health::response(
                request,
                request.route.map_or("", |route| route.resource()),
            ));
        }
        Outcome::Healthy => (StatusCode::OK, json!({"status": "ok"})),
        Outcome::Token {
            token,
            seconds,
            permissions,
            scope,
        } => {
            let body = json!({
                "access_token": token,
                "token_type": "bearer",
                "expires_in": seconds,
                "scope": token_scope(&permissions),
                "tenant_id": scope.name,
                "org": scope.tenant,
            });
            // RFC 6749, section 5.1.
            return Ok(Response::json(StatusCode::OK, &body).with_header(CACHE_CONTROL, "no-store"));
        }
        Outcome::Scope(scope, created) => (created_or_ok(created), wire::scope(&scope)),
        Outcome::Scopes(scopes) => (
            StatusCode::OK,
            json!({"scopes": scopes.iter().map(wire::scope).collect::<Vec<_>>()}),
        ),
        Outcome::History(history) => (StatusCode::OK, history::history(&history)),
        Outcome::NewKey(key, secret) => (
            StatusCode::CREATED,
            new_key(&wire::key(&key, None), secret.as_deref()),
        ),
        Outcome::Key(key, last_used_at) => (StatusCode::OK, wire::key(&key, last_used_at)),
        Outcome::Keys(keys) => {
            let keys: Vec<Value> = keys
                .iter()
                .map(|(key, last_used_at)| wire::key(key, *last_used_at))
                .collect();
            (StatusCode::OK, json!({"keys": keys}))
        }
        Outcome::Class(name, doc, created) => (created_or_ok(created), wire::class(&name, doc)),
        Outcome::Classes(classes) => {
            let classes: Vec<Value> = classes
                .into_iter()
                .map(|(name, doc)| wire::class(&name, doc))
                .collect();
            (StatusCode::OK, json!({"classes": classes}))
        }
        Outcome::Probed(connector) => (StatusCode::OK, probing::probed(&connector)),
        Outcome::Round(round, false) => (StatusCode::OK, probing::round(&round)),
        Outcome::Round(round, true) => {
            let path = request.path.trim_end_matches('/');
            let location = format!("{path}/{}", round.id.hex());
            let response = Response::json(StatusCode::ACCEPTED, &probing::round(&round));
            return Ok(response.with_header(LOCATION, &location));
        }
        Outcome::Swept(sweep) => (StatusCode::OK, probing::swept(sweep)),
        Outcome::Checked(faults) => (StatusCode::OK, error::fields(&faults)),
        Outcome::FetchResult(exchanged) => (StatusCode::OK, fetched_to_json(&exchanged)),
        other => return Err(impossible(&other)),
    };
    Ok(Response::json(status, &body))
}

fn created_or_ok(created: bool) -> StatusCode {
    if created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    }
}

/// The key with its secret, if it has one, and both in one for clients that send a single key.
fn new_key(key: &Value, secret: Option<&str>) -> Value {
    let mut body = key.clone();
    if let (Some(members), Some(secret)) = (body.as_object_mut(), secret) {
        let id = key.get("id").and_then(Value::as_str).unwrap_or_default();
        members.insert("secret".to_owned(), json!(secret));
        members.insert("key".to_owned(), json!(hub::scope::api_key(id, secret)));
    }
    body
}

/// The OAuth scopes that the permissions amount to (reference/sailpoint.md, A1).
fn token_scope(permissions: &[hub::scope::Permission]) -> String {
    use hub::scope::Permission::{Admin, Write};
    let manages = permissions
        .iter()
        .any(|permission| matches!(permission, Write | Admin));
    if manages {
        "sp:config:read sp:config:manage".to_owned()
    } else {
        "sp:config:read".to_owned()
    }
}
