//! Requests for versions.

use hub::command::{Export, Import, Update};

use super::library::ImportFromLibrary;
use super::operations::{
    CreateVersion, DeleteVersion, GetVersion, ListVersions, Publish, UpdateVersion,
};
use super::path::version_path;
use crate::page::Page;
use crate::request::{connector_id, operate, read};
use api::request::Request;
use api::route::Parsed;

/// `GET /o/{org}/connectors/{id}/versions`
pub(crate) fn list_versions(request: &Request) -> Parsed<Export> {
    let (connector, page) = (connector_id(request)?, Page::of(request)?);
    read(ListVersions { connector, page })
}

/// `POST /o/{org}/connectors/{id}/versions`
pub(crate) fn create_version(request: &Request) -> Parsed<Import> {
    let (connector, body) = (connector_id(request)?, request.json_or_undeclared()?);
    operate(request, CreateVersion { connector, body })
}

/// `GET /o/{org}/connectors/{id}/versions/{version}`
pub(crate) fn get_version(request: &Request) -> Parsed<Export> {
    read(GetVersion(version_path(request)?))
}

/// `PUT /o/{org}/connectors/{id}/versions/{version}`
pub(crate) fn update_version(request: &Request) -> Parsed<Update> {
    let (path, body) = (version_path(request)?, request.json_or_undeclared()?);
    operate(request, UpdateVersion { path, body })
}

/// `DELETE /o/{org}/connectors/{id}/versions/{version}`
pub(crate) fn delete_version(request: &Request) -> Parsed<Update> {
    let (path, force) = (version_path(request)?, request.query_flag("force")?);
    operate(request, DeleteVersion { path, force })
}

/// `POST …/versions/{version}/publish`
pub(crate) fn publish(request: &Request) -> Parsed<Update> {
    let (path, published) = (version_path(request)?, true);
    operate(request, Publish { path, published })
}

/// `POST …/versions/{version}/unpublish`
pub(crate) fn unpublish(request: &Request) -> Parsed<Update> {
    let (path, published) = (version_path(request)?, false);
    operate(request, Publish { path, published })
}

/// `POST …/versions/{version}/library/import`
pub(crate) fn import_from_library(request: &Request) -> Parsed<Import> {
    let path = version_path(request)?;
    operate(request, ImportFromLibrary { path })
}
