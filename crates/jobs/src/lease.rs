//! Leases: at any time at most one worker can get a job on.
//!
//! The revision of the job's object is what proves a lease: it changes with everything that is done
//! to the job, and every batch is committed only if it is still the one that the worker knows. A
//! worker that was slow, or dead for a while, is refused and stops. The time in the job only keeps
//! others from trying too early.

use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::job::{Job, Status};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Plan};
use hub::time::Timestamp;
use store::Store;
use store::database::Database;

/// How long a worker is left alone between two batches, in seconds. A batch takes one or two tenths
/// of a second.
const LEASE_SECONDS: i64 = 2;
/// How often a job is taken up without getting on before it fails: it must not be tried for ever.
const ATTEMPTS: u32 = 30;

/// How often the size of a batch is halved at most.
const HALVINGS: u32 = 6;

/// A lease of a job.
pub(crate) struct Lease {
    /// The object of the job.
    pub object: Object,
    pub job: Job,
}

/// What became of a commit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Committed {
    /// It is on disk.
    Yes,
    /// Somebody changed an object meanwhile: read again, and repeat it.
    Stale,
    /// Somebody else has the job now, or it is gone.
    Lost,
}

impl Lease {
    /// How many items the next batch has where `most` are usual. A job whose workers die before
    /// they commit anything gets half as many with each of them, so that it gets on where
    /// instances do not live long enough for a usual batch.
    pub(crate) fn batch_size(&self, most: i64) -> i64 {
        batch_size(most, self.job.attempts)
    }

    /// Takes a job on lease; none when it is over, or somebody else has it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] when the store fails, as in everything here.
    pub(crate) async fn take<D: Database>(
        store: &Store<D>,
        scope: ScopeId,
        uid: Uid,
    ) -> Result<Option<Self>> {
        let Some(object) = store.find(scope, Kind::Job, &ObjectRef::Uid(uid))? else {
            return Ok(None);
        };
        let (now, mut job) = (Timestamp::now(), Job::of(&object)?);
        if !job.is_abandoned(now) || job.has_expired(now) {
            return Ok(None);
        }
        let mut lease = Self {
            object,
            job: job.clone(),
        };
        job.status = Status::InProgress;
        job.attempts = job.attempts.saturating_add(1);
        if job.attempts > ATTEMPTS {
            let message = format!(
                "The job was taken up {ATTEMPTS} times and did not get on after {} objects. Start it again.",
                job.done
            );
            end(&mut job, Status::Failed, message);
        }
        let taken = lease.write(store, job, LEASE_SECONDS, Vec::new()).await? == Committed::Yes;
        Ok((taken && !lease.job.is_over()).then_some(lease))
    }

    /// Commits that the job is as far as `job` says, together with changes.
    ///
    /// # Errors
    /// As [`Lease::take`].
    pub(crate) async fn advance<D: Database>(
        &mut self,
        store: &Store<D>,
        mut job: Job,
        changes: Vec<Change>,
    ) -> Result<Committed> {
        job.attempts = 0;
        self.write(store, job, LEASE_SECONDS, changes).await
    }

    /// Extends the lease for a batch that takes so many times as long as others. False when
    /// somebody else has the job.
    ///
    /// # Errors
    /// As [`Lease::take`].
    pub(crate) async fn extend<D: Database>(
        &mut self,
        store: &Store<D>,
        times: i64,
    ) -> Result<bool> {
        let seconds = LEASE_SECONDS.saturating_add(LEASE_SECONDS.saturating_mul(times));
        let committed = self.write(store, self.job.clone(), seconds, Vec::new());
        Ok(committed.await? == Committed::Yes)
    }

    async fn write<D: Database>(
        &mut self,
        store: &Store<D>,
        mut job: Job,
        lease_seconds: i64,
        changes: Vec<Change>,
    ) -> Result<Committed> {
        let now = Timestamp::now();
        job.leased_until = if job.is_over() {
            0
        } else {
            now.plus_seconds(lease_seconds).millis()
        };
        let mut own = Change::observe(self.object.clone(), job.doc()?);
        own.object.updated_at = now;
        let object = own.object.clone();
        let mut plan = Plan::of(own);
        plan.changes.extend(changes);
        let revision = match store.commit(plan, &job.actor).await {
            Ok(committed) => committed.first().map(|own| own.revision),
            // Another job created the same object.
            Err(Error::AlreadyExists { .. }) => return Ok(Committed::Stale),
            Err(Error::Conflict { kind, .. } | Error::NotFound { kind, .. }) => {
                let own = kind == Kind::Job.as_str() || kind == Kind::Scope.as_str();
                return Ok(if own {
                    Committed::Lost
                } else {
                    Committed::Stale
                });
            }
            Err(error) => return Err(error),
        };
        let revision =
            revision.ok_or_else(|| Error::Internal("a job was not committed".to_owned()))?;
        self.object = Object { revision, ..object };
        self.job = job;
        Ok(Committed::Yes)
    }
}

/// Ends a job.
pub(crate) fn end(job: &mut Job, status: Status, message: String) {
    job.status = status;
    job.message = Some(message);
    job.completed = Some(Timestamp::now().millis());
}

fn batch_size(most: i64, attempts: u32) -> i64 {
    let halvings = attempts.saturating_sub(1).min(HALVINGS);
    most.checked_shr(halvings).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::batch_size;

    #[test]
    fn a_job_whose_workers_die_has_smaller_batches() {
        let sizes = [0, 1, 2, 3, 7, 30].map(|attempts| batch_size(1000, attempts));
        assert_eq!(sizes, [1000, 1000, 500, 250, 15, 15]);
    }
}
