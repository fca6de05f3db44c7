//! Requests for uploads and the links to them.

use hub::command::{Export, Import};

use super::operations::{Expected, GetUploadUrl, id_of};
use crate::address::base;
use crate::request::read;
use api::request::Request;
use api::route::Parsed;

/// `GET /o/{org}/protocols/{slug}/upload-url`
pub(crate) fn upload_url(request: &Request) -> Parsed<Export> {
    read(GetUploadUrl {
        protocol: request.param("protocol").to_owned(),
        base: base(request),
        expected: Expected::of(request)?,
    })
}

/// `PUT /uploads/{signed}`
pub(crate) fn put_upload(request: &Request) -> Parsed<Import> {
    Expected::check(request)?;
    let id = id_of(&request.signed)?;
    Ok(Import::Upload(id, request.body.to_vec()).into())
}

/// `GET /uploads/{signed}`
pub(crate) fn get_upload(request: &Request) -> Parsed<Export> {
    id_of(&request.signed).map(|id| Export::Upload(id).into())
}
