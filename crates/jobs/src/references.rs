//! What the references of a batch lead to: the objects of the file and of the scope that are mentioned, looked up
//! together, so that what one object costs does not grow with how many there are.

use std::collections::{HashMap, HashSet};

use hub::error::Result;
use hub::id::Uid;
use hub::job::Item;
use hub::object::{Kind, Object, ScopeId};
use sailpoint::order::{Mention, mentions};
use sailpoint::{types, wire};
use serde_json::{Value, json};
use store::Store;
use store::database::Database;
use store::jobs::Mentioned;

use crate::matching::{Head, targets};

/// The objects that a batch mentions.
#[derive(Default)]
pub struct Candidates {
    /// As the merge core takes them: `{type, id, name}`.
    list: Vec<Value>,
    /// Which types and ids are in the list.
    known: HashSet<(String, String)>,
    /// The objects of the file that have another id in the scope: by type and id, what they go by there.
    aliases: HashMap<(String, String), (String, String)>,
}

impl Candidates {
    /// As the merge core takes them.
    pub fn list(&self) -> Value {
        self.list.clone().into()
    }

    /// The id and the name that an object of the file has in the scope, where they are others.
    pub fn alias(&self, kind: &str, id: &str) -> Option<&(String, String)> {
        self.aliases.get(&(kind.to_owned(), id.to_owned()))
    }

    fn has(&self, kind: &str, id: &str) -> bool {
        let key = (kind.to_owned(), id.to_owned());
        self.known.contains(&key) || self.aliases.contains_key(&key)
    }

    fn add(&mut self, kind: &str, id: &str, names: &[&str]) {
        if !self.known.insert((kind.to_owned(), id.to_owned())) {
            return;
        }
        let mut seen = HashSet::new();
        for name in names.iter().filter(|name| seen.insert(**name)) {
            self.list
                .push(json!({"type": kind, "id": id, "name": name}));
        }
    }

    fn add_alias(&mut self, kind: &str, id: &str, target: &wire::Identity) {
        if target.id != id {
            self.list.push(json!({"type": kind, "id": id}));
            let alias = (target.id.clone(), target.name.clone());
            self.aliases.insert((kind.to_owned(), id.to_owned()), alias);
        }
    }
}

/// Looks up what the items mention, in the order in which it counts: by id in the file, then in the scope, and by name
/// what no id led to. `done` is how many items of the job are done.
///
/// # Errors
/// Those of the store.
pub fn candidates<D: Database>(
    store: &Store<D>,
    scope: ScopeId,
    job: Uid,
    done: i64,
    items: &[(i64, Item)],
) -> Result<Candidates> {
    let mut mentioned: HashSet<Mention<'_>> = HashSet::new();
    for (_, item) in items {
        let object = item.doc.get("object").unwrap_or(&Value::Null);
        mentioned.extend(
            mentions(&item.kind, object)
                .into_iter()
                .filter(|mention| types::find(mention.kind).is_some()),
        );
    }
    let mut found = Candidates::default();
    let mut ids: Vec<(&str, &str)> = mentioned
        .iter()
        .filter_map(|mention| Some((mention.kind, mention.id?)))
        .collect();
    if !ids.is_empty() {
        add_from_file(store, scope, job, done, &ids, &[], &mut found)?;
        ids.retain(|(kind, id)| !found.has(kind, id));
        add_from_scope(store, scope, &ids, &[], &mut found)?;
    }
    let names: Vec<(&str, &str)> = mentioned
        .iter()
        .filter(|mention| !mention.id.is_some_and(|id| found.has(mention.kind, id)))
        .filter_map(|mention| Some((mention.kind, mention.name?)))
        .collect();
    if !names.is_empty() {
        add_from_file(store, scope, job, done, &[], &names, &mut found)?;
        add_from_scope(store, scope, &[], &names, &mut found)?;
    }
    Ok(found)
}

