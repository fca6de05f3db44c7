//! Imports and their previews: a batch of the file at a time.

use std::collections::HashMap;

use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::job::{Item, Job, Status, Task};
use hub::object::{Kind, Object, ScopeId};
use serde_json::Value;
use store::Store;
use store::database::Database;

use crate::MergeCore;
use crate::cycles::Cycles;
use crate::export::{self, count};
use crate::lease::{Committed, Held, end};
use crate::matching::{Head, targets};
use crate::planned::{Planned, Subject, hold_back, plan};
use crate::references::{candidates, rules};
use crate::resolve::{Keys, lose, resolve};

/// How many objects a batch has at most; a cycle is not divided. The more, the less an object costs in a large scope, where each
/// of them is on a page of its own in the indexes by uid; but others wait for as long as a batch is written.
const BATCH: i64 = 1000;
/// How often a batch is done again because others changed its objects, before others are let go first.
const ATTEMPTS: usize = 8;

/// Works on an import or a preview until it is over or belongs to somebody else. Its backup comes first.
///
/// # Errors
/// [`Error::NotFound`] when there is no such job, and those of the store.
pub async fn run<D: Database>(
    store: &Store<D>,
    core: &impl MergeCore,
    scope: ScopeId,
    uid: Uid,
) -> Result<()> {
    let job = Job::of(&store.object(scope, Kind::Job, &ObjectRef::Uid(uid))?)?;
    let mut backup_failed = false;
    if let Some(backup) = job.backup().filter(|_| !job.is_over()) {
        let backup = export::run(store, scope, backup).await?;
        if !backup.is_over() {
            return Ok(());
        }
        backup_failed = backup.status != Status::Complete;
    }
    let Some(mut held) = Held::take(store, scope, uid).await? else {
        return Ok(());
    };
    if backup_failed {
        let mut job = held.job.clone();
        let message = "The backup failed, so nothing was imported. Start the import again.";
        end(&mut job, Status::Failed, message.to_owned());
        held.get_on(store, job, Vec::new()).await?;
        return Ok(());
    }
    let request = store.job_request(uid)?;
    let import = Import {
        store,
        core,
        scope,
        rules: rules(store, scope, uid, &request)?,
        cycles: Cycles::of(&request),
    };
    while !held.job.is_over() {
        if !import.batch(&mut held).await? {
            break;
        }
    }
    Ok(())
}

struct Import<'a, D, C> {
    store: &'a Store<D>,
    core: &'a C,
    scope: ScopeId,
    rules: Value,
    cycles: Cycles,
}

