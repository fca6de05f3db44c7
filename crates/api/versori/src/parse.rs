//! Requests.

use std::sync::Arc;

use hub::command::{Export, Import, ObjectRef, Operate, Probe, Read, Update};
use hub::error::{Error, FieldError, Result};
use hub::id::Uid;
use hub::object::Kind;
use hub::operation::{Operation, Reading};

use super::contents::Part;
use super::document::Document;
use super::operations::connections::{
    ConnectionPath, CreateConnection, DeleteConnection, GetConnection, ListConnections,
    UpdateConnection,
};
use super::operations::contents::{
    Chosen, CreateParts, DeleteParts, GetPart, GetSchema, ListParts, PartsPath, UpdatePart,
};
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
use super::page::Page;
use super::{connector, document, links, list};
use api::request::Request;
use api::route::Parsed;
use api::{conditional, preview};

/// Where users come back to after they have signed in.
const CALLBACK: &str = "/oauth2/callback";

fn read(reading: impl Reading + 'static) -> Parsed<Export> {
    Ok(Export::Read(Read(Arc::new(reading))).into())
}

fn operate<C: From<Operate>>(request: &Request, operation: impl Operation + 'static) -> Parsed<C> {
    let operate = Operate {
        operation: Arc::new(operation),
        precondition: conditional::precondition(request)?,
        preview: preview::is_wanted(request)?,
    };
    Ok(C::from(operate).into())
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
pub fn list(request: &Request) -> Parsed<Export> {
    read(ListConnectors(list::search(request, false)?))
}

/// `GET /connectors`
pub fn list_public(request: &Request) -> Parsed<Export> {
    read(ListConnectors(list::search(request, true)?))
}

/// `GET /categories`
pub fn list_categories(_request: &Request) -> Parsed<Export> {
    read(ListCategories)
}

/// `GET /o/{org}/connectors/{id}`
pub fn get(request: &Request) -> Parsed<Export> {
    let connector = connector_id(request)?;
    read(GetConnector { connector })
}

/// `POST /o/{org}/connectors/{id}/probe`, which is ours.
pub fn probe(request: &Request) -> Parsed<Probe> {
    connector_id(request).map(|connector| Probe::Connector(ObjectRef::Uid(connector)).into())
}

/// `PUT /o/{org}/connectors/{id}`
pub fn update(request: &Request) -> Parsed<Update> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    operate(request, UpdateConnector { connector, body })
}

/// `DELETE /o/{org}/connectors/{id}`
pub fn delete(request: &Request) -> Parsed<Update> {
    let (connector, force) = (connector_id(request)?, request.query_flag("force")?);
    operate(request, DeleteConnector { connector, force })
}

/// `PUT /o/{org}/connectors/{id}/tags`
pub fn put_tags(request: &Request) -> Parsed<Update> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    operate(request, PutTags { connector, body })
}

/// `PUT /o/{org}/connectors/{id}/categories`
pub fn put_categories(request: &Request) -> Parsed<Update> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    operate(request, PutCategories { connector, body })
}

/// `PUT /o/{org}/connectors/{id}/auth-scheme-configs/{config}`
pub fn put_scheme(request: &Request) -> Parsed<Update> {
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
pub fn delete_scheme(request: &Request) -> Parsed<Update> {
    let (connector, id) = (connector_id(request)?, request.param("config").to_owned());
    operate(request, DeleteScheme { connector, id })
}

/// `POST /o/{org}/connectors/{id}/oauth2/initialise`
pub fn initialise(request: &Request) -> Parsed<Import> {
    let initialise = Initialise {
        connector: connector_id(request)?,
        redirect_uri: format!("{}{CALLBACK}", links::base(request)),
        body: request.json()?,
    };
    operate(request, initialise)
}

/// `GET /oauth2/callback`, where a user comes back to with a code or an error (RFC 6749, section 4.1.2). The page hands both
/// to the window that opened it.
pub fn callback(request: &Request) -> Parsed<Export> {
    if request.query("code").is_none() && request.query("error").is_none() {
        return Err(Error::field(FieldError::required("code")));
    }
    Ok(Export::Describe.into())
}

/// `GET /o/{org}/connectors/{id}/connections`
pub fn list_connections(request: &Request) -> Parsed<Export> {
    let (connector, page) = (connector_id(request)?, Page::of(request)?);
    read(ListConnections { connector, page })
}

/// `POST /o/{org}/connectors/{id}/connections`
pub fn create_connection(request: &Request) -> Parsed<Import> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    operate(request, CreateConnection { connector, body })
}

