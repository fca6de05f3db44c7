//! Committing plans.

use std::rc::Rc;

use hub::dialects::Dialects;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::plan::Plan;

use crate::Store;
use crate::batch::Outcome;
use crate::commit::{BATCH_BYTES, BATCH_PLANS};
use crate::database::{Database, Failure};
use crate::refusal;
use crate::statements::Encoded;

/// A change that is on disk.
///
/// The slug that a new object got is not told, since it may differ from the one it asked for where
/// nothing was claimed: who needs it reads the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The object.
    pub uid: Uid,
    /// The change's revision. Of a create it is the object's id as well.
    pub revision: i64,
}

impl<D: Database> Store<D> {
    /// Carries out a plan, all of it or nothing, and says so when it is on disk. `actor` is who
    /// asked for it.
    ///
    /// # Errors
    /// - [`Error::AlreadyExists`]: what must be unique of a create is taken, or a name of a scope
    ///   is.
    /// - [`Error::NotFound`]: what is changed, its parent or its scope is not there.
    /// - [`Error::Conflict`]: it was changed since the revision that the plan expects.
    /// - [`Error::Unavailable`]: others kept writing for several seconds; nothing was done.
    /// - [`Error::Internal`]: the database failed. Whether it was done may then not be known.
    pub async fn commit(&self, plan: Plan, actor: &str) -> Result<Vec<Committed>> {
        let mut results = self.commit_all(vec![plan], actor).await;
        results
            .pop()
            .unwrap_or_else(|| Err(Error::Internal("a plan was not answered".to_owned())))
    }

    /// Carries out plans that have nothing to do with each other, in order, each with its own
    /// verdict. What does not fit into one statement goes into several, between which others
    /// have their turn.
    pub async fn commit_all(&self, plans: Vec<Plan>, actor: &str) -> Vec<Result<Vec<Committed>>> {
        let mut results = Vec::with_capacity(plans.len());
        let mut rest = plans.as_slice();
        while !rest.is_empty() {
            let encoded = match encode_some(rest, actor, self.dialects) {
                Ok(encoded) => encoded,
                Err(error) => {
                    results.extend(rest.iter().map(|_| Err(error.clone())));
                    break;
                }
            };
            let (now, later) = rest.split_at_checked(encoded.len()).unwrap_or((rest, &[]));
            rest = later;
            let outcomes = self.queue.submit(&self.database, encoded.clone()).await;
            let each = now.iter().zip(encoded.iter()).zip(outcomes);
            results
                .extend(each.map(|((plan, encoded), outcome)| self.result(plan, encoded, outcome)));
        }
        results
    }

    fn result(&self, plan: &Plan, encoded: &Encoded, outcome: Outcome) -> Result<Vec<Committed>> {
        match outcome {
            Outcome::Written(revisions) => Ok(plan
                .changes
                .iter()
                .zip(revisions)
                .map(|(change, revision)| Committed {
                    uid: change.object.uid,
                    revision,
                })
                .collect()),
            Outcome::Refused if plan.changes.is_empty() => Ok(Vec::new()),
            Outcome::Refused | Outcome::Failed(Failure::Step) => {
                Err(refusal::explain(&self.database, plan, encoded)?)
            }
            Outcome::Failed(Failure::Unique(table, column)) => {
                let error =
                    refusal::not_unique(&self.database, self.dialects, plan, &table, &column)?;
                Err(error)
            }
            Outcome::Failed(failure) => Err(failure.into()),
        }
    }
}

/// The first of the plans, as many as fit into one statement and at least one.
fn encode_some(plans: &[Plan], actor: &str, dialects: &dyn Dialects) -> Result<Rc<[Encoded]>> {
    let mut encoded = Vec::new();
    let mut bytes: usize = 0;
    for plan in plans.iter().take(BATCH_PLANS) {
        let next = Encoded::new(plan, actor, dialects)?;
        bytes = bytes.saturating_add(next.bytes());
        if bytes > BATCH_BYTES && !encoded.is_empty() {
            break;
        }
        encoded.push(next);
    }
    Ok(encoded.into())
}
