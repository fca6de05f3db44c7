//! Requests for protocols.

use hub::command::Export;

use super::operations::{ListAuthSchemes, ListProtocols};
use crate::page::Page;
use crate::request::read;
use api::request::Request;
use api::route::Parsed;

/// `GET /o/{org}/protocols`
pub(crate) fn list_protocols(request: &Request) -> Parsed<Export> {
    read(ListProtocols(Page::of(request)?))
}

/// `GET /o/{org}/protocols/{slug}/auth-schemes`
pub(crate) fn list_auth_schemes(request: &Request) -> Parsed<Export> {
    let protocol = request.param("protocol").to_owned();
    read(ListAuthSchemes { protocol })
}
