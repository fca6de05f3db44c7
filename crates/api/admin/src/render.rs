//! Responses.

use http::header::{CACHE_CONTROL, LOCATION};
use hub::command::Outcome;
use hub::error::Result;
use hub::fetch::fetched_to_json;
use hub::scope::Scope;
use serde::Serialize;

use super::{error, history, probing, secrets, wire};
use api::request::Request;
use api::response::Response;
use api::route::RouteInfo;
use api::{health, impossible};

#[derive(Serialize)]
struct Health {
    status: &'static str,
}

/// A token (RFC 6749, section 5.1). The last two are what SailPoint's clients look for.
#[derive(Serialize)]
struct Token<'t> {
    access_token: &'t str,
    token_type: &'static str,
    expires_in: u32,
    scope: &'static str,
    tenant_id: &'t str,
    org: &'t str,
}

#[derive(Serialize)]
struct Scopes {
    scopes: Vec<serde_json::Value>,
}

#[derive(Serialize)]
struct Keys<'k> {
    keys: Vec<wire::Key<'k>>,
}

#[derive(Serialize)]
struct Classes {
    classes: Vec<wire::Class>,
}

/// Prints what came of a request in a scope.
pub(crate) fn outcome(
    request: &Request,
    outcome: Outcome,
    scope: Option<&Scope>,
) -> Result<Response> {
    Ok(match outcome {
        Outcome::Done => Response::success(request, &()),
        Outcome::Healthy if health::is_verbose(request) => {
            health::response(request, request.route.map_or("", RouteInfo::resource))
        }
        Outcome::Healthy => Response::success(request, &Health { status: "ok" }),
        Outcome::Token {
            token,
            seconds,
            permissions,
            scope,
        } => {
            let body = Token {
                access_token: &token,
                token_type: "bearer",
                expires_in: seconds,
                scope: token_scope(&permissions),
                tenant_id: &scope.name,
                org: scope.name_in("sailpoint"),
            };
            Response::success(request, &body).with_header(CACHE_CONTROL, "no-store")
        }
        Outcome::Scope(scope, created) => {
            Response::success_or(request, created, &wire::scope(&scope))
        }
        Outcome::Scopes(scopes) => {
            let scopes = scopes.iter().map(wire::scope).collect();
            Response::success(request, &Scopes { scopes })
        }
        Outcome::History(history) => Response::success(request, &history::history(&history)),
        Outcome::NewKey(key, secret) => {
            Response::success(request, &wire::new_key(&key, secret.as_deref()))
        }
        Outcome::Key(key, last_used_at) => {
            Response::success(request, &wire::key(&key, last_used_at))
        }
        Outcome::Keys(keys) => {
            let keys = keys.iter().map(|(key, used)| wire::key(key, *used));
            let keys = keys.collect();
            Response::success(request, &Keys { keys })
        }
        Outcome::Class(name, doc, created) => {
            Response::success_or(request, created, &wire::class(name, doc))
        }
        Outcome::Classes(classes) => {
            let classes = classes
                .into_iter()
                .map(|(name, doc)| wire::class(name, doc));
            let classes = classes.collect();
            Response::success(request, &Classes { classes })
        }
        Outcome::Probed(connector) => Response::success(request, &probing::probed(&connector)),
        Outcome::Round(round, false) => Response::success(request, &probing::round(&round)),
        Outcome::Round(round, true) => {
            let scope = scope.map(|scope| scope.name.as_str()).unwrap_or_default();
            let location = format!("/v1/scopes/{scope}/probes/{}", round.id.hex());
            Response::success(request, &probing::round(&round)).with_header(LOCATION, &location)
        }
        Outcome::Swept(sweep) => Response::success(request, &probing::swept(sweep)),
        Outcome::Fingerprints(all) => Response::success(request, &secrets::fingerprints(&all)),
        Outcome::Purged(purged) => Response::success(request, &secrets::purged(purged)),
        Outcome::Checked(faults) => Response::success(request, &error::fields(&faults)),
        Outcome::FetchResult(fetched) => Response::success(request, &fetched_to_json(&fetched)),
        other => return Err(impossible(&other)),
    })
}

/// The OAuth scopes of SailPoint that the permissions amount to.
fn token_scope(permissions: &[hub::scope::Permission]) -> &'static str {
    use hub::scope::Permission::{Admin, Write};
    let manages = permissions
        .iter()
        .any(|permission| matches!(permission, Write | Admin));
    if manages {
        "sp:config:read sp:config:manage"
    } else {
        "sp:config:read"
    }
}
