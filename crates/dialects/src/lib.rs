//! The wire APIs. A dialect turns requests into the hub's commands and outcomes into its own responses; it does no
//! I/O and never talks to another dialect.
//!
//! Every dialect is a folder with the same files: `mod` (its [`Dialect`] and routes), `wire` (its documents to and
//! from the hub's), `parse` (requests), `render` (responses) and `error`.

pub mod conditional;
pub mod form;
pub mod kubernetes;
pub mod multipart;
pub mod native;
pub mod pingone;
pub mod preview;
pub mod privacera;
pub mod request;
pub mod response;
pub mod route;
pub mod sailpoint;
pub mod versori;

pub use hub::resource;

use hub::command::Outcome;
use hub::error::{Error, Result};
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

    /// The name of the secret with the certificates of a connector's tool, where the dialect keeps it in a form of its own.
    fn ca_secret<'d>(&self, _doc: &'d Value) -> Option<&'d str> {
        None
    }

    /// Prints why a request was refused, in the dialect's published form.
    fn error(&self, request: &Request, error: &Error) -> Response;

    /// Whether the body is an upload of a file, which has a limit of its own.
    fn takes_file(&self, _request: &Request) -> bool {
        false
    }

    /// Together with what a request counts against the rate limit of its caller; none where the dialect publishes no
    /// limit.
    fn rate_limited(&self, _request: &Request) -> Option<String> {
        None
    }
}

/// Makes the document of a connector that of a new one like it: without what says who the other one is and who manages it.
pub fn strip_identity(doc: &mut Value) {
    if let Some(doc) = doc.as_object_mut() {
        doc.shift_remove("status");
        kubernetes::strip_metadata(doc);
        sailpoint::wire::strip_identity(doc);
    }
}

/// All of them, as the hub asks them.
pub struct All;

impl hub::dialects::Dialects for All {
    fn ca_secret<'d>(&self, doc: &'d Value) -> Option<&'d str> {
        kubernetes::Kubernetes.ca_secret(doc)
    }
}

/// What a dialect says when a function hands it an outcome that the command cannot have. What is in the outcome is
/// not for the log.
fn impossible(outcome: &Outcome) -> Error {
    let variant = std::mem::discriminant(outcome);
    Error::Internal(format!("no rendering of the outcome {variant:?}"))
}