impl<D: Database, C: MergeCore> Import<'_, D, C> {
    /// Does the next batch; false when the job belongs to somebody else.
    async fn batch(&self, held: &mut Held) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let items = self.items(held)?;
            let length = count(items.len());
            if length > BATCH && !held.stay(self.store, length / BATCH).await? {
                return Ok(false);
            }
            let planned = self.plan(held, items)?;
            let mut job = held.job.clone();
            let total = job.total.unwrap_or_default();
            job.done = if length == 0 {
                total
            } else {
                job.done.saturating_add(length)
            };
            let (mut results, mut changes) = (Vec::new(), Vec::new());
            for planned in planned {
                job.failed += i64::from(planned.result.failed);
                job.applied += i64::from(planned.result.target.is_some());
                results.push(planned.result);
                changes.extend(planned.changes);
            }
            if job.task == Task::Preview {
                changes.clear();
            }
            if job.done >= total {
                finish(&mut job);
            }
            self.store.put_job_results(&held.object, &results).await?;
            match held.get_on(self.store, job, changes).await? {
                Committed::Yes => return Ok(true),
                Committed::Lost => return Ok(false),
                Committed::Stale => {}
            }
        }
        Err(Error::Unavailable { retry_after: 1 })
    }

    /// The items of the next batch: a cycle is in one whole, however large it is.
    fn items(&self, held: &Held) -> Result<Vec<(i64, Item)>> {
        let (job, done) = (held.object.uid, held.job.done);
        let mut items = self.store.job_items(job, done, BATCH)?;
        let Some((last, _)) = items.last() else {
            return Ok(items);
        };
        let (mut last, end) = (*last, self.cycles.end_of_batch(done, *last));
        items.retain(|(place, _)| *place <= end);
        while last < end {
            let more = self.store.job_items(job, last, end.saturating_sub(last))?;
            let Some((place, _)) = more.last() else {
                break;
            };
            last = *place;
            items.extend(more);
        }
        Ok(items)
    }

    fn plan(&self, held: &Held, items: Vec<(i64, Item)>) -> Result<Vec<Planned>> {
        let (job, preview) = (held.object.uid, held.job.task == Task::Preview);
        let heads: Vec<Head> = items
            .iter()
            .map(|(place, item)| head(*place, item))
            .collect();
        let targets = targets(self.store, self.scope, job, &heads)?;
        let secrets = self.stored_secrets(&items, &targets)?;
        let candidates = candidates(self.store, self.scope, job, held.job.done, &items)?;
        let subjects = items.into_iter().map(|(place, item)| {
            let target = targets.get(&place);
            Subject {
                place,
                item,
                target,
                stored_secrets: target.and_then(|target| secrets.get(&target.uid)),
                references: Vec::new(),
                faults: Vec::new(),
            }
        });
        let mut subjects: Vec<Subject<'_>> = subjects.collect();
        resolve(self.core, &mut subjects, &candidates, &self.rules)?;
        // What is left out is known before anything that refers to it is looked at.
        let left_out = subjects.iter().filter(|subject| subject.is_left_out());
        let mut absent: Keys = left_out.map(|subject| subject.key(self.scope)).collect();
        let mut planned = Vec::with_capacity(subjects.len());
        let mut subjects = subjects.into_iter().peekable();
        while let Some(first) = subjects.next() {
            let cycle = self.cycles.around(first.place);
            let mut together = vec![first];
            if let Some((_, last)) = cycle {
                let members = std::iter::from_fn(|| subjects.next_if(|next| next.place <= last));
                together.extend(members);
            }
            planned.extend(self.plan_together(together, &mut absent, preview)?);
        }
        Ok(planned)
    }

    /// Plans what is to be applied together: one object, or a cycle of them. Notes what will not be there.
    fn plan_together(
        &self,
        subjects: Vec<Subject<'_>>,
        absent: &mut Keys,
        preview: bool,
    ) -> Result<Vec<Planned>> {
        let mut planned = Vec::with_capacity(subjects.len());
        let mut keys = Vec::with_capacity(subjects.len());
        for mut subject in subjects {
            lose(&mut subject, absent, &self.rules);
            keys.push((subject.target.is_none()).then(|| subject.key(self.scope)));
            planned.push(plan(self.core, self.scope, subject, preview)?);
        }
        hold_back(&mut planned);
        let gone = keys.into_iter().zip(&planned);
        let gone = gone.filter(|(_, planned)| planned.result.target.is_none());
        absent.extend(gone.filter_map(|(key, _)| key));
        Ok(planned)
    }

    /// What the targets of items that bring secrets keep theirs in, by the target.
    fn stored_secrets(
        &self,
        items: &[(i64, Item)],
        targets: &HashMap<i64, Object>,
    ) -> Result<HashMap<Uid, Object>> {
        let owners: Vec<Uid> = items
            .iter()
            .filter(|(_, item)| item.secrets.is_some())
            .filter_map(|(place, _)| targets.get(place).map(|target| target.uid))
            .collect();
        if owners.is_empty() {
            return Ok(HashMap::new());
        }
        let secrets = self.store.children_of_all(&owners, &[Kind::Secret])?;
        let by_owner = secrets
            .into_iter()
            .filter_map(|secret| Some((secret.parent?, secret)));
        Ok(by_owner.collect())
    }
}

fn head(place: i64, item: &Item) -> Head {
    Head {
        place,
        kind: item.kind.clone(),
        id: item.id.clone(),
        name: item.name.clone(),
        object_name: item
            .object_name()
            .filter(|name| *name != item.name)
            .map(str::to_owned),
    }
}

/// The published messages, and what they leave open.
fn finish(job: &mut Job) {
    let Job {
        failed, applied, ..
    } = *job;
    let details = "Download import results for details.";
    if job.task == Task::Preview || failed == 0 {
        return end(job, Status::Complete, details.to_owned());
    }
    let message = format!(
        "Import halted because of errors. Download results for error details. {failed} objects failed, {applied} were imported."
    );
    end(job, Status::Failed, message);
}
