//! Responses.

use http::StatusCode;
use http::header::LOCATION;
use hub::class::Classes;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::Object;
use hub::resource::{Context, Resource};
use hub::scope::Scope;
use serde_json::{Value, json};

use super::connector;
use super::instance::{self, ConnectorInstance};
use super::links::Links;
use super::scope_name::environment_id;
use api::request::Request;
use api::response::Response;
use api::{conditional, impossible, preview};

/// Prints what came of a request.
pub fn outcome(request: &Request, outcome: Outcome, scope: Option<&Scope>) -> Result<Response> {
    let Some(scope) = scope else {
        return Err(impossible(&outcome));
    };
    let links = Links::of(request, scope);
    match outcome {
        Outcome::Scope(scope, _) => Ok(Response::json(
            StatusCode::OK,
            &links.with_environment(environment(&scope)),
        )),
        Outcome::WithClasses(outcome, classes) => {
            let context = Context {
                scope,
                classes: &classes,
            };
            match *outcome {
                Outcome::Scope(..) => catalogue(request, &links, &context),
                other => instances(request, other, &links, &context),
            }
        }
        other => Err(impossible(&other)),
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
    let tagged = |status: StatusCode, instance: &Object| {
        conditional::tagged(
            request,
            Response::json(status, &show(instance)),
            instance.tag(),
        )
    };
    match outcome {
        Outcome::Listed(page) => {
            let instances: Vec<Value> = page.objects.iter().map(show).collect();
            let embedded = json!({"_embedded": {"connectorInstances": instances}});
            let body = links.with_path("/connectorInstances", embedded);
            Ok(Response::json(StatusCode::OK, &body))
        }
        Outcome::Created(instance) => {
            let response = tagged(StatusCode::CREATED, &instance)?;
            Ok(response.with_header(LOCATION, &links.instance(&instance)))
        }
        Outcome::Found(instance) | Outcome::Updated(instance) => tagged(StatusCode::OK, &instance),
        Outcome::Probed(instance) => {
            let body = with_conditions(show(&instance), &instance);
            Ok(Response::json(StatusCode::OK, &body))
        }
        Outcome::Deleted(_) => Ok(Response::empty(StatusCode::NO_CONTENT)),
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
    let body = if id.is_empty() {
        list(links, scope, classes)
    } else {
        let class = instance::by_id(classes, id).ok_or_else(|| Error::NotFound {
            kind: "connector",
            name: id.to_owned(),
        })?;
        let path = path(id);
        if is_details(request) {
            links.with_path(&format!("{path}/details"), connector::details(class, scope))
        } else {
            links.with_path(&path, connector::minimal(class, scope))
        }
    };
    Ok(Response::json(StatusCode::OK, &body))
}

/// `…/connectors/{connector}/details`, and not the connector `details`.
fn is_details(request: &Request) -> bool {
    let mut segments = request.path.trim_end_matches('/').rsplit('/');
    segments.next() == Some("details") && segments.next() != Some("connectors")
}

fn list(links: &Links, scope: &Scope, classes: &Classes) -> Value {
    let connectors = classes.all();
    let connectors = connectors.iter().map(|class| {
        links.with_path(
            &path(connector::id(class)),
            connector::minimal(class, scope),
        )
    });
    let connectors: Vec<Value> = connectors.collect();
    links.with_path(
        "/connectors",
        json!({"_embedded": {"connectors": connectors}}),
    )
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

/// The environment, which the Go client reads after every 403 and 404 (reference/pingone.md, B5). A scope has no region and
/// no purpose: they are the usual ones.
fn environment(scope: &Scope) -> Value {
    let organization = Uid::derived(&["pingone", "organization", &scope.name]).uuid();
    json!({
        "id": environment_id(scope),
        "name": scope.name,
        "description": "",
        "organization": {"id": organization},
        "type": "PRODUCTION",
        "region": "NA",
        "createdAt": scope.created_at,
        "updatedAt": scope.created_at,
    })
}