/// `GET /o/{org}/connectors/{id}/connections/{connection}`
pub fn get_connection(request: &Request) -> Parsed<Export> {
    read(GetConnection(connection_path(request)?))
}

/// `PUT /o/{org}/connectors/{id}/connections/{connection}`
pub fn update_connection(request: &Request) -> Parsed<Update> {
    let (path, body) = (connection_path(request)?, request.json()?);
    operate(request, UpdateConnection { path, body })
}

/// `DELETE /o/{org}/connectors/{id}/connections/{connection}`
pub fn delete_connection(request: &Request) -> Parsed<Update> {
    let (path, force) = (connection_path(request)?, request.query_flag("force")?);
    operate(request, DeleteConnection { path, force })
}

/// `GET /o/{org}/connectors/{id}/versions`
pub fn list_versions(request: &Request) -> Parsed<Export> {
    let (connector, page) = (connector_id(request)?, Page::of(request)?);
    read(ListVersions { connector, page })
}

/// `POST /o/{org}/connectors/{id}/versions`
pub fn create_version(request: &Request) -> Parsed<Import> {
    let (connector, body) = (connector_id(request)?, request.json()?);
    operate(request, CreateVersion { connector, body })
}

/// `GET /o/{org}/connectors/{id}/versions/{version}`
pub fn get_version(request: &Request) -> Parsed<Export> {
    read(GetVersion(version_path(request)?))
}

/// `PUT /o/{org}/connectors/{id}/versions/{version}`
pub fn update_version(request: &Request) -> Parsed<Update> {
    let (path, body) = (version_path(request)?, request.json()?);
    operate(request, UpdateVersion { path, body })
}

/// `DELETE /o/{org}/connectors/{id}/versions/{version}`
pub fn delete_version(request: &Request) -> Parsed<Update> {
    let (path, force) = (version_path(request)?, request.query_flag("force")?);
    operate(request, DeleteVersion { path, force })
}

/// `POST …/versions/{version}/publish`
pub fn publish(request: &Request) -> Parsed<Update> {
    let (path, published) = (version_path(request)?, true);
    operate(request, Publish { path, published })
}

/// `POST …/versions/{version}/unpublish`
pub fn unpublish(request: &Request) -> Parsed<Update> {
    let (path, published) = (version_path(request)?, false);
    operate(request, Publish { path, published })
}

/// `POST …/versions/{version}/library/import`
pub fn import_from_library(request: &Request) -> Parsed<Import> {
    let path = version_path(request)?;
    operate(request, ImportFromLibrary { path })
}

fn parts_path(request: &Request, part: Part) -> Result<PartsPath> {
    Ok(PartsPath {
        path: version_path(request)?,
        part,
        base: links::base(request),
    })
}

/// `GET …/versions/{version}/{parts}`
pub fn list_parts(request: &Request, part: Part) -> Parsed<Export> {
    read(ListParts {
        parts: parts_path(request, part)?,
        name: request.query("name").unwrap_or_default().to_owned(),
        page: Page::of(request)?,
    })
}

/// `GET …/versions/{version}/{parts}/{name}`
pub fn get_part(request: &Request, part: Part) -> Parsed<Export> {
    let (parts, name) = (parts_path(request, part)?, request.param("name").to_owned());
    read(GetPart { parts, name })
}

