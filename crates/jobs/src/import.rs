//! Imports and their previews: a batch of the file at a time.

use std::collections::{BTreeMap, HashMap, HashSet};

use dialects::sailpoint::types;
use hub::command::By;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::job::{Item, Job, Status, Task};
use hub::object::{Kind, Object, ScopeId};
use hub::reference::{Resolution, ResolvedReference};
use serde_json::Value;
use store::Store;
use store::database::Database;

use crate::MergeCore;
use crate::export::{self, count};
use crate::lease::{Committed, Held, end};
use crate::matching::{Head, targets};
use crate::planned::{Planned, Subject, plan, put_alias, put_default};
use crate::references::{Candidates, candidates, rules};

/// How many objects a batch has at most.
const BATCH: i64 = 500;
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
    let job = Job::of(&store.object(scope, Kind::Job, &By::Uid(uid))?)?;
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
}

impl<D: Database, C: MergeCore> Import<'_, D, C> {
    /// Does the next batch; false when the job belongs to somebody else.
    async fn batch(&self, held: &mut Held) -> Result<bool> {
        for _ in 0..ATTEMPTS {
            let uid = held.object.uid;
            let items = self.store.job_items(uid, held.job.done, BATCH)?;
            let length = count(items.len());
            let planned = self.plan(held, items)?;
            let mut job = held.job.clone();
            let total = job.total.unwrap_or_default();
            job.done = if length == 0 {
                total
            } else {
                job.done.saturating_add(length)
            };
            let (mut results, mut changes) = (Vec::new(), Vec::new());
            for Planned {
                result,
                changes: own,
            } in planned
            {
                job.failed += i64::from(result.failed);
                job.applied += i64::from(result.target.is_some());
                results.push(result);
                changes.extend(own);
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
        self.resolve(&mut subjects, &candidates)?;
        let (mut planned, mut absent) = (Vec::with_capacity(subjects.len()), HashSet::new());
        for mut subject in subjects {
            self.lose(&mut subject, &absent);
            let (kind, is_new) = (subject.item.kind.clone(), subject.target.is_none());
            let id = subject.identity(self.scope).id;
            let next = plan(self.core, self.scope, subject, preview)?;
            if is_new && next.result.target.is_none() {
                absent.insert((kind, id));
            }
            planned.push(next);
        }
        Ok(planned)
    }

    /// What a reference led to will not be there, for it failed or is left out: its default stands in for it, or
    /// nothing.
    fn lose(&self, subject: &mut Subject<'_>, absent: &HashSet<(String, String)>) {
        for reference in &mut subject.references {
            let found = reference.found.as_ref();
            let key = found.and_then(|found| Some((found.kind.clone()?, found.id.clone()?)));
            let Some((kind, _)) = key.filter(|key| absent.contains(key)) else {
                continue;
            };
            let defaults = self.rules.get("defaults").and_then(Value::as_array);
            let default = defaults
                .into_iter()
                .flatten()
                .find(|default| default.get("type").and_then(Value::as_str) == Some(&kind));
            reference.found = None;
            reference.resolution = Resolution::Unresolved;
            if let (Some(default), Some(object)) = (default, subject.item.doc.get_mut("object")) {
                put_default(object, reference, default);
            }
        }
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
        let secrets = self.store.children_of(&owners, Kind::Secret)?;
        let by_owner = secrets
            .into_iter()
            .filter_map(|secret| Some((secret.parent?, secret)));
        Ok(by_owner.collect())
    }

    /// Resolves the references of a batch: those of all objects of a type in one call.
    fn resolve(&self, subjects: &mut [Subject<'_>], candidates: &Candidates) -> Result<()> {
        let mut by_type: BTreeMap<String, Vec<&mut Subject<'_>>> = BTreeMap::new();
        for subject in subjects.iter_mut() {
            if has_references(&subject.item) {
                by_type
                    .entry(subject.item.kind.clone())
                    .or_default()
                    .push(subject);
            }
        }
        let list = candidates.list();
        for (kind, mut subjects) in by_type {
            let extractors: Vec<String> = extractors(&kind)
                .iter()
                .map(|path| path.replacen('$', "$[*]", 1))
                .collect();
            self.resolve_all(&mut subjects, &extractors, &list)?;
            for subject in subjects {
                take_aliases(subject, candidates);
            }
        }
        Ok(())
    }

    fn resolve_all(
        &self,
        subjects: &mut [&mut Subject<'_>],
        extractors: &[String],
        candidates: &Value,
    ) -> Result<()> {
        let objects = || {
            subjects.iter().map(|subject| {
                let object = subject.item.doc.get("object");
                object
                    .filter(|_| subject.faults.is_empty())
                    .cloned()
                    .unwrap_or_default()
            })
        };
        let whole = Value::Array(objects().collect());
        match self
            .core
            .resolve(&whole, extractors, candidates, &self.rules)
        {
            Ok((resolved, references)) => {
                put_resolved(subjects, resolved, references);
                Ok(())
            }
            Err(Error::Invalid(faults)) => {
                let mut faulty = false;
                for fault in faults {
                    if let Some((index, place)) = split_place(&fault.field)
                        && let Some(subject) = subjects.get_mut(index)
                    {
                        subject.faults.push(format!("$.{place} {}", fault.message));
                        faulty = true;
                    } else {
                        let message = format!("its references cannot be read: {fault}");
                        subjects
                            .iter_mut()
                            .for_each(|subject| subject.faults.push(message.clone()));
                    }
                }
                // Those that are at fault are left out now, so this ends.
                if faulty && subjects.iter().any(|subject| subject.faults.is_empty()) {
                    return self.resolve_all(subjects, extractors, candidates);
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

fn head(place: i64, item: &Item) -> Head {
    let object_name = item.doc.pointer("/object/name").and_then(Value::as_str);
    Head {
        place,
        kind: item.kind.clone(),
        id: item.id.clone(),
        name: item.name.clone(),
        object_name: object_name
            .filter(|name| *name != item.name)
            .map(str::to_owned),
    }
}

fn extractors(kind: &str) -> &'static [String] {
    types::find(kind)
        .and_then(|known| known.reference_extractors.as_deref())
        .unwrap_or_default()
}

/// Whether an extractor can select anything: the first member that it names is there.
fn has_references(item: &Item) -> bool {
    let Some(object) = item.doc.get("object") else {
        return false;
    };
    let first = |path: &String| {
        let name = path
            .trim_start_matches("$.")
            .split(['.', '['])
            .next()?
            .to_owned();
        object.get(name).filter(|value| !value.is_null()).map(drop)
    };
    extractors(&item.kind)
        .iter()
        .any(|path| first(path).is_some())
}

fn put_resolved(
    subjects: &mut [&mut Subject<'_>],
    resolved: Value,
    references: Vec<ResolvedReference>,
) {
    let Value::Array(objects) = resolved else {
        return;
    };
    for (subject, object) in subjects.iter_mut().zip(objects) {
        if subject.faults.is_empty()
            && let Some(place) = subject.item.doc.get_mut("object")
        {
            *place = object;
        }
    }
    for mut reference in references {
        // `/3/owner` is `/owner` of the fourth object.
        let Some((index, rest)) = reference
            .pointer
            .strip_prefix('/')
            .and_then(|pointer| pointer.split_once('/'))
        else {
            continue;
        };
        let (index, rest) = (index.parse::<usize>(), format!("/{rest}"));
        if let Some(subject) = index.ok().and_then(|index| subjects.get_mut(index)) {
            reference.pointer = rest;
            subject.references.push(reference);
        }
    }
}

/// `[3].owner.id` is `owner.id` of the fourth object.
fn split_place(field: &str) -> Option<(usize, &str)> {
    let (index, place) = field.strip_prefix('[')?.split_once("].")?;
    Some((index.parse().ok()?, place))
}

fn take_aliases(subject: &mut Subject<'_>, candidates: &Candidates) {
    let Some(object) = subject.item.doc.get_mut("object") else {
        return;
    };
    for reference in &mut subject.references {
        let Some(found) = &reference.found else {
            continue;
        };
        let (kind, id) = (found.kind.as_deref(), found.id.as_deref());
        if let Some((id, name)) = kind
            .zip(id)
            .and_then(|(kind, id)| candidates.alias(kind, id))
        {
            put_alias(object, reference, id, name);
        }
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
