//! What the application needs of what it runs on: Spin's components, or a native server.

use std::future::Future;
use std::time::Duration;

use hub::error::{Error, FieldError, Ownership, Result};
use hub::fetch::{FetchResult, FetchTarget};
use hub::id::Uid;
use hub::operation::Merged;
use hub::time::Timestamp;
use serde_json::Value;
use store::Store;
use store::database::Database;

/// All of it, in one value that is cheap to clone.
pub trait Platform: ProbeFunction + Tasks + Clone + 'static {
    /// The database of the store.
    type Database: Database + Clone + 'static;

    /// The merge core.
    type Merge: MergeCore;

    /// The merge core.
    fn merge(&self) -> &Self::Merge;

    /// Keeps what is uploaded under an id. False when something is there already.
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be kept, as in all that keeps uploads.
    fn put_upload(
        &self,
        store: &Store<Self::Database>,
        uid: Uid,
        content: &[u8],
    ) -> impl Future<Output = Result<bool>>;

    /// What was uploaded under an id and has not expired.
    ///
    /// # Errors
    /// As [`Platform::put_upload`].
    fn upload(
        &self,
        store: &Store<Self::Database>,
        uid: Uid,
    ) -> impl Future<Output = Result<Option<Vec<u8>>>>;

    /// Removes uploads that have expired.
    ///
    /// # Errors
    /// As [`Platform::put_upload`].
    fn expire_uploads(&self, store: &Store<Self::Database>) -> impl Future<Output = Result<()>>;

    /// Whether what keeps data answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] when it does not.
    fn ready(&self, store: &Store<Self::Database>) -> impl Future<Output = Result<()>>;
}

/// Work that nobody waits for.
pub trait Tasks {
    /// Does work when the response is out. It ends with the instance.
    fn spawn(&self, work: impl Future<Output = ()> + 'static);

    /// Lets time pass.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()>;

    /// Logs that work nobody waits for has failed.
    fn fault(&self, what: &str, error: &Error);
}

/// What the probe function does for the others.
pub trait ProbeFunction {
    /// The fields of a class that cannot be used. The engines for them are as large as a function,
    /// so that only probe has them.
    ///
    /// # Errors
    /// [`Error::Internal`] when probe cannot be reached, [`Error::Unavailable`] when it does not
    /// answer in time.
    fn check_class(&self, doc: &Value) -> impl Future<Output = Result<Vec<FieldError>>>;

    /// What an address answers: only probe has a way out, and it looks where the way leads.
    ///
    /// # Errors
    /// As [`ProbeFunction::check_class`].
    fn fetch(&self, target: &FetchTarget) -> impl Future<Output = Result<FetchResult>>;

    /// Tells probe that something was written, when the response is out.
    fn announce_changes(&self);
}

/// The merge core (wit/merge.wit). Every function fails with [`Error::Invalid`] and every field of
/// the payload that is wrong.
pub trait MergeCore: jobs::MergeCore {
    /// Lays a payload over a template, rows by name.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    fn template(&self, template: &Value, payload: &Value, rules: &str) -> Result<Merged>;

    /// Replaces a document: what the payload leaves out is unset, except where the rules say
    /// otherwise.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    fn replace(&self, current: &Value, payload: &Value, rules: &str) -> Result<Merged>;

    /// Changes a document by a JSON Merge Patch (RFC 7396).
    ///
    /// # Errors
    /// [`Error::Invalid`].
    fn merge_patch(&self, current: &Value, patch: &Value) -> Result<Merged>;

    /// Changes a document by a JSON Patch (RFC 6902): by all of its operations or none.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    fn json_patch(&self, current: &Value, patch: &Value) -> Result<Merged>;

    /// Applies what a writer wants to a document, or to nothing where there is none yet. Answers
    /// the document and who owns what of it now.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Owned`] with every field that belongs to others.
    fn apply(
        &self,
        current: Option<&Value>,
        owners: &Value,
        payload: &Value,
        writer: &Writer,
        force: bool,
        rules: &str,
    ) -> Result<(Merged, Value)>;

    /// Who owns what of a document that was written in another way than by [`MergeCore::apply`].
    ///
    /// # Errors
    /// [`Error::Invalid`] when the owners cannot be read.
    fn owners_after(
        &self,
        before: Option<&Value>,
        after: &Value,
        owners: &Value,
        writer: &Writer,
        rules: &str,
    ) -> Result<Value>;
}

/// Who writes, where a dialect keeps track of who owns which field.
#[derive(Clone, Debug, PartialEq)]
pub struct Writer {
    /// The name that the writer goes by.
    pub manager: String,
    /// The version that the document is written in.
    pub version: String,
    /// The part of the object that is written through; empty for all of it.
    pub subresource: String,
    /// When.
    pub at: Timestamp,
}

/// A conflict of an apply in the hub's words. The message of the merge core is `conflict with "m"
/// using v: .field`.
pub fn ownership(message: &str, field: String) -> Ownership {
    let owner = message.strip_prefix("conflict with ").and_then(|rest| {
        let rest = rest.strip_suffix(field.as_str())?;
        rest.strip_suffix(": ")
    });
    Ownership {
        owner: owner.unwrap_or(message).to_owned(),
        field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conflict_names_the_owner() {
        let message = "conflict with \"kubectl\" using v1: .spec.address";
        let owned = ownership(message, ".spec.address".to_owned());
        assert_eq!(owned.owner, "\"kubectl\" using v1");
    }
}
