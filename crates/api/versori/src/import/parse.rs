//! Requests for imports.

use hub::command::Import;

use super::operations::{ImportDocument, Target};
use super::source::{self, ImportSource};
use crate::address::base;
use crate::request::{connector_id, operate};
use api::request::Request;
use api::route::Parsed;

/// `POST /o/{org}/protocols/http/import`
pub(crate) fn import_new(request: &Request) -> Parsed<Import> {
    import(request, Target::New, source::read(request, false)?)
}

/// `POST /o/{org}/connector/{id}/http/import`
pub(crate) fn import_into(request: &Request) -> Parsed<Import> {
    let target = Target::Connector(connector_id(request)?);
    import(request, target, source::read(request, true)?)
}

fn import(request: &Request, target: Target, source: ImportSource) -> Parsed<Import> {
    let import = ImportDocument {
        target,
        source,
        base: base(request),
    };
    operate(request, import)
}
