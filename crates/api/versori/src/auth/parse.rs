//! Requests for auth scheme configs and the authorization of OAuth 2.0.

use hub::command::{Export, Import, Update};
use hub::error::{Error, FieldError};

use super::authorization::Initialise;
use super::operations::{DeleteScheme, PutScheme};
use crate::address::base;
use crate::request::{connector_id, operate};
use api::request::Request;
use api::route::Parsed;

/// Where users come back to after they have signed in.
const CALLBACK: &str = "/oauth2/callback";

/// `PUT /o/{org}/connectors/{id}/auth-scheme-configs/{config}`
pub(crate) fn put_scheme(request: &Request) -> Parsed<Update> {
    let (connector, body) = (connector_id(request)?, request.json_or_undeclared()?);
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
pub(crate) fn delete_scheme(request: &Request) -> Parsed<Update> {
    let (connector, id) = (connector_id(request)?, request.param("config").to_owned());
    operate(request, DeleteScheme { connector, id })
}

/// `POST /o/{org}/connectors/{id}/oauth2/initialise`
pub(crate) fn initialise(request: &Request) -> Parsed<Import> {
    let initialise = Initialise {
        connector: connector_id(request)?,
        redirect_uri: format!("{}{CALLBACK}", base(request)),
        body: request.json_or_undeclared()?,
    };
    operate(request, initialise)
}

/// `GET /oauth2/callback`, where a user comes back to with a code or an error (RFC 6749, section
/// 4.1.2). The page hands both to the window that opened it.
pub(crate) fn callback(request: &Request) -> Parsed<Export> {
    if request.query("code").is_none() && request.query("error").is_none() {
        return Err(Error::field(FieldError::required("code")));
    }
    Ok(Export::Describe.into())
}
