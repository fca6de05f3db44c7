//! Requests.

use std::sync::Arc;

use hub::command::{By, Command, Operate, Read};
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::Kind;
use hub::operation::{Operation, Reading};

use super::contents::Part;
use super::operations::connections::{
    ConnectionPath, CreateConnection, DeleteConnection, GetConnection, ListConnections,
    UpdateConnection,
};
use super::operations::contents::{DeletePart, GetParts, GetSchema, PutPart};
use super::operations::create::CreateConnector;
use super::operations::import::{ImportDocument, Target};
use super::operations::library::ImportFromLibrary;
use super::operations::oauth2::Initialise;
use super::operations::read::{
    GetConnector, ListAuthSchemes, ListCategories, ListConnectors, ListProtocols,
};
use super::operations::schemes::{DeleteScheme, PutScheme};
use super::operations::update::{DeleteConnector, PutCategories, PutTags, UpdateConnector};
use super::operations::uploads::{self, Expected, GetUploadUrl};
use super::operations::versions::{
    CreateVersion, DeleteVersion, GetVersion, ListVersions, Publish, UpdateVersion, VersionPath,
};
use super::routes::PREFIX;
use super::{connector, document, list};
use crate::request::Request;
use crate::{conditional, preview};

fn read(reading: impl Reading + 'static) -> Result<Command> {
    Ok(Command::Read(Read(Arc::new(reading))))
}

fn operate(request: &Request, operation: impl Operation + 'static) -> Result<Command> {
    Ok(Command::Operate(Box::new(Operate {
        operation: Arc::new(operation),
        precondition: conditional::precondition(request)?,
        preview: preview::is_wanted(request)?,
    })))
}

/// What is no ULID is the id of no connector.
fn connector_id(request: &Request) -> Result<Uid> {
    let id = request.param("connector");
    Uid::parse_ulid(id).ok_or_else(|| Error::not_found(Kind::Connector, id))
}

fn connection_path(request: &Request) -> Result<ConnectionPath> {
    Ok(ConnectionPath {
        connector: connector_id(request)?,
        connection: request.param("connection").to_owned(),
    })
}

fn version_path(request: &Request) -> Result<VersionPath> {
    Ok(VersionPath {
        connector: connector_id(request)?,
        version: request.param("version").to_owned(),
    })
}

/// `GET /o/{org}/connectors`
pub fn list(request: &Request) -> Result<Command> {
    read(ListConnectors(list::search(request, false)?))
}

/// `GET /connectors`
pub fn list_public(request: &Request) -> Result<Command> {
    read(ListConnectors(list::search(request, true)?))
}

/// `GET /categories`
pub fn list_categories(_request: &Request) -> Result<Command> {
    read(ListCategories)
}

/// `GET /o/{org}/connectors/{id}`
pub fn get(request: &Request) -> Result<Command> {
    let connector = connector_id(request)?;
    read(GetConnector { connector })
}

/// `POST /o/{org}/connectors/{id}/probe`, which is ours.
pub fn probe(request: &Request) -> Result<Command> {
    connector_id(request).map(|connector| Command::Probe(By::Uid(connector)))
}

/// `PUT /o/{org}/connectors/{id}`
pub fn update(request: &Request) -> Result<Command> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    operate(request, UpdateConnector { connector, body })
}

/// `DELETE /o/{org}/connectors/{id}`
pub fn delete(request: &Request) -> Result<Command> {
    let (connector, force) = (connector_id(request)?, request.query_flag("force")?);
    operate(request, DeleteConnector { connector, force })
}

/// `PUT /o/{org}/connectors/{id}/tags`
pub fn put_tags(request: &Request) -> Result<Command> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    operate(request, PutTags { connector, body })
}

/// `PUT /o/{org}/connectors/{id}/categories`
pub fn put_categories(request: &Request) -> Result<Command> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    operate(request, PutCategories { connector, body })
}

/// `PUT /o/{org}/connectors/{id}/auth-scheme-configs/{config}`
pub fn put_scheme(request: &Request) -> Result<Command> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    let id = request.param("config").to_owned();
    operate(
        request,
        PutScheme {
            connector,
            id,
            body,
        },
    )
}

/// `DELETE /o/{org}/connectors/{id}/auth-scheme-configs/{config}`
pub fn delete_scheme(request: &Request) -> Result<Command> {
    let (connector, id) = (connector_id(request)?, request.param("config").to_owned());
    operate(request, DeleteScheme { connector, id })
}

/// `POST /o/{org}/connectors/{id}/oauth2/initialise`
pub fn initialise(request: &Request) -> Result<Command> {
    let initialise = Initialise {
        connector: connector_id(request)?,
        redirect_uri: format!("{}/oauth2/callback", base(request)),
        body: request.json()?,
    };
    operate(request, initialise)
}

/// `GET /o/{org}/connectors/{id}/connections`
pub fn list_connections(request: &Request) -> Result<Command> {
    let connector = connector_id(request)?;
    read(ListConnections { connector })
}

/// `POST /o/{org}/connectors/{id}/connections`
pub fn create_connection(request: &Request) -> Result<Command> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    operate(request, CreateConnection { connector, body })
}

/// `GET /o/{org}/connectors/{id}/connections/{connection}`
pub fn get_connection(request: &Request) -> Result<Command> {
    read(GetConnection(connection_path(request)?))
}

/// `PUT /o/{org}/connectors/{id}/connections/{connection}`
pub fn update_connection(request: &Request) -> Result<Command> {
    let (path, body) = (connection_path(request)?, request.json()?);
    operate(request, UpdateConnection { path, body })
}

