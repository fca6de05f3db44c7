//! Requests for connections.

use hub::command::{Export, Import, Update};
use hub::error::Result;

use super::operations::{
    CreateConnection, DeleteConnection, GetConnection, ListConnections, UpdateConnection,
};
use super::path::ConnectionPath;
use crate::page::Page;
use crate::request::{connector_id, operate, read};
use api::request::Request;
use api::route::Parsed;

fn connection_path(request: &Request) -> Result<ConnectionPath> {
    Ok(ConnectionPath {
        connector: connector_id(request)?,
        connection: request.param("connection").to_owned(),
    })
}

/// `GET /o/{org}/connectors/{id}/connections`
pub(crate) fn list_connections(request: &Request) -> Parsed<Export> {
    let (connector, page) = (connector_id(request)?, Page::of(request)?);
    read(ListConnections { connector, page })
}

/// `POST /o/{org}/connectors/{id}/connections`
pub(crate) fn create_connection(request: &Request) -> Parsed<Import> {
    let (connector, body) = (connector_id(request)?, request.json_or_undeclared()?);
    operate(request, CreateConnection { connector, body })
}

/// `GET /o/{org}/connectors/{id}/connections/{connection}`
pub(crate) fn get_connection(request: &Request) -> Parsed<Export> {
    read(GetConnection(connection_path(request)?))
}

/// `PUT /o/{org}/connectors/{id}/connections/{connection}`
pub(crate) fn update_connection(request: &Request) -> Parsed<Update> {
    let (path, body) = (connection_path(request)?, request.json_or_undeclared()?);
    operate(request, UpdateConnection { path, body })
}

/// `DELETE /o/{org}/connectors/{id}/connections/{connection}`
pub(crate) fn delete_connection(request: &Request) -> Parsed<Update> {
    let (path, force) = (connection_path(request)?, request.query_flag("force")?);
    operate(request, DeleteConnection { path, force })
}
