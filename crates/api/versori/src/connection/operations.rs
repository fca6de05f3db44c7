//! Connections of a connector.

use std::collections::{HashMap, HashSet};

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fetch::FetchRequest;
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{Computed, ObjectVersion, Operation, Reading, View, World};
use hub::plan::{Change, Plan};
use serde_json::{Map, Value, json};

use super::document::{self, LISTS};
use super::item::config_of_item;
use super::make::{connection_changes, prepare};
use super::path::ConnectionPath;
use super::variables;
use super::wire::{self, ConnectionBody, ConnectionInput, ItemConfig};
use crate::auth::credential::CredentialInput;
use crate::auth::{code, config};
use crate::change::{below, body, no_object, organisation, read_only, taken, time_of_change};
use crate::connector::object::find as owner;
use crate::family::Family;
use crate::page::{self, Page};
use crate::secrets;
use crate::text::Members;
use crate::version::wire as version;

/// Those of these credentials that the connector has.
fn credentials(owner: Uid, uids: Vec<Uid>, view: &dyn View) -> Result<Vec<Object>> {
    if uids.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = view.objects(&uids)?;
    found.retain(|object| object.kind == Kind::Credential && object.parent == Some(owner));
    Ok(found)
}

/// The credentials that a connection as sent refers to, also by the connector's configs that it
/// names.
fn wanted(input: &ConnectionInput, owner: &Object) -> Vec<Uid> {
    let items = input.credentials.iter().flat_map(|(_, items)| items);
    items
        .flat_map(|item| {
            let own = match &item.credential {
                Some(CredentialInput::Existing { uid, .. }) => Some(*uid),
                _ => None,
            };
            let grant = match &item.config {
                Some(ItemConfig::Given(sent)) => {
                    sent.grant.as_ref().and_then(|grant| grant.existing)
                }
                // A config that is missing is an error where it is used.
                _ => {
                    let used = config_of_item(item, owner).ok().flatten();
                    used.as_ref().and_then(config::credential_of)
                }
            };
            [own, grant]
        })
        .flatten()
        .collect()
}

fn print(
    connection: &Object,
    credentials: &[Object],
    changes: &[Change],
    view: &dyn View,
) -> ConnectionBody {
    let mut by_uid: HashMap<Uid, &Object> = credentials.iter().map(|one| (one.uid, one)).collect();
    let changed = changes.iter().map(|change| &change.object);
    by_uid.extend(
        changed
            .filter(|one| one.kind == Kind::Credential)
            .map(|one| (one.uid, one)),
    );
    wire::print(connection, &by_uid, organisation(view))
}

/// Reads a connection with its credentials.
#[derive(Debug)]
pub(crate) struct GetConnection(pub ConnectionPath);

impl Reading for GetConnection {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let found = self.0.find(view)?;
        let credentials = credentials(
            self.0.connector,
            document::references(&found).collect(),
            view,
        )?;
        read_only(&found, print(&found, &credentials, &[], view))
    }
}

/// The connections of a connector, in short.
#[derive(Debug)]
pub(crate) struct ListConnections {
    /// Which connector.
    pub connector: Uid,
    /// Which of them.
    pub page: Page,
}

impl Reading for ListConnections {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let family = Family::with(self.connector, &[Kind::Connection], view)?;
        let connections = family.of(Kind::Connection);
        let connections = connections.map(|one| (page::by_update(one), one)).collect();
        let answer = self.page.print("items", connections, wire::summary);
        read_only(&family.connector, answer)
    }
}

/// Makes a connection. It reads no more than it needs, however many there are: the plan begins with
/// the connector, so nobody can take the name meanwhile.
#[derive(Debug)]
pub(crate) struct CreateConnection {
    /// Of which connector.
    pub connector: Uid,
    /// The ConnectionCreate.
    pub body: Value,
}

impl CreateConnection {
    fn read(&self) -> Result<ConnectionInput> {
        let mut faults = FieldErrors::default();
        let input = wire::read_create("", &self.body, &mut faults);
        faults.finish(input)?.ok_or_else(no_object)
    }
}

impl Operation for CreateConnection {
    fn fetches(&self, world: &dyn World) -> Result<Vec<FetchRequest>> {
        code::fetches(&self.read()?, &owner(self.connector, world)?, world)
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let owner = owner(self.connector, world)?;
        let mut input = self.read()?;
        code::exchange(&mut input, world)?;
        if world
            .child(self.connector, Kind::Connection, &input.name)?
            .is_some()
        {
            return Err(taken(Kind::Connection, &input.name));
        }
        let credentials = credentials(self.connector, wanted(&input, &owner), world)?;
        let changes = connection_changes(&input, "", &owner, &credentials, world)?;
        let created = changes.last().map(|change| change.object.clone());
        let created =
            created.ok_or_else(|| Error::Internal("a connection without a change".to_owned()))?;
        Ok(Computed {
            answer: Some(body(print(&created, &credentials, &changes, world))?),
            before: None,
            subject: Some(ObjectVersion::from(&created)),
            plan: below(&owner, changes, time_of_change(&owner, world)),
        })
    }
}

/// Changes a connection: its name, the order of its credentials and how they are used, and its
/// variables.
#[derive(Debug)]
pub(crate) struct UpdateConnection {
    /// Which.
    pub path: ConnectionPath,
    /// The ConnectionUpdate.
    pub body: Value,
}

