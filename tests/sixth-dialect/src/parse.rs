//! Requests.

use hub::command::{
    CreateObject, DeleteObject, Edit, Export, Import, Invocation, ObjectRef, Update, UpdateObject,
};
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::Kind;
use hub::plan::Uniqueness;
use hub::query::Query;

use super::link::Link;
use api::conditional::precondition;
use api::preview;
use api::request::Request;
use api::route::Parsed;

/// `GET /sixth/realms/{realm}/links`
pub(crate) fn list(_request: &Request) -> Parsed<Export> {
    Ok(with_classes(Export::List(Query::of(Kind::Connector))))
}

/// `GET /sixth/realms/{realm}/links/{link}`
pub(crate) fn get(request: &Request) -> Parsed<Export> {
    Ok(with_classes(Export::Get(Kind::Connector, link(request)?)))
}

/// `POST /sixth/realms/{realm}/links`
pub(crate) fn create(request: &Request) -> Parsed<Import> {
    Ok(with_classes(Import::Object(Box::new(CreateObject {
        resource: &Link,
        document: request.declared_json()?,
        claim: Uniqueness::Name,
        preview: preview::is_wanted(request)?,
    }))))
}

/// `PUT /sixth/realms/{realm}/links/{link}`
pub(crate) fn replace(request: &Request) -> Parsed<Update> {
    Ok(with_classes(Update::Object(Box::new(UpdateObject {
        resource: &Link,
        by: link(request)?,
        edit: Edit::Replace(request.declared_json()?),
        precondition: precondition(request)?,
        preview: preview::is_wanted(request)?,
    }))))
}

/// `DELETE /sixth/realms/{realm}/links/{link}`
pub(crate) fn delete(request: &Request) -> Parsed<Update> {
    Ok(with_classes(Update::Delete(DeleteObject {
        kind: Kind::Connector,
        by: link(request)?,
        precondition: precondition(request)?,
        preview: preview::is_wanted(request)?,
    })))
}

/// What is secret of a link, its class says.
fn with_classes<C>(command: C) -> Invocation<C> {
    Invocation::from(command).with_classes()
}

fn link(request: &Request) -> Result<ObjectRef> {
    let id = request.param("link");
    let uid = Uid::parse_hex(id).map(ObjectRef::Uid);
    uid.ok_or_else(|| Error::not_found(Kind::Connector, id))
}