/// What is not done yet will be there: what is mentioned and still to come is part of a cycle. What failed is not.
fn add_from_file<D: Database>(
    store: &Store<D>,
    scope: ScopeId,
    job: Uid,
    done: i64,
    ids: &[(&str, &str)],
    names: &[(&str, &str)],
    found: &mut Candidates,
) -> Result<()> {
    let items = store.mentioned_items(job, ids, names)?;
    let (done, pending): (Vec<Mentioned>, Vec<Mentioned>) =
        items.into_iter().partition(|item| item.place <= done);
    let heads: Vec<Head> = pending
        .iter()
        .map(|item| Head {
            place: item.place,
            kind: item.kind.clone(),
            id: item.id.clone(),
            name: item.name.clone(),
            object_name: None,
        })
        .collect();
    let targets = targets(store, scope, job, &heads)?;
    for item in &pending {
        let target = targets.get(&item.place).map(wire::identity);
        add_item(scope, item, target.map(|target| target.id), found);
    }
    for item in done
        .iter()
        .filter(|item| !item.failed && item.target.is_some())
    {
        add_item(scope, item, item.target.clone(), found);
    }
    Ok(())
}

fn add_item(scope: ScopeId, item: &Mentioned, target: Option<String>, found: &mut Candidates) {
    let own = || {
        let derived = wire::uid(scope, &item.kind, None, &item.name).uuid();
        item.id.clone().unwrap_or(derived)
    };
    let target = wire::Identity {
        kind: item.kind.clone(),
        id: target.unwrap_or_else(own),
        name: item.name.clone(),
    };
    if let Some(id) = &item.id {
        found.add_alias(&item.kind, id, &target);
    }
    found.add(&item.kind, &target.id, &[&target.name]);
}

fn add_from_scope<D: Database>(
    store: &Store<D>,
    scope: ScopeId,
    ids: &[(&str, &str)],
    names: &[(&str, &str)],
    found: &mut Candidates,
) -> Result<()> {
    let mut objects = Vec::new();
    let uids: Vec<Uid> = ids
        .iter()
        .flat_map(|(kind, id)| {
            [
                Some(wire::uid(scope, kind, Some(id), "")),
                Uid::parse_hex(id),
            ]
        })
        .flatten()
        .collect();
    if !uids.is_empty() {
        objects.extend(store.objects(scope, &uids)?);
    }
    for kind in [Kind::Connector, Kind::ConfigObject] {
        let of_kind: Vec<&str> = names
            .iter()
            .filter(|(object_type, _)| wire::kind_of(object_type) == kind)
            .map(|(_, name)| *name)
            .collect();
        if !of_kind.is_empty() {
            objects.extend(store.named(scope, kind, &of_kind)?);
        }
    }
    for object in &objects {
        add_object(object, found);
    }
    Ok(())
}

fn add_object(object: &Object, found: &mut Candidates) {
    let identity = wire::identity(object);
    found.add(
        &identity.kind,
        &identity.id,
        &[&object.name, &identity.name],
    );
}

/// The rules for the merge core. A default that is a mere type is the only object of it, of the file and the scope.
///
/// # Errors
/// Those of the store.
pub fn rules<D: Database>(
    store: &Store<D>,
    scope: ScopeId,
    job: Uid,
    request: &Value,
) -> Result<Value> {
    let mut defaults = Vec::new();
    let given = request.get("defaultReferences").and_then(Value::as_array);
    for default in given.into_iter().flatten() {
        if default.get("id").is_some() || default.get("name").is_some() {
            defaults.push(default.clone());
        } else if let Some(kind) = default.get("type").and_then(Value::as_str) {
            defaults.extend(only(store, scope, job, kind)?);
        }
    }
    Ok(json!({"always_by_id": types::always_by_id(), "defaults": defaults}))
}

fn only<D: Database>(
    store: &Store<D>,
    scope: ScopeId,
    job: Uid,
    kind: &str,
) -> Result<Option<Value>> {
    let member = (wire::kind_of(kind) == Kind::ConfigObject).then_some(("$.self.type", kind));
    let objects = store.first_objects(scope, wire::kind_of(kind), member)?;
    let mut known: HashMap<String, Value> = HashMap::new();
    for identity in objects.iter().map(wire::identity) {
        known.insert(identity.id.clone(), identity.reference());
    }
    for item in store.first_items(job, kind)? {
        if let Some(id) = item.id {
            let reference = json!({"type": kind, "id": id, "name": item.name});
            known.entry(id).or_insert(reference);
        }
    }
    let mut known = known.into_values();
    let first = known.next();
    Ok(first.filter(|_| known.next().is_none()))
}
