//! Imports and their previews, batch by batch.

mod cycles;
mod matching;
mod object;
mod plan;
mod references;
mod resolve;
mod write;

use std::collections::HashMap;

use api::task::{Batches, Context, Worked};
use hub::error::Result;
use hub::id::Uid;
use hub::job::{Item, Job, Status};
use hub::object::Object;
use hub::slot;

use cycles::Cycles;
use matching::{Head, targets};
use object::{ImportedObject, Keys};
use plan::{hold_back, plan};
use references::{Rules, candidates, rules};
use resolve::{lose, resolve};

use super::file;

/// An import that is worked on.
pub(crate) struct Import<'a> {
    context: Context<'a>,
    preview: bool,
    rules: Rules,
    cycles: Cycles,
    /// How many objects of the file cannot be read, and so are no items.
    broken: usize,
}

impl<'a> Import<'a> {
    /// Begins an import, or goes on with one.
    ///
    /// # Errors
    /// Those of what it looks up.
    pub(crate) fn begin(context: Context<'a>, preview: bool) -> Result<Self> {
        Ok(Self {
            context,
            preview,
            rules: rules(&context)?,
            cycles: Cycles::of(context.request),
            broken: file::broken(context.request).len(),
        })
    }

    /// Plans what is to be applied together: one object, or a cycle of them. Notes what will not be
    /// there.
    fn plan_together(
        &self,
        objects: Vec<ImportedObject<'_>>,
        absent: &mut Keys,
    ) -> Result<Vec<Worked>> {
        let scope = self.context.scope;
        let mut planned = Vec::with_capacity(objects.len());
        let mut keys = Vec::with_capacity(objects.len());
        for mut object in objects {
            lose(&mut object, absent, &self.rules);
            keys.push((object.target.is_none()).then(|| object.key(scope)));
            planned.push(plan(&self.context, &self.rules, object, self.preview)?);
        }
        hold_back(&mut planned);
        let gone = keys.into_iter().zip(&planned);
        let gone = gone.filter(|(_, planned)| planned.worked.result.target.is_none());
        absent.extend(gone.filter_map(|(key, _)| key));
        Ok(planned.into_iter().map(|planned| planned.worked).collect())
    }

    /// What the targets of items keep their secrets in, by the target.
    fn stored_secrets(
        &self,
        items: &[(i64, Item)],
        targets: &HashMap<i64, Object>,
    ) -> Result<HashMap<Uid, Object>> {
        let owners: Vec<Uid> = items
            .iter()
            .filter_map(|(place, item)| Some((item, targets.get(place)?)))
            .filter(|(item, target)| {
                item.secrets.is_some() || !slot::entries(&target.doc).is_empty()
            })
            .map(|(_, target)| target.uid)
            .collect();
        if owners.is_empty() {
            return Ok(HashMap::new());
        }
        let secrets = self.context.lookup.secrets_of(&owners)?;
        let by_owner = secrets
            .into_iter()
            .filter_map(|secret| Some((secret.parent?, secret)));
        Ok(by_owner.collect())
    }
}

impl Batches for Import<'_> {
    /// A cycle is not divided.
    fn end_of_batch(&self, done: i64, last: i64) -> i64 {
        self.cycles.end_of_batch(done, last)
    }

    fn work(&self, done: i64, items: Vec<(i64, Item)>) -> Result<Vec<Worked>> {
        let context = &self.context;
        let heads: Vec<Head> = items
            .iter()
            .map(|(place, item)| Head::of(*place, item))
            .collect();
        let targets = targets(context, &heads)?;
        let secrets = self.stored_secrets(&items, &targets)?;
        let candidates = candidates(context, done, &items)?;
        let objects = items.into_iter().map(|(place, item)| {
            let target = targets.get(&place);
            let stored_secrets = target.and_then(|target| secrets.get(&target.uid));
            ImportedObject::of(place, item, target, stored_secrets)
        });
        let mut objects: Vec<ImportedObject<'_>> = objects.collect();
        resolve(context.core, &mut objects, &candidates, &self.rules)?;
        // What is left out is known before anything that refers to it is looked at.
        let left_out = objects.iter().filter(|object| object.is_left_out());
        let mut absent: Keys = left_out.map(|object| object.key(context.scope)).collect();
        let mut worked = Vec::with_capacity(objects.len());
        let mut objects = objects.into_iter().peekable();
        while let Some(first) = objects.next() {
            let cycle = self.cycles.around(first.place);
            let mut together = vec![first];
            if let Some((_, last)) = cycle {
                let members = std::iter::from_fn(|| objects.next_if(|next| next.place <= last));
                together.extend(members);
            }
            worked.extend(self.plan_together(together, &mut absent)?);
        }
        if self.preview {
            worked.iter_mut().for_each(|one| one.changes.clear());
        }
        Ok(worked)
    }

    /// The published messages, and what they leave open.
    fn end(&self, job: &Job) -> (Status, String) {
        let details = "Download import results for details.";
        let broken = i64::try_from(self.broken).unwrap_or(i64::MAX);
        let (failed, applied) = (job.failed.saturating_add(broken), job.applied);
        if self.preview || failed == 0 {
            return (Status::Complete, details.to_owned());
        }
        let message = format!(
            "Import halted because of errors. Download results for error details. {failed} objects failed, {applied} were imported."
        );
        (Status::Failed, message)
    }
}