/// `POST …/versions/{version}/{parts}`
pub fn create_parts(request: &Request, part: Part) -> Parsed<Import> {
    let (parts, body) = (parts_path(request, part)?, request.json()?);
    operate(request, CreateParts { parts, body })
}

/// `PUT …/versions/{version}/{parts}/{name}`
pub fn update_part(request: &Request, part: Part) -> Parsed<Update> {
    let (parts, body) = (parts_path(request, part)?, request.json()?);
    let name = request.param("name").to_owned();
    operate(request, UpdatePart { parts, name, body })
}

/// `DELETE …/versions/{version}/{parts}/{name}`
pub fn delete_part(request: &Request, part: Part) -> Parsed<Update> {
    delete_parts_of(
        request,
        part,
        Chosen::Name(request.param("name").to_owned()),
    )
}

/// `DELETE …/versions/{version}/{parts}`
pub fn delete_parts(request: &Request, part: Part) -> Parsed<Update> {
    delete_parts_of(request, part, Chosen::Body(request.json()?))
}

fn delete_parts_of(request: &Request, part: Part, chosen: Chosen) -> Parsed<Update> {
    let delete = DeleteParts {
        parts: parts_path(request, part)?,
        chosen,
        force: request.query_flag("force")?,
    };
    operate(request, delete)
}

/// `GET /o/{org}/schemas/{id}/{version}/{file}`
pub fn get_schema(request: &Request) -> Parsed<Export> {
    let (path, file) = (version_path(request)?, request.param("file").to_owned());
    read(GetSchema { path, file })
}

/// `GET /o/{org}/protocols`
pub fn list_protocols(request: &Request) -> Parsed<Export> {
    read(ListProtocols(Page::of(request)?))
}

/// `GET /o/{org}/protocols/{slug}/auth-schemes`
pub fn list_auth_schemes(request: &Request) -> Parsed<Export> {
    let protocol = request.param("protocol").to_owned();
    read(ListAuthSchemes { protocol })
}

/// `POST /o/{org}/protocols/http/connectors`
pub fn create_http(request: &Request) -> Parsed<Import> {
    let (protocol, body) = (connector::HTTP, request.json()?);
    operate(request, CreateConnector { protocol, body })
}

/// `POST /o/{org}/protocols/bigquery/connectors`
pub fn create_bigquery(request: &Request) -> Parsed<Import> {
    let (protocol, body) = (connector::BIGQUERY, request.json()?);
    operate(request, CreateConnector { protocol, body })
}

/// `POST /o/{org}/protocols/http/import`
pub fn import_new(request: &Request) -> Parsed<Import> {
    import(request, Target::New, document::read(request, false)?)
}

/// `POST /o/{org}/connector/{id}/http/import`
pub fn import_into(request: &Request) -> Parsed<Import> {
    let target = Target::Connector(connector_id(request)?);
    import(request, target, document::read(request, true)?)
}

fn import(request: &Request, target: Target, document: Document) -> Parsed<Import> {
    let import = ImportDocument {
        target,
        document,
        base: links::base(request),
    };
    operate(request, import)
}

/// `GET /o/{org}/protocols/{slug}/upload-url`
pub fn upload_url(request: &Request) -> Parsed<Export> {
    read(GetUploadUrl {
        protocol: request.param("protocol").to_owned(),
        base: links::base(request),
        expected: Expected::of(request)?,
    })
}

/// `PUT /uploads/{ticket}`
pub fn put_upload(request: &Request) -> Parsed<Import> {
    Expected::check(request)?;
    let id = uploads::id_of(&request.signed)?;
    Ok(Import::Upload(id, request.body.to_vec()).into())
}

/// `GET /uploads/{ticket}`
pub fn get_upload(request: &Request) -> Parsed<Export> {
    uploads::id_of(&request.signed).map(|id| Export::Upload(id).into())
}
