//! Which objects of a file are in the scope already: by id, and else by name.
//!
//! A name decides only where it is clear: when the file has one object of that type and name, the
//! scope has one, and that one is not another object of the file. Objects of which a scope has only
//! one are the same whatever they are called ([`wire::uid`]).

use std::collections::{HashMap, HashSet};

use api::task::{Context, Lookup};
use hub::error::Result;
use hub::id::Uid;
use hub::job::{Item, Mentioned};
use hub::object::{Kind, Object, ScopeId};

use crate::{types, wire};

/// What an object of a file goes by.
#[derive(Clone, Debug)]
pub(super) struct Head {
    /// Its place among the items.
    pub place: i64,
    /// Its type.
    pub kind: String,
    /// Its id in the file.
    pub id: Option<String>,
    /// The name that its `self` has.
    pub name: String,
    /// The name that it has itself, where that is known and is another.
    pub object_name: Option<String>,
}

impl Head {
    /// That of an item.
    pub(super) fn of(place: i64, item: &Item) -> Self {
        let object_name = item.object_name().filter(|name| *name != item.name);
        Self {
            place,
            kind: item.kind.clone(),
            id: item.id.clone(),
            name: item.name.clone(),
            object_name: object_name.map(str::to_owned),
        }
    }

    /// That of an item that is mentioned.
    pub(super) fn of_mentioned(item: &Mentioned) -> Self {
        Self {
            place: item.place,
            kind: item.kind.clone(),
            id: item.id.clone(),
            name: item.name.clone(),
            object_name: None,
        }
    }

    /// The uids that its object may have: the one that follows from its id, and its id, when it was
    /// the object of another dialect that was exported.
    fn uids(&self, scope: ScopeId) -> impl Iterator<Item = Uid> {
        let derived = wire::uid(scope, &self.kind, self.id.as_deref(), &self.name);
        let own = self.id.as_deref().and_then(Uid::parse_hex);
        [Some(derived), own].into_iter().flatten()
    }
}

/// The objects of the scope that these are, by place.
///
/// # Errors
/// Those of what is looked up.
pub(super) fn targets(context: &Context<'_>, heads: &[Head]) -> Result<HashMap<i64, Object>> {
    let (scope, lookup) = (context.scope, context.lookup);
    let uids: Vec<Uid> = heads.iter().flat_map(|head| head.uids(scope)).collect();
    let objects = lookup.objects(&uids)?;
    let by_uid: HashMap<Uid, Object> = objects
        .into_iter()
        .map(|object| (object.uid, object))
        .collect();
    let (mut targets, mut left) = (HashMap::new(), Vec::new());
    for head in heads {
        let found = head
            .uids(scope)
            .filter_map(|uid| by_uid.get(&uid))
            .find(|object| wire::identity(object).kind == head.kind);
        match found {
            Some(object) => drop(targets.insert(head.place, object.clone())),
            None => left.push(head),
        }
    }
    by_name(lookup, &left, &mut targets)?;
    Ok(targets)
}

fn by_name(lookup: &dyn Lookup, heads: &[&Head], targets: &mut HashMap<i64, Object>) -> Result<()> {
    let heads: Vec<&Head> = heads
        .iter()
        .copied()
        .filter(|head| types::find(&head.kind).is_some_and(|known| !known.one_per_tenant))
        .collect();
    let candidates = named(lookup, &heads)?;
    if candidates.is_empty() {
        return Ok(());
    }
    let ids: Vec<(&str, &str)> = candidates
        .iter()
        .map(|(identity, _)| (identity.kind.as_str(), identity.id.as_str()))
        .collect();
    let names: Vec<(&str, &str)> = heads
        .iter()
        .map(|head| (head.kind.as_str(), head.name.as_str()))
        .collect();
    let mut in_file = HashSet::new();
    let mut bearers: HashMap<(String, String), usize> = HashMap::new();
    for item in lookup.mentioned_items(&ids, &names)? {
        let count = bearers.entry((item.kind.clone(), item.name)).or_default();
        *count = count.saturating_add(1);
        in_file.extend(item.id.map(|id| (item.kind, id)));
    }
    let mut by_name: HashMap<(&str, &str), Vec<&Object>> = HashMap::new();
    for (identity, object) in &candidates {
        if in_file.contains(&(identity.kind.clone(), identity.id.clone())) {
            continue;
        }
        for name in HashSet::from([identity.name.as_str(), object.name.as_str()]) {
            by_name
                .entry((identity.kind.as_str(), name))
                .or_default()
                .push(object);
        }
    }
    for head in heads {
        let same = by_name.get(&(head.kind.as_str(), head.name.as_str()));
        let bearers = bearers.get(&(head.kind.clone(), head.name.clone()));
        if let (Some([object]), Some(1)) = (same.map(Vec::as_slice), bearers) {
            targets.insert(head.place, (*object).clone());
        }
    }
    Ok(())
}

fn named(lookup: &dyn Lookup, heads: &[&Head]) -> Result<Vec<(wire::Identity, Object)>> {
    let mut found = Vec::new();
    for kind in [Kind::Connector, Kind::ConfigObject] {
        let names: Vec<&str> = heads
            .iter()
            .filter(|head| wire::kind_of(&head.kind) == kind)
            .flat_map(|head| [Some(head.name.as_str()), head.object_name.as_deref()])
            .flatten()
            .collect();
        if !names.is_empty() {
            let objects = lookup.named(kind, &names)?;
            found.extend(
                objects
                    .into_iter()
                    .map(|object| (wire::identity(&object), object)),
            );
        }
    }
    Ok(found)
}
