//! Responses.

use http::header::LOCATION;
use hub::class::Classes;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::Object;
use hub::resource::{Context, Resource};
use hub::scope::Scope;
use serde::Serialize;
use serde_json::{Value, json};

use super::instance::ConnectorInstance;
use super::links::Links;
use super::page::next_page;
use super::scope::environment_id;
use super::{CONNECTOR, CONNECTORS, DETAILS, ENVIRONMENT, connector};
use api::request::Request;
use api::response::Response;
use api::{conditional, impossible, preview};

#[derive(Serialize)]
struct Collection {
    #[serde(rename = "_embedded")]
    embedded: Embedded,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Embedded {
    ConnectorInstances(Vec<Value>),
    Connectors(Vec<Value>),
}

/// Prints what came of a request.
pub(crate) fn outcome(
    request: &Request,
    outcome: Outcome,
    scope: Option<&Scope>,
) -> Result<Response> {
    let Some(scope) = scope else {
        return Err(impossible(&outcome));
    };
    let links = Links::of(request, scope);
    match (request.operation(), outcome) {
        (ENVIRONMENT, Outcome::Scope(scope, _)) => {
            let body = links.with_environment(json!(environment(&scope)));
            Ok(Response::success(request, &body))
        }
        (_, Outcome::WithClasses(outcome, classes)) => {
            let context = Context {
                scope,
                classes: &classes,
            };
            match (request.operation(), *outcome) {
                (CONNECTORS | CONNECTOR | DETAILS, Outcome::Scope(..)) => {
                    catalogue(request, &links, &context)
                }
                (_, other) => instances(request, other, &links, &context),
            }
        }
        (_, other) => Err(impossible(&other)),
    }
}

fn instances(
    request: &Request,
    outcome: Outcome,
    links: &Links,
    context: &Context<'_>,
) -> Result<Response> {
    let show = |instance: &Object| {
        links.with_instance(instance, ConnectorInstance.show(instance, context))
    };
    let tagged = |instance: &Object| {
        let response = Response::success(request, &show(instance));
        conditional::tagged(request, response, instance.tag())
    };
    match outcome {
        Outcome::Listed(page) => {
            let instances: Vec<Value> = page.objects.iter().map(show).collect();
            let embedded = Embedded::ConnectorInstances(instances);
            let embedded = json!(Collection { embedded });
            let next = page.next.as_ref().map(|next| next_page(request, next));
            let body = links.with_page("/connectorInstances", next.as_deref(), embedded);
            Ok(Response::success(request, &body))
        }
        Outcome::Created(instance) => {
            Ok(tagged(&instance)?.with_header(LOCATION, &links.instance(&instance)))
        }
        Outcome::Found(instance) | Outcome::Updated(instance) => tagged(&instance),
        Outcome::Probed(instance) => {
            let body = with_conditions(show(&instance), &instance);
            Ok(Response::success(request, &body))
        }
        Outcome::Deleted(_) => Ok(Response::success(request, &())),
        Outcome::Planned(plan) => Ok(preview::response(&plan, show)),
        other => Err(impossible(&other)),
    }
}

/// The instance with what its probe found.
fn with_conditions(mut shown: Value, instance: &Object) -> Value {
    let conditions = instance.doc.pointer("/status/conditions");
    if let (Some(members), Some(conditions)) = (shown.as_object_mut(), conditions) {
        members.insert("conditions".to_owned(), conditions.clone());
    }
    shown
}

/// The connectors, or the one that the path names, or its details.
fn catalogue(request: &Request, links: &Links, context: &Context<'_>) -> Result<Response> {
    let (scope, classes) = (context.scope, context.classes);
    let id = request.param("connector");
    let class = || {
        connector::by_id(classes, id).ok_or_else(|| Error::NotFound {
            kind: "connector",
            name: id.to_owned(),
        })
    };
    let path = path(id);
    let body = match request.operation() {
        CONNECTORS => list(links, scope, classes),
        DETAILS => links.with_path(
            &format!("{path}/details"),
            connector::details(class()?, scope),
        ),
        _ => links.with_path(&path, connector::minimal(class()?, scope)),
    };
    Ok(Response::success(request, &body))
}

fn list(links: &Links, scope: &Scope, classes: &Classes) -> Value {
    let connectors = classes.all();
    let connectors = connectors.iter().map(|class| {
        links.with_path(
            &path(connector::id(class)),
            connector::minimal(class, scope),
        )
    });
    let embedded = Embedded::Connectors(connectors.collect());
    links.with_path("/connectors", json!(Collection { embedded }))
}

fn path(connector: &str) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'.')
        .remove(b'_')
        .remove(b'~');
    format!("/connectors/{}", utf8_percent_encode(connector, KEPT))
}

/// An environment.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Environment<'s> {
    id: &'s str,
    name: &'s str,
    description: &'static str,
    organization: Reference,
    r#type: &'static str,
    region: &'static str,
    created_at: &'s str,
    updated_at: &'s str,
}

#[derive(Serialize)]
struct Reference {
    id: String,
}

/// The environment, which the official Go client reads after every 403 and 404. A scope has no
/// region and no purpose: they are the usual ones.
fn environment(scope: &Scope) -> Environment<'_> {
    Environment {
        id: environment_id(scope),
        name: &scope.name,
        description: "",
        organization: Reference {
            id: Uid::derived(&["pingone", "organization", &scope.name]).uuid(),
        },
        r#type: "PRODUCTION",
        region: "NA",
        created_at: &scope.created_at,
        updated_at: &scope.created_at,
    }
}
