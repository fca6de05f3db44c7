//! Changes of a connector itself: the update, its tags and categories, and its removal.

use hub::class::Class;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{Computed, ObjectVersion, Operation, View, World};
use hub::plan::{Change, Plan};
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

use super::categories::CATEGORIES;
use super::document;
use super::object::{change_connector, version_of};
use super::wire::{self, Editable};
use crate::change::{below, body, organisation, refused, time_of_change};
use crate::connection::variables;
use crate::family::Family;
use crate::rules;
use crate::secrets::{self, class_of};
use crate::text::Members;
use crate::version::wire as version;

/// UpdateConnector: every mutable field becomes what the body says, and what it leaves out is
/// unset. The variables it gives go to all of the connector's connections as well, in the same
/// statement.
#[derive(Debug)]
pub(crate) struct UpdateConnector {
    /// Which.
    pub connector: Uid,
    /// The ConnectorUpdate.
    pub body: Value,
}

impl Operation for UpdateConnector {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        version_of(view, self.connector)
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = Family::read(self.connector, world)?;
        let current = family.connector.clone();
        let organisation = organisation(world);
        let mut faults = FieldErrors::default();
        let classes = world.classes()?;
        let shown = body(Editable::of(&current, organisation, &classes))?;
        let shown_members = shown.as_object().cloned().unwrap_or_default();
        let payload = wire::read_update(&self.body, &shown_members, &mut faults);
        let merged = world.replace(&shown, &Value::Object(payload.clone()), wire::UPDATE_RULES);
        // What is wrong with the body itself and what it may not change are told together.
        let merged = match (faults.finish(()), merged) {
            (Ok(()), Ok(merged)) => merged,
            (Err(Error::Invalid(mut all)), Err(Error::Invalid(more))) => {
                all.extend(more);
                return Err(Error::Invalid(all));
            }
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let members = merged.document.as_object().cloned().unwrap_or_default();
        let now = time_of_change(&current, world);
        let class = class_of(&current, &classes);
        let updated = updated(&current, &members, &shown_members, class, now);
        let (doc, stored) = (&updated.object.doc, &current.doc);
        secrets::check(doc, Some(stored), class, world, secrets::field_of_connector)?;
        let mut changes = Vec::new();
        if let Some(Value::Array(given)) = payload.get("connectionVariables") {
            changes = with_variables(&family, &updated.object, given, now, world)?;
        }
        let is_as_before = *doc == current.doc && updated.object.name == current.name;
        let mut plan = match (is_as_before, changes.is_empty()) {
            (true, true) => Plan::default(),
            (true, false) => below(&current, changes, now),
            (false, _) => Plan {
                changes: [vec![updated], changes].concat(),
                ..Plan::default()
            },
        };
        plan.origins = merged.origins;
        let before = body(wire::print(&family, organisation, &classes))?;
        let after = family.after(&plan);
        Ok(Computed {
            plan,
            answer: Some(body(wire::print(&after, organisation, &classes))?),
            before: Some(before),
            subject: Some(ObjectVersion::from(&current)),
        })
    }
}

fn updated(
    current: &Object,
    members: &Map<String, Value>,
    shown: &Map<String, Value>,
    class: Option<&Class>,
    now: Timestamp,
) -> Change {
    let mut doc = current.doc.clone();
    document::write(&mut doc, members, shown, class);
    const IDS: &str = "authSchemeConfigIds";
    if members.get(IDS) != shown.get(IDS) {
        let ids = members.get(IDS).and_then(Value::as_array);
        document::reorder(&mut doc, current, ids.map_or(&[], Vec::as_slice));
    }
    let mut change = Change::update(current.clone(), doc, now);
    let name = members.text_at("name");
    change.object.name = name.unwrap_or(&current.name).to_owned();
    change
}

