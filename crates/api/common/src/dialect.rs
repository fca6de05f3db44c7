//! What a dialect is.

use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::fields::FieldErrors;
use hub::object::Kind;
use hub::resource::Resource;
use hub::scope::Scope;
use serde_json::Value;

use crate::request::Request;
use crate::response::Response;
use crate::scope::ScopeName;
use crate::task::Task;

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

    /// How the dialect calls a scope, where it has a name of its own for one.
    fn scope_name(&self) -> Option<&'static dyn ScopeName> {
        None
    }

    /// The name of the secret with the certificates of a connector's tool, where the dialect keeps
    /// it in a form of its own.
    fn ca_secret<'d>(&self, _doc: &'d Value) -> Option<&'d str> {
        None
    }

    /// Notes what is wrong with the document of a class, as far as only the dialect knows it.
    /// Whichever dialect writes a class, all are asked.
    fn check_class(&self, _doc: &Value, _faults: &mut FieldErrors) {}

    /// Prints why a request was refused, in the dialect's published form.
    fn error(&self, request: &Request, error: &Error) -> Response;

    /// The credential of a request, where it comes in a header of the dialect's own.
    fn credential<'r>(&self, _request: &'r Request) -> Option<&'r str> {
        None
    }

    /// Takes out of a connector's document what says, in the dialect's terms, which connector it is
    /// and who manages it: a clone must not have it.
    fn strip_identity(&self, _doc: &mut Value) {}

    /// What its jobs do.
    fn tasks(&self) -> &'static [&'static dyn Task] {
        &[]
    }

    /// The document of a kind in which the dialect keeps track of who owns which field.
    fn tracks_owners(&self, _kind: Kind) -> Option<&'static dyn Resource> {
        None
    }
}
