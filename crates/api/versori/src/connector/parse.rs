//! Requests for connectors.

use hub::command::{Export, Import, ObjectRef, Probe, Update};

use super::create::CreateConnector;
use super::document::{BIGQUERY, HTTP};
use super::list::search;
use super::read::{GetConnector, ListCategories, ListConnectors};
use super::update::{DeleteConnector, PutCategories, PutTags, UpdateConnector};
use crate::request::{connector_id, operate, read};
use api::request::Request;
use api::route::Parsed;

/// `GET /o/{org}/connectors`
pub(crate) fn list(request: &Request) -> Parsed<Export> {
    read(ListConnectors(search(request, false)?))
}

/// `GET /connectors`
pub(crate) fn list_public(request: &Request) -> Parsed<Export> {
    read(ListConnectors(search(request, true)?))
}

/// `GET /categories`
pub(crate) fn list_categories(_request: &Request) -> Parsed<Export> {
    read(ListCategories)
}

/// `GET /o/{org}/connectors/{id}`
pub(crate) fn get(request: &Request) -> Parsed<Export> {
    let connector = connector_id(request)?;
    read(GetConnector { connector })
}

/// `POST /o/{org}/connectors/{id}/probe`, which is ours.
pub(crate) fn probe(request: &Request) -> Parsed<Probe> {
    connector_id(request).map(|connector| Probe::Connector(ObjectRef::Uid(connector)).into())
}

/// `POST /o/{org}/protocols/http/connectors`
pub(crate) fn create_http(request: &Request) -> Parsed<Import> {
    let (protocol, body) = (HTTP, request.json_or_undeclared()?);
    operate(request, CreateConnector { protocol, body })
}

/// `POST /o/{org}/protocols/bigquery/connectors`
pub(crate) fn create_bigquery(request: &Request) -> Parsed<Import> {
    let (protocol, body) = (BIGQUERY, request.json_or_undeclared()?);
    operate(request, CreateConnector { protocol, body })
}

/// `PUT /o/{org}/connectors/{id}`
pub(crate) fn update(request: &Request) -> Parsed<Update> {
    let (connector, body) = (connector_id(request)?, request.json_or_undeclared()?);
    operate(request, UpdateConnector { connector, body })
}

/// `DELETE /o/{org}/connectors/{id}`
pub(crate) fn delete(request: &Request) -> Parsed<Update> {
    let (connector, force) = (connector_id(request)?, request.query_flag("force")?);
    operate(request, DeleteConnector { connector, force })
}

/// `PUT /o/{org}/connectors/{id}/tags`
pub(crate) fn put_tags(request: &Request) -> Parsed<Update> {
    let (connector, body) = (connector_id(request)?, request.json_or_undeclared()?);
    operate(request, PutTags { connector, body })
}

/// `PUT /o/{org}/connectors/{id}/categories`
pub(crate) fn put_categories(request: &Request) -> Parsed<Update> {
    let (connector, body) = (connector_id(request)?, request.json_or_undeclared()?);
    operate(request, PutCategories { connector, body })
}
