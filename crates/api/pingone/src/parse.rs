//! Requests.

use hub::command::{
    CloneObject, CreateObject, DeleteObject, Edit, Export, Import, Invocation, ObjectRef, Probe,
    Update, UpdateObject,
};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::id::Uid;
use hub::object::Kind;
use hub::plan::Uniqueness;
use hub::query::{Order, Query};
use serde_json::Value;

use super::instance::{self, ConnectorInstance, NAME_MAX};
use super::page::Page;
use api::conditional::precondition;
use api::preview;
use api::request::Request;
use api::route::Parsed;

const JSON: &str = "application/json";
const CLONE: &str = "application/vnd.pingidentity.connectorInstance.clone+json";

/// `GET /environments/{environment}`
pub(crate) fn environment(request: &Request) -> Parsed<Export> {
    check_headers(request)?;
    Ok(Export::GetScope.into())
}

/// `GET /environments/{environment}/connectors`, and `/{connector}` and `/{connector}/details`
/// below it.
pub(crate) fn connectors(request: &Request) -> Parsed<Export> {
    environment(request).map(Invocation::with_classes)
}

/// `GET /environments/{environment}/connectorInstances`: all of them, the oldest first, or a page
/// of them where the request says how long one is.
pub(crate) fn list(request: &Request) -> Parsed<Export> {
    check_headers(request)?;
    let Page { limit, after } = Page::of(request)?;
    Ok(with_classes(Export::List(Query {
        order: Order::Oldest,
        limit: limit.unwrap_or(u32::MAX),
        after,
        ..Query::of(Kind::Connector)
    })))
}

/// `GET /environments/{environment}/connectorInstances/{instance}`
pub(crate) fn get(request: &Request) -> Parsed<Export> {
    check_headers(request)?;
    Ok(with_classes(Export::Get(
        Kind::Connector,
        instance_ref(request)?,
    )))
}

/// `POST /environments/{environment}/connectorInstances`
pub(crate) fn create(request: &Request) -> Parsed<Import> {
    check_headers(request)?;
    let document = body(request)?;
    Ok(with_classes(Import::Object(Box::new(CreateObject {
        resource: &ConnectorInstance,
        document,
        claim: Uniqueness::None,
        preview: preview::is_wanted(request)?,
    }))))
}

/// `PUT /environments/{environment}/connectorInstances/{instance}`
pub(crate) fn replace(request: &Request) -> Parsed<Update> {
    check_headers(request)?;
    let document = body(request)?;
    instance::check_replacement(&document)?;
    Ok(with_classes(Update::Object(Box::new(UpdateObject {
        resource: &ConnectorInstance,
        by: instance_ref(request)?,
        edit: Edit::Replace(document),
        precondition: precondition(request)?,
        preview: preview::is_wanted(request)?,
    }))))
}

/// `POST /environments/{environment}/connectorInstances/{instance}`, told by its media type. The
/// body has nothing to say.
pub(crate) fn clone(request: &Request) -> Parsed<Import> {
    check_headers(request)?;
    check_media_type(request, CLONE)?;
    if !request.body.is_empty() && !request.json()?.is_object() {
        return Err(Error::Malformed(
            "the body must be empty or a JSON object".to_owned(),
        ));
    }
    Ok(with_classes(Import::Clone(CloneObject {
        kind: Kind::Connector,
        by: instance_ref(request)?,
        name_max: NAME_MAX,
        precondition: precondition(request)?,
        preview: preview::is_wanted(request)?,
    })))
}

/// `DELETE /environments/{environment}/connectorInstances/{instance}`
pub(crate) fn delete(request: &Request) -> Parsed<Update> {
    check_headers(request)?;
    Ok(with_classes(Update::Delete(DeleteObject {
        kind: Kind::Connector,
        by: instance_ref(request)?,
        precondition: precondition(request)?,
        preview: preview::is_wanted(request)?,
    })))
}

/// `POST /environments/{environment}/connectorInstances/{instance}/probe`, which is ours.
pub(crate) fn probe(request: &Request) -> Parsed<Probe> {
    Ok(with_classes(Probe::Connector(instance_ref(request)?)))
}

/// Instances show parts of their connector.
fn with_classes<C>(command: C) -> Invocation<C> {
    Invocation::from(command).with_classes()
}

fn instance_ref(request: &Request) -> Result<ObjectRef> {
    let id = request.param("instance");
    Uid::parse_hex(id)
        .map(ObjectRef::Uid)
        .ok_or_else(|| Error::not_found(Kind::Connector, id))
}

fn body(request: &Request) -> Result<Value> {
    check_media_type(request, JSON)?;
    request.json()
}

fn check_media_type(request: &Request, wanted: &'static str) -> Result<()> {
    if request.media_type().eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(Error::UnsupportedMediaType {
        supported: vec![wanted],
    })
}

/// The optional headers must not be empty.
fn check_headers(request: &Request) -> Result<()> {
    let names = [
        "X-Ping-External-Session-ID",
        "X-Ping-External-Transaction-ID",
    ];
    let faults = names
        .into_iter()
        .filter(|name| {
            request
                .headers
                .get(*name)
                .is_some_and(|value| value.is_empty())
        })
        .map(|name| FieldError::new(name, FieldCode::Empty, "must not be empty"));
    Error::check(faults.collect())
}
