//! Puts what references lead to into the objects of a batch.

use std::collections::BTreeMap;

use api::task::MergeCore;
use hub::error::{Error, Result};
use hub::job::Item;
use hub::reference::{Resolution, ResolvedReference};
use serde_json::{Map, Value};

use super::object::{ImportedObject, Keys, put_alias, put_default};
use super::references::{Candidates, Rules};
use crate::types;

/// How many objects the merge core gets at once, for it bounds what it takes.
const AT_ONCE: usize = 500;

/// Resolves the references of a batch: those of all objects of a type together.
///
/// # Errors
/// Those of the merge core that are not about an object; what is wrong with one is told in it.
pub(super) fn resolve(
    core: &dyn MergeCore,
    imported: &mut [ImportedObject<'_>],
    candidates: &Candidates,
    rules: &Rules,
) -> Result<()> {
    let mut by_type: BTreeMap<String, Vec<&mut ImportedObject<'_>>> = BTreeMap::new();
    for one in imported.iter_mut() {
        if has_references(&one.item) {
            let kind = one.item.kind.clone();
            by_type.entry(kind).or_default().push(one);
        }
    }
    let list = candidates.list();
    for (kind, mut imported) in by_type {
        let extractors: Vec<String> = extractors(&kind)
            .iter()
            .map(|path| path.replacen('$', "$[*]", 1))
            .collect();
        for some in imported.chunks_mut(AT_ONCE) {
            resolve_some(core, some, &extractors, &list, &rules.for_core)?;
        }
        for one in imported {
            take_aliases(one, candidates);
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
    core: &dyn MergeCore,
    imported: &mut [&mut ImportedObject<'_>],
    extractors: &[String],
    candidates: &Value,
    rules: &Value,
) -> Result<()> {
    let objects: Vec<Value> = imported.iter().map(|one| referring_part(one)).collect();
    match core.resolve(&objects.into(), extractors, candidates, rules) {
        Ok((resolved, references)) => {
            put_resolved(imported, resolved, references);
            Ok(())
        }
        Err(Error::Invalid(faults)) => {
            let mut faulty = false;
            for fault in faults {
                if let Some((index, place)) = split_place(&fault.field)
                    && let Some(one) = imported.get_mut(index)
                {
                    one.faults.push(format!("$.{place} {}", fault.message));
                    faulty = true;
                } else {
                    let message = format!("its references cannot be read: {fault}");
                    imported
                        .iter_mut()
                        .for_each(|one| one.faults.push(message.clone()));
                }
            }
            // Those that are at fault are left out now, so this ends.
            if faulty && imported.iter().any(|one| one.faults.is_empty()) {
                return resolve_some(core, imported, extractors, candidates, rules);
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// The members of an object that references are in: the merge core need not see the rest. Nothing
/// of one at fault.
fn referring_part(one: &ImportedObject<'_>) -> Value {
    let object = one.item.doc.get("object");
    let member = |name: &str| Some((name.to_owned(), object?.get(name)?.clone()));
    let members = types::reference_members(&one.item.kind).filter_map(member);
    if one.faults.is_empty() {
        Value::Object(members.collect::<Map<_, _>>())
    } else {
        Value::Null
    }
}

fn put_resolved(
    imported: &mut [&mut ImportedObject<'_>],
    resolved: Value,
    references: Vec<ResolvedReference>,
) {
    let Value::Array(parts) = resolved else {
        return;
    };
    for (one, part) in imported.iter_mut().zip(parts) {
        let object = one.item.doc.get_mut("object");
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
        if let Some(one) = index.ok().and_then(|index| imported.get_mut(index)) {
            reference.pointer = rest;
            one.references.push(reference);
        }
    }
}

/// `[3].owner.id` is `owner.id` of the fourth object.
fn split_place(field: &str) -> Option<(usize, &str)> {
    let (index, place) = field.strip_prefix('[')?.split_once("].")?;
    Some((index.parse().ok()?, place))
}

fn take_aliases(one: &mut ImportedObject<'_>, candidates: &Candidates) {
    let Some(object) = one.item.doc.get_mut("object") else {
        return;
    };
    for reference in &mut one.references {
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

/// What a reference led to will not be there, for it failed or is left out: its default stands in
/// for it, or nothing.
pub(super) fn lose(one: &mut ImportedObject<'_>, absent: &Keys, rules: &Rules) {
    if absent.is_empty() {
        return;
    }
    for reference in &mut one.references {
        let found = reference.found.as_ref();
        let key = found.and_then(|found| Some((found.kind.clone()?, found.id.clone()?)));
        let Some((kind, _)) = key.filter(|key| absent.contains(key)) else {
            continue;
        };
        reference.found = None;
        reference.resolution = Resolution::Unresolved;
        if let (Some(default), Some(object)) =
            (rules.default(&kind), one.item.doc.get_mut("object"))
        {
            put_default(object, reference, default);
        }
    }
}
