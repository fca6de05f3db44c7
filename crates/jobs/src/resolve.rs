//! Puts what references lead to into the objects of a batch.

use std::collections::{BTreeMap, HashSet};

use hub::error::{Error, Result};
use hub::job::Item;
use hub::reference::{Resolution, ResolvedReference};
use sailpoint::types;
use serde_json::{Map, Value};

use crate::MergeCore;
use crate::planned::{Subject, put_alias, put_default};
use crate::references::Candidates;

/// How many objects the merge core gets at once, for it bounds what it takes.
const AT_ONCE: usize = 500;

/// Types and ids of objects.
pub type Keys = HashSet<(String, String)>;

/// Resolves the references of a batch: those of all objects of a type together.
///
/// # Errors
/// Those of the merge core that are not about an object; what is wrong with one is told in it.
pub fn resolve(
    core: &impl MergeCore,
    subjects: &mut [Subject<'_>],
    candidates: &Candidates,
    rules: &Value,
) -> Result<()> {
    let mut by_type: BTreeMap<String, Vec<&mut Subject<'_>>> = BTreeMap::new();
    for subject in subjects.iter_mut() {
        if has_references(&subject.item) {
            let kind = subject.item.kind.clone();
            by_type.entry(kind).or_default().push(subject);
        }
    }
    let list = candidates.list();
    for (kind, mut subjects) in by_type {
        let extractors: Vec<String> = extractors(&kind)
            .iter()
            .map(|path| path.replacen('$', "$[*]", 1))
            .collect();
        for some in subjects.chunks_mut(AT_ONCE) {
            resolve_some(core, some, &extractors, &list, rules)?;
        }
        for subject in subjects {
            take_aliases(subject, candidates);
        }
    }
    Ok(())
}

fn extractors(kind: &str) -> &'static [String] {
    types::find(kind)
        .and_then(|known| known.reference_extractors.as_deref())
        .unwrap_or_default()
}

/// Whether an extractor can select anything.
fn has_references(item: &Item) -> bool {
    let object = item.doc.get("object");
    let is_there = |member| {
        object
            .and_then(|object| object.get(member))
            .is_some_and(|value| !value.is_null())
    };
    types::reference_members(&item.kind).any(is_there)
}

fn resolve_some(
    core: &impl MergeCore,
    subjects: &mut [&mut Subject<'_>],
    extractors: &[String],
    candidates: &Value,
    rules: &Value,
) -> Result<()> {
    let objects: Vec<Value> = subjects
        .iter()
        .map(|subject| referring_part(subject))
        .collect();
    match core.resolve(&objects.into(), extractors, candidates, rules) {
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
                return resolve_some(core, subjects, extractors, candidates, rules);
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// The members of an object that references are in: the merge core need not see the rest. Nothing of one at fault.
fn referring_part(subject: &Subject<'_>) -> Value {
    let object = subject.item.doc.get("object");
    let member = |name: &str| Some((name.to_owned(), object?.get(name)?.clone()));
    let members = types::reference_members(&subject.item.kind).filter_map(member);
    if subject.faults.is_empty() {
        Value::Object(members.collect::<Map<_, _>>())
    } else {
        Value::Null
    }
}

fn put_resolved(
    subjects: &mut [&mut Subject<'_>],
    resolved: Value,
    references: Vec<ResolvedReference>,
) {
    let Value::Array(parts) = resolved else {
        return;
    };
    for (subject, part) in subjects.iter_mut().zip(parts) {
        let object = subject.item.doc.get_mut("object");
        if let (Some(Value::Object(object)), Value::Object(part)) = (object, part) {
            object.extend(part);
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

/// What a reference led to will not be there, for it failed or is left out: its default stands in for it, or nothing.
pub fn lose(subject: &mut Subject<'_>, absent: &Keys, rules: &Value) {
    if absent.is_empty() {
        return;
    }
    for reference in &mut subject.references {
        let found = reference.found.as_ref();
        let key = found.and_then(|found| Some((found.kind.clone()?, found.id.clone()?)));
        let Some((kind, _)) = key.filter(|key| absent.contains(key)) else {
            continue;
        };
        let defaults = rules.get("defaults").and_then(Value::as_array);
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
