//! What all wire APIs share. A dialect turns requests into the hub's commands and outcomes into its own responses; it
//! does no I/O and never talks to another dialect.

pub mod conditional;
pub mod form;
pub mod health;
pub mod multipart;
pub mod preview;
pub mod request;
pub mod response;
pub mod route;

use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::object::Kind;
use hub::resource::Resource;
use hub::scope::Scope;
use serde_json::Value;

use crate::request::Request;
use crate::response::Response;

/// One of the published APIs, or our own.
pub trait Dialect: Sync {
    /// The name it goes by in the log.
    fn name(&self) -> &'static str;

    /// Prints what came of a request in a scope; public routes have none.
    ///
    /// # Errors
    /// [`Error::Internal`] when an outcome is none that the request can have.
    fn render(
        &self,
        request: &Request,
        outcome: Outcome,
        scope: Option<&Scope>,
    ) -> Result<Response>;

    /// Whether callers without a credential may be let in, where the deployment says so.
    fn takes_anonymous(&self) -> bool {
        false
    }

    /// Prints why a request was refused, in the dialect's published form.
    fn error(&self, request: &Request, error: &Error) -> Response;

    /// The credential of a request, where it comes in a header of the dialect's own.
    fn credential<'r>(&self, _request: &'r Request) -> Option<&'r str> {
        None
    }

    /// Takes out of a connector's document what says, in the dialect's terms, which connector it is and who manages it:
    /// a clone must not have it.
    fn strip_identity(&self, _doc: &mut Value) {}

    /// The document of a kind in which the dialect keeps track of who owns which field.
    fn tracks_owners(&self, _kind: Kind) -> Option<&'static dyn Resource> {
        None
    }
}

/// What a dialect says when a function hands it an outcome that the command cannot have. What is in the outcome is
/// not for the log.
pub fn impossible(outcome: &Outcome) -> Error {
    let variant = std::mem::discriminant(outcome);
    Error::Internal(format!("no rendering of the outcome {variant:?}"))
}