/// `DELETE /o/{org}/connectors/{id}/connections/{connection}`
pub fn delete_connection(request: &Request) -> Result<Command> {
    let (path, force) = (connection_path(request)?, request.query_flag("force")?);
    operate(request, DeleteConnection { path, force })
}

/// `GET /o/{org}/connectors/{id}/versions`
pub fn list_versions(request: &Request) -> Result<Command> {
    let connector = connector_id(request)?;
    read(ListVersions { connector })
}

/// `POST /o/{org}/connectors/{id}/versions`
pub fn create_version(request: &Request) -> Result<Command> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    operate(request, CreateVersion { connector, body })
}

/// `GET /o/{org}/connectors/{id}/versions/{version}`
pub fn get_version(request: &Request) -> Result<Command> {
    read(GetVersion(version_path(request)?))
}

/// `PUT /o/{org}/connectors/{id}/versions/{version}`
pub fn update_version(request: &Request) -> Result<Command> {
    let (path, body) = (version_path(request)?, request.json()?);
    operate(request, UpdateVersion { path, body })
}

/// `DELETE /o/{org}/connectors/{id}/versions/{version}`
pub fn delete_version(request: &Request) -> Result<Command> {
    let (path, force) = (version_path(request)?, request.query_flag("force")?);
    operate(request, DeleteVersion { path, force })
}

/// `POST …/versions/{version}/publish`
pub fn publish(request: &Request) -> Result<Command> {
    let (path, published) = (version_path(request)?, true);
    operate(request, Publish { path, published })
}

/// `POST …/versions/{version}/unpublish`
pub fn unpublish(request: &Request) -> Result<Command> {
    let (path, published) = (version_path(request)?, false);
    operate(request, Publish { path, published })
}

/// `POST …/versions/{version}/library/import`
pub fn import_from_library(request: &Request) -> Result<Command> {
    let path = version_path(request)?;
    operate(request, ImportFromLibrary { path })
}

/// The part that the path names, if it does.
fn part_name(request: &Request) -> Option<String> {
    Some(request.param("name").to_owned()).filter(|name| !name.is_empty())
}

/// `GET …/versions/{version}/{parts}[/{name}]`
pub fn get_parts(request: &Request, part: Part) -> Result<Command> {
    let (path, name) = (version_path(request)?, part_name(request));
    read(GetParts { path, part, name })
}

/// `POST …/versions/{version}/{parts}` and `PUT …/{name}`
pub fn put_part(request: &Request, part: Part) -> Result<Command> {
    let (path, name) = (version_path(request)?, part_name(request));
    let body = request.json()?;
    operate(
        request,
        PutPart {
            path,
            part,
            name,
            body,
        },
    )
}

/// `DELETE …/versions/{version}/{parts}/{name}`
pub fn delete_part(request: &Request, part: Part) -> Result<Command> {
    let (path, name) = (version_path(request)?, request.param("name").to_owned());
    operate(request, DeletePart { path, part, name })
}

/// `GET /o/{org}/schemas/{id}/{version}/{file}`
pub fn get_schema(request: &Request) -> Result<Command> {
    let (path, file) = (version_path(request)?, request.param("file").to_owned());
    read(GetSchema { path, file })
}

/// `GET /o/{org}/protocols`
pub fn list_protocols(_request: &Request) -> Result<Command> {
    read(ListProtocols)
}

/// `GET /o/{org}/protocols/{slug}/auth-schemes`
pub fn list_auth_schemes(request: &Request) -> Result<Command> {
    let protocol = request.param("protocol").to_owned();
    read(ListAuthSchemes { protocol })
}

/// `POST /o/{org}/protocols/http/connectors`
pub fn create_http(request: &Request) -> Result<Command> {
    let (protocol, body) = (connector::HTTP, request.json()?);
    operate(request, CreateConnector { protocol, body })
}

/// `POST /o/{org}/protocols/bigquery/connectors`
pub fn create_bigquery(request: &Request) -> Result<Command> {
    let (protocol, body) = (connector::BIGQUERY, request.json()?);
    operate(request, CreateConnector { protocol, body })
}

/// `POST /o/{org}/protocols/http/import`
pub fn import_new(request: &Request) -> Result<Command> {
    let (target, document) = (Target::New, document::read(request, false)?);
    operate(request, ImportDocument { target, document })
}

/// `POST /o/{org}/connector/{id}/http/import`
pub fn import_into(request: &Request) -> Result<Command> {
    let target = Target::Connector(connector_id(request)?);
    let document = document::read(request, true)?;
    operate(request, ImportDocument { target, document })
}

/// `GET /o/{org}/protocols/{slug}/upload-url`
pub fn upload_url(request: &Request) -> Result<Command> {
    read(GetUploadUrl {
        protocol: request.param("protocol").to_owned(),
        base: base(request),
        expected: Expected::of(request)?,
    })
}

/// `PUT /uploads/{ticket}`
pub fn put_upload(request: &Request) -> Result<Command> {
    Expected::check(request)?;
    let id = uploads::id_of(&request.ticket)?;
    Ok(Command::PutUpload(id, request.body.to_vec()))
}

/// `GET /uploads/{ticket}`
pub fn get_upload(request: &Request) -> Result<Command> {
    uploads::id_of(&request.ticket).map(Command::GetUpload)
}

/// What the paths of this API begin with where the client reached us.
fn base(request: &Request) -> String {
    let prefix = if request.path.starts_with(PREFIX) {
        PREFIX
    } else {
        ""
    };
    format!("{}{prefix}", request.origin)
}
