//! Carries out jobs, whatever their tasks are ([`api::task`]).
//!
//! A job is accepted when it is on disk ([`start`]). Whoever works on it has taken it on lease
//! ([`lease`]) and works batch by batch ([`snapshot`], [`items`]). The end of a batch is one plan:
//! the job's own change, which nobody but the holder of the lease can make, and the changes of the
//! batch's objects. So when an instance dies, at whatever moment, the next one goes on after the
//! last batch that was committed, and nothing is done twice. Whoever comes next takes up what
//! was left: whoever asks for the status, a tick, or the next job of anybody ([`run`]).

mod items;
mod lease;
mod lookup;
#[cfg(feature = "merge")]
mod native;
pub mod run;
mod snapshot;
pub mod start;

use api::task::Connectors;
use hub::class::Classes;
use hub::error::{Error, Result};
use hub::object::ScopeId;
use serde_json::Value;
use store::Store;
use store::database::Database;

pub use api::task::{MergeCore, Task};
#[cfg(feature = "merge")]
pub use native::Core;

/// What the dialects bring to jobs.
#[derive(Clone, Copy, Debug)]
pub struct Tasks {
    /// Finds the task of a name.
    pub find: fn(&str) -> Option<&'static dyn Task>,
    /// Takes out of a connector's document what says which one it is and who manages it.
    pub strip_identity: fn(&mut Value),
}

/// What is known of the connectors of a scope.
fn connectors<D: Database>(store: &Store<D>, tasks: Tasks, scope: ScopeId) -> Result<Connectors> {
    Ok(Connectors {
        classes: Classes::of(store.classes(scope)?),
        strip_identity: tasks.strip_identity,
    })
}

fn task(tasks: Tasks, name: &str) -> Result<&'static dyn Task> {
    (tasks.find)(name).ok_or_else(|| Error::Internal(format!("no task has the name {name:?}")))
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