/// The changes of the connections that have other variables than are given.
fn with_variables(
    family: &Family,
    updated: &Object,
    given: &[Value],
    now: Timestamp,
    world: &dyn World,
) -> Result<Vec<Change>> {
    let of_connector = document::list(updated, "connectionVariables");
    let mut changes = Vec::new();
    for connection in family.of(Kind::Connection) {
        let own = connection.doc.get("variables");
        let variables = variables::copied(of_connector, given, own, updated, world)?;
        let variables = Value::Array(variables);
        if own == Some(&variables) {
            continue;
        }
        let mut doc = connection.doc.clone();
        if let Some(members) = doc.as_object_mut() {
            members.insert("variables".to_owned(), variables);
        }
        changes.push(Change::update(connection.clone(), doc, now));
    }
    Ok(changes)
}

/// Replaces the tags.
#[derive(Debug)]
pub(crate) struct PutTags {
    /// Of which connector.
    pub connector: Uid,
    /// `{tags: {key: [value]}}`
    pub body: Value,
}

impl Operation for PutTags {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        version_of(view, self.connector)
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let mut faults = FieldErrors::default();
        let fields = faults.object("", &self.body);
        let tags = fields.as_ref().and_then(|fields| {
            if fields.get("tags").is_none() {
                faults.push(FieldError::required("tags"));
            }
            fields.optional_object("tags", &mut faults)
        });
        if let Some(tags) = &tags {
            wire::read_tags(tags, &mut faults);
        }
        faults.finish(())?;
        let tags = tags.map(|tags| Value::Object(tags.members().clone()));
        set(self.connector, "tags", tags, world)
    }
}

/// Replaces the categories.
#[derive(Debug)]
pub(crate) struct PutCategories {
    /// Of which connector.
    pub connector: Uid,
    /// `{categories: [category]}`
    pub body: Value,
}

impl Operation for PutCategories {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        version_of(view, self.connector)
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let mut faults = FieldErrors::default();
        let categories = faults
            .object("", &self.body)
            .and_then(|fields| rules::strings(&fields, "categories", true, &mut faults))
            .unwrap_or_default();
        for (index, category) in categories.iter().enumerate() {
            let field = format!("categories[{index}]");
            if !CATEGORIES.contains(&category.as_str()) {
                let allowed = CATEGORIES.map(str::to_owned).to_vec();
                faults.push(FieldError::unsupported(field, category, allowed));
            } else if categories.iter().take(index).any(|known| known == category) {
                faults.push(FieldError::new(
                    field,
                    FieldCode::Duplicate,
                    "is there twice",
                ));
            }
        }
        faults.finish(())?;
        set(self.connector, "categories", Some(json!(categories)), world)
    }
}

/// Sets what only this dialect knows.
fn set(uid: Uid, name: &str, value: Option<Value>, world: &dyn World) -> Result<Computed> {
    let family = Family::with(uid, &[], world)?;
    let mut doc = family.connector.doc.clone();
    document::set_extension(&mut doc, name, value);
    change_connector(family, doc, Vec::new(), world)
}

/// Removes a connector and all that belongs to it. One with connections or a published version is
/// in use.
#[derive(Debug)]
pub(crate) struct DeleteConnector {
    /// Which.
    pub connector: Uid,
    /// Even if it is in use.
    pub force: bool,
}

impl Operation for DeleteConnector {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        version_of(view, self.connector)
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = Family::with(self.connector, &[Kind::Connection, Kind::Version], world)?;
        let connector = &family.connector;
        if !self.force {
            if family.of(Kind::Connection).next().is_some() {
                let message =
                    "it is in use: it has connections: delete them first, or use force=true";
                return refused(Kind::Connector, &connector.name, message);
            }
            if family
                .of(Kind::Version)
                .any(|one| version::published_at(one).is_some())
            {
                let message = "it is in use: a version of it is published: unpublish it first, or use force=true";
                return refused(Kind::Connector, &connector.name, message);
            }
        }
        Ok(Computed {
            plan: Plan::of(Change::delete(connector.clone(), world.now())),
            before: Some(body(wire::print(
                &family,
                organisation(world),
                &*world.classes()?,
            ))?),
            subject: Some(ObjectVersion::from(connector)),
            ..Computed::default()
        })
    }
}
