//! Requests for actions, triggers, definitions and schemas.

use hub::command::{Export, Import, Update};
use hub::error::Result;

use super::contents::PartKind;
use super::delete::{Chosen, DeleteParts};
use super::found::PartsPath;
use super::operations::{CreateParts, GetPart, GetSchema, ListParts, UpdatePart};
use crate::address::base;
use crate::page::Page;
use crate::request::{operate, read};
use crate::version::path::version_path;
use api::request::Request;
use api::route::Parsed;

fn parts_path(request: &Request, kind: PartKind) -> Result<PartsPath> {
    Ok(PartsPath {
        path: version_path(request)?,
        kind,
        base: base(request),
    })
}

/// `GET …/versions/{version}/{parts}`
pub(crate) fn list_parts(request: &Request, kind: PartKind) -> Parsed<Export> {
    read(ListParts {
        parts: parts_path(request, kind)?,
        name: request.query("name").unwrap_or_default().to_owned(),
        page: Page::of(request)?,
    })
}

/// `GET …/versions/{version}/{parts}/{name}`
pub(crate) fn get_part(request: &Request, kind: PartKind) -> Parsed<Export> {
    let (parts, name) = (parts_path(request, kind)?, request.param("name").to_owned());
    read(GetPart { parts, name })
}

/// `POST …/versions/{version}/{parts}`
pub(crate) fn create_parts(request: &Request, kind: PartKind) -> Parsed<Import> {
    let (parts, body) = (parts_path(request, kind)?, request.json_or_undeclared()?);
    operate(request, CreateParts { parts, body })
}

/// `PUT …/versions/{version}/{parts}/{name}`
pub(crate) fn update_part(request: &Request, kind: PartKind) -> Parsed<Update> {
    let (parts, body) = (parts_path(request, kind)?, request.json_or_undeclared()?);
    let name = request.param("name").to_owned();
    operate(request, UpdatePart { parts, name, body })
}

/// `DELETE …/versions/{version}/{parts}/{name}`
pub(crate) fn delete_part(request: &Request, kind: PartKind) -> Parsed<Update> {
    delete_parts_of(
        request,
        kind,
        Chosen::Name(request.param("name").to_owned()),
    )
}

/// `DELETE …/versions/{version}/{parts}`
pub(crate) fn delete_parts(request: &Request, kind: PartKind) -> Parsed<Update> {
    delete_parts_of(request, kind, Chosen::Body(request.json_or_undeclared()?))
}

fn delete_parts_of(request: &Request, kind: PartKind, chosen: Chosen) -> Parsed<Update> {
    let delete = DeleteParts {
        parts: parts_path(request, kind)?,
        chosen,
        force: request.query_flag("force")?,
    };
    operate(request, delete)
}

/// `GET /o/{org}/schemas/{id}/{version}/{file}`
pub(crate) fn get_schema(request: &Request) -> Parsed<Export> {
    let (path, file) = (version_path(request)?, request.param("file").to_owned());
    read(GetSchema { path, file })
}
