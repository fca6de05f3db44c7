//! What the parsers of all resources share.

use std::sync::Arc;

use hub::command::{Export, Operate, Read};
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::Kind;
use hub::operation::{Operation, Reading};

use api::request::Request;
use api::route::Parsed;
use api::{conditional, preview};

/// A reading as a command.
///
/// # Errors
/// None.
pub(crate) fn read(reading: impl Reading + 'static) -> Parsed<Export> {
    Ok(Export::Read(Read(Arc::new(reading))).into())
}

/// An operation as a command.
///
/// # Errors
/// [`Error::Malformed`] or [`Error::Invalid`] for conditions and preferences that cannot be read.
pub(crate) fn operate<C: From<Operate>>(
    request: &Request,
    operation: impl Operation + 'static,
) -> Parsed<C> {
    let operate = Operate {
        operation: Arc::new(operation),
        precondition: conditional::precondition(request)?,
        preview: preview::is_wanted(request)?,
    };
    Ok(C::from(operate).into())
}

/// The connector that the path names. What is no ULID is the id of no connector.
///
/// # Errors
/// [`Error::NotFound`] for such an id.
pub(crate) fn connector_id(request: &Request) -> Result<Uid> {
    let id = request.param("connector");
    Uid::parse_ulid(id).ok_or_else(|| Error::not_found(Kind::Connector, id))
}
