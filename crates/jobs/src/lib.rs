//! Carries out jobs.
//!
//! A job is accepted when it is on disk ([`start`]). Whoever works on it has taken it on lease ([`lease`]) and works
//! batch by batch. The end of a batch is one plan: the job's own change, which nobody but the holder of the lease can
//! make, and the changes of the batch's objects. So when an instance dies, at whatever moment, the next one goes on after
//! the last batch that was committed, and nothing is done twice. Whoever comes next takes up what was left: whoever
//! asks for the status, a tick, or the next job of anybody ([`run`]).

mod cycles;
pub mod export;
pub mod import;
mod lease;
mod matching;
#[cfg(feature = "merge")]
mod native;
mod planned;
mod references;
mod resolve;
pub mod run;
pub mod start;

use hub::error::Result;
use hub::reference::ResolvedReference;
use serde_json::Value;

#[cfg(feature = "merge")]
pub use native::Core;

/// What jobs ask of the merge core.
pub trait MergeCore {
    /// Resolves the references that the extractors select, among the candidates.
    ///
    /// # Errors
    /// [`hub::error::Error::Invalid`] with everything that an extractor selects and that is no reference.
    fn resolve(
        &self,
        document: &Value,
        extractors: &[String],
        candidates: &Value,
        rules: &Value,
    ) -> Result<(Value, Vec<ResolvedReference>)>;

    /// The JSON Pointers of what differs between two documents.
    ///
    /// # Errors
    /// Those of the merge core, for documents above its limits.
    fn changed(&self, before: &Value, after: &Value) -> Result<Vec<String>>;
}
