//! What the references of a batch lead to: the objects of the file and of the scope that are
//! mentioned, looked up together, so that what one object costs does not grow with how many there
//! are.

use std::collections::{HashMap, HashSet};

use api::task::Context;
use hub::error::Result;
use hub::id::Uid;
use hub::job::{Item, Mentioned};
use hub::object::{Kind, Object, ScopeId};
use hub::reference::Reference;
use hub::scope::Identities;
use serde_json::{Value, json};

use super::matching::{Head, targets};
use crate::order::{Mention, mentions};
use crate::{types, wire};

/// The objects that a batch mentions.
#[derive(Default)]
pub(super) struct Candidates {
    /// As the merge core takes them: `{type, id, name}`.
    list: Vec<Value>,
    /// Which types and ids are in the list.
    known: HashSet<(String, String)>,
    /// The objects of the file that have another id in the scope: by type and id, what they go by
    /// there.
    aliases: HashMap<(String, String), (String, String)>,
}

impl Candidates {
    /// As the merge core takes them.
    pub(super) fn list(&self) -> Value {
        self.list.clone().into()
    }

    /// The id and the name that an object of the file has in the scope, where they are others.
    pub(super) fn alias(&self, kind: &str, id: &str) -> Option<&(String, String)> {
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

    /// The identity that stands in for one of the file.
    fn add_identity(&mut self, mention: &Mention<'_>, identities: &Identities) {
        let known = |key: Option<&str>| identities.identities.get(key?);
        let Some(own) = known(mention.id).or_else(|| known(mention.name)) else {
            return;
        };
        let text = |member: &str| own.get(member).and_then(Value::as_str).unwrap_or_default();
        let (kind, id) = (mention.kind, mention.id.unwrap_or_else(|| text("id")));
        if self.known.insert((kind.to_owned(), id.to_owned())) {
            let alias = (text("id").to_owned(), text("name").to_owned());
            let (kind_of, name) = (Some(kind.to_owned()), mention.name.map(str::to_owned));
            let reference = Reference {
                kind: kind_of,
                id: Some(id.to_owned()),
                name,
            };
            self.list.push(reference.to_json());
            self.aliases.insert((kind.to_owned(), id.to_owned()), alias);
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

/// Looks up what the items mention, in the order in which it counts: by id in the file, then in the
/// scope, and by name what no id led to. `done` is how many items of the job are done.
///
/// # Errors
/// Those of the store.
pub(super) fn candidates(
    context: &Context<'_>,
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
    for (_, item) in items {
        let object = item.doc.get("object").unwrap_or(&Value::Null);
        let mentions = mentions(&item.kind, object).into_iter();
        for mention in mentions.filter(|mention| mention.kind == types::IDENTITY) {
            found.add_identity(&mention, context.identities);
        }
    }
    let mut ids: Vec<(&str, &str)> = mentioned
        .iter()
        .filter_map(|mention| Some((mention.kind, mention.id?)))
        .collect();
    if !ids.is_empty() {
        add_from_file(context, done, &ids, &[], &mut found)?;
        ids.retain(|(kind, id)| !found.has(kind, id));
        add_from_scope(context, &ids, &[], &mut found)?;
    }
    let names: Vec<(&str, &str)> = mentioned
        .iter()
        .filter(|mention| !mention.id.is_some_and(|id| found.has(mention.kind, id)))
        .filter_map(|mention| Some((mention.kind, mention.name?)))
        .collect();
    if !names.is_empty() {
        add_from_file(context, done, &[], &names, &mut found)?;
        add_from_scope(context, &[], &names, &mut found)?;
    }
    Ok(found)
}

/// What is not done yet will be there: what is mentioned and still to come is part of a cycle. What
/// failed is not.
fn add_from_file(
    context: &Context<'_>,
    done: i64,
    ids: &[(&str, &str)],
    names: &[(&str, &str)],
    found: &mut Candidates,
) -> Result<()> {
    let items = context.lookup.mentioned_items(ids, names)?;
    let (done, pending): (Vec<Mentioned>, Vec<Mentioned>) =
        items.into_iter().partition(|item| item.place <= done);
    let heads: Vec<Head> = pending.iter().map(Head::of_mentioned).collect();
    let targets = targets(context, &heads)?;
    for item in &pending {
        let target = targets.get(&item.place).map(wire::identity);
        add_item(context.scope, item, target.map(|target| target.id), found);
    }
    for item in done
        .iter()
        .filter(|item| !item.failed && item.target.is_some())
    {
        add_item(context.scope, item, item.target.clone(), found);
    }
    Ok(())
}

fn add_item(scope: ScopeId, item: &Mentioned, target: Option<String>, found: &mut Candidates) {
    let target = identity(scope, item, target);
    if let Some(id) = &item.id {
        found.add_alias(&item.kind, id, &target);
    }
    found.add(&item.kind, &target.id, &[&target.name]);
}

/// What an item goes by in the scope, where it has the id `target` if it is there already.
fn identity(scope: ScopeId, item: &Mentioned, target: Option<String>) -> wire::Identity {
    let derived = || wire::uid(scope, &item.kind, None, &item.name).uuid();
    let own = || item.id.clone().unwrap_or_else(derived);
    wire::Identity {
        kind: item.kind.clone(),
        id: target.unwrap_or_else(own),
        name: item.name.clone(),
    }
}

fn add_from_scope(
    context: &Context<'_>,
    ids: &[(&str, &str)],
    names: &[(&str, &str)],
    found: &mut Candidates,
) -> Result<()> {
    let mut objects = Vec::new();
    let uids: Vec<Uid> = ids
        .iter()
        .flat_map(|(kind, id)| {
            [
                Some(wire::uid(context.scope, kind, Some(id), "")),
                Uid::parse_hex(id),
            ]
        })
        .flatten()
        .collect();
    if !uids.is_empty() {
        objects.extend(context.lookup.objects(&uids)?);
    }
    for kind in [Kind::Connector, Kind::ConfigObject] {
        let of_kind: Vec<&str> = names
            .iter()
            .filter(|(object_type, _)| wire::kind_of(object_type) == kind)
            .map(|(_, name)| *name)
            .collect();
        if !of_kind.is_empty() {
            objects.extend(context.lookup.named(kind, &of_kind)?);
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

/// What stands in for references that lead nowhere.
pub(super) struct Rules {
    /// As the merge core takes them.
    pub for_core: Value,
    /// Two objects of each type that was given as a default reference and has more than one.
    ambiguous: HashMap<String, [wire::Identity; 2]>,
}

impl Rules {
    /// The default of a type.
    pub(super) fn default(&self, kind: &str) -> Option<&Value> {
        let defaults = self.for_core.get("defaults").and_then(Value::as_array);
        let of_kind = |default: &&Value| default.get("type").and_then(Value::as_str) == Some(kind);
        defaults.into_iter().flatten().find(of_kind)
    }

    /// Two objects of the type, when it was given as a default reference and does not say which
    /// object it is.
    pub(super) fn ambiguous(&self, kind: &str) -> Option<&[wire::Identity; 2]> {
        self.ambiguous.get(kind)
    }
}

/// The rules of a job. A default that is a mere type is the only object of it, of the file and the
/// scope. That of identities is the default owner of the scope.
///
/// # Errors
/// Those of what is looked up.
pub(super) fn rules(context: &Context<'_>) -> Result<Rules> {
    let (mut defaults, mut ambiguous) = (Vec::new(), HashMap::new());
    let given = context.request.get("defaultReferences");
    for default in given.and_then(Value::as_array).into_iter().flatten() {
        let kind = default.get("type").and_then(Value::as_str);
        if default.get("id").is_some() || default.get("name").is_some() {
            defaults.push(default.clone());
        } else if let Some(kind) = kind.filter(|kind| types::find(kind).is_some()) {
            let mut found = first_two(context, kind)?.into_iter();
            match (found.next(), found.next()) {
                (Some(one), Some(other)) => drop(ambiguous.insert(kind.to_owned(), [one, other])),
                (only, _) => defaults.extend(only.map(|only| only.reference())),
            }
        }
    }
    let is_identity =
        |default: &Value| default.get("type").and_then(Value::as_str) == Some(types::IDENTITY);
    if !defaults.iter().any(is_identity) {
        defaults.extend(context.identities.default_owner.clone());
    }
    Ok(Rules {
        for_core: json!({"always_by_id": types::always_by_id(), "defaults": defaults}),
        ambiguous,
    })
}

/// Two objects of a type, in the scope or in the file, if there are so many. An object of the file
/// that is in the scope is one with it.
fn first_two(context: &Context<'_>, kind: &str) -> Result<Vec<wire::Identity>> {
    let hub_kind = wire::kind_of(kind);
    let member = (hub_kind == Kind::ConfigObject).then_some(("$.self.type", kind));
    let objects = context.lookup.first_objects(hub_kind, member)?;
    let mut found: Vec<wire::Identity> = objects.iter().map(wire::identity).collect();
    let items = context.lookup.first_items(kind)?;
    let heads: Vec<Head> = items.iter().map(Head::of_mentioned).collect();
    let targets = targets(context, &heads)?;
    for item in items.iter().filter(|item| !item.failed) {
        let target = targets
            .get(&item.place)
            .map(|target| wire::identity(target).id);
        let own = identity(context.scope, item, item.target.clone().or(target));
        if found.iter().all(|known| known.id != own.id) {
            found.push(own);
        }
    }
    Ok(found)
}