impl Operation for UpdateConnection {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        Ok(Some(ObjectVersion::from(&self.path.find(view)?)))
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let owner = owner(self.path.connector, world)?;
        let current = self.path.find(world)?;
        let mut faults = FieldErrors::default();
        let input = wire::read_update(&self.body, &mut faults);
        let Some(mut input) = faults.finish(input)? else {
            return Err(no_object());
        };
        if let Some(given) = &mut input.variables {
            *given = variables::kept(given, current.doc.get("variables"));
        }
        if input.name != current.name
            && world
                .child(owner.uid, Kind::Connection, &input.name)?
                .is_some()
        {
            return Err(taken(Kind::Connection, &input.name));
        }
        let mut uids: Vec<Uid> = document::references(&current).collect();
        uids.extend(wanted(&input, &owner));
        let credentials = credentials(owner.uid, uids, world)?;
        let prepared = prepare(&input, Some(&current), &owner, &credentials, world)?;
        check_items(&current, &prepared.credentials)?;
        let merged = world.replace(
            &mergeable(&current),
            &mergeable_input(&self.body, &input, prepared.credentials),
            wire::UPDATE_RULES,
        )?;
        let now = time_of_change(&current, world);
        let mut doc = merged.document;
        if let Some(members) = doc.as_object_mut() {
            members.retain(|name, _| name == "credentials" || name == "variables");
        }
        secrets::check(&doc, Some(&current.doc), None, world, str::to_owned)?;
        let is_as_before = doc == current.doc && input.name == current.name;
        let mut change = Change::update(current.clone(), doc, now);
        change.object.name.clone_from(&input.name);
        let mut updated = change.object.clone();
        let mut changes = prepared.changes;
        if is_as_before {
            updated = current.clone();
        } else {
            changes.push(change);
        }
        let answer = body(print(&updated, &credentials, &changes, world))?;
        let before = body(print(&current, &credentials, &[], world))?;
        let mut plan = if changes.is_empty() {
            Plan::default()
        } else {
            below(&owner, changes, time_of_change(&owner, world))
        };
        plan.origins = merged.origins;
        Ok(Computed {
            plan,
            answer: Some(answer),
            before: Some(before),
            subject: Some(ObjectVersion::from(&current)),
        })
    }
}

fn mergeable(connection: &Object) -> Value {
    let mut members = connection.doc.as_object().cloned().unwrap_or_default();
    members.insert("id".to_owned(), json!(connection.uid.ulid()));
    members.insert("name".to_owned(), json!(connection.name));
    Value::Object(members)
}

fn mergeable_input(
    sent: &Value,
    input: &ConnectionInput,
    credentials: Map<String, Value>,
) -> Value {
    let mut members = Map::new();
    let id = sent.text_at("id").unwrap_or_default();
    let id = Uid::parse_ulid(id).map_or_else(|| id.to_owned(), Uid::ulid);
    members.insert("id".to_owned(), json!(id));
    members.insert("name".to_owned(), json!(input.name));
    if !input.credentials.is_empty() {
        members.insert("credentials".to_owned(), Value::Object(credentials));
    }
    if let Some(variables) = &input.variables {
        members.insert("variables".to_owned(), variables.clone().into());
    }
    Value::Object(members)
}

/// The items of each list must be those that are there, in any order.
fn check_items(current: &Object, sent: &Map<String, Value>) -> Result<()> {
    let mut faults = FieldErrors::default();
    for list in LISTS {
        let Some(items) = sent.get(list) else {
            continue;
        };
        if ids(document::items(current, list)) != ids(items.as_array()) {
            let message =
                "must have the items that are there, in any order: none can be added or removed";
            faults.push(FieldError::new(
                format!("credentials.{list}"),
                FieldCode::Invalid,
                message,
            ));
        }
    }
    faults.finish(())
}

fn ids(items: Option<&Vec<Value>>) -> HashSet<&str> {
    let items = items.into_iter().flatten();
    items.filter_map(|item| item.text_at("id")).collect()
}

/// Removes a connection and the credentials that nothing else refers to. While a version is
/// published, its actions and triggers run over the connections, and they are in use.
#[derive(Debug)]
pub(crate) struct DeleteConnection {
    /// Which.
    pub path: ConnectionPath,
    /// Even if it is in use.
    pub force: bool,
}

impl Operation for DeleteConnection {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        Ok(Some(ObjectVersion::from(&self.path.find(view)?)))
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = Family::read(self.path.connector, world)?;
        let current = self.path.find(world)?;
        let live = family
            .of(Kind::Version)
            .find(|one| version::published_at(one).is_some());
        if let Some(live) = live.filter(|_| !self.force) {
            return Err(Error::PreconditionFailed(format!(
                "connection {:?} is in use by the published version {:?}: unpublish it first, or use force=true",
                current.name, live.name
            )));
        }
        let now = time_of_change(&family.connector, world);
        let removed = Change::delete(current.clone(), now);
        let plan = below(&family.connector, [removed], now);
        let before = body(wire::print(
            &current,
            &family.credentials(),
            organisation(world),
        ))?;
        let (plan, _) = family.carry_out(plan, now);
        Ok(Computed {
            plan,
            before: Some(before),
            subject: Some(ObjectVersion::from(&current)),
            answer: None,
        })
    }
}
