//! Versions of a connector.

use hub::error::{FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{Computed, ObjectVersion, Operation, Reading, View, World};
use hub::plan::{Change, Plan};
use hub::search::{Filter, SearchRequest};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::draft::draft;
use super::library::SUBSCRIBED_VERSION;
use super::path::VersionPath;
use super::wire::{self, VersionBody};
use crate::change::{below, body, read_only, refused, taken, time_of_change};
use crate::connector::document;
use crate::family::Family;
use crate::page::{self, Page};
use crate::part::contents;
use crate::rules;
use crate::text::Members;

/// Reads a version.
#[derive(Debug)]
pub(crate) struct GetVersion(pub VersionPath);

impl Reading for GetVersion {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let family = self.0.family(view)?;
        let found = family.version(&self.0.version)?;
        read_only(found, wire::print(found, &family))
    }
}

/// The versions of a connector.
#[derive(Debug)]
pub(crate) struct ListVersions {
    /// Which connector.
    pub connector: Uid,
    /// Which of them.
    pub page: Page,
}

impl Reading for ListVersions {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let family = Family::with(self.connector, &[Kind::Version], view)?;
        let versions = family.of(Kind::Version);
        let versions = versions.map(|one| (page::by_update(one), one)).collect();
        let print = |version: &Object| wire::print(version, &family);
        let answer = self.page.print("items", versions, print);
        read_only(&family.connector, answer)
    }
}

/// Makes a draft, empty or from what another version is made of.
#[derive(Debug)]
pub(crate) struct CreateVersion {
    /// Of which connector.
    pub connector: Uid,
    /// `{name, description?, fromVersion?}`
    pub body: Value,
}

impl Operation for CreateVersion {
    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = Family::with(self.connector, &[Kind::Version], world)?;
        let mut faults = FieldErrors::default();
        let fields = faults.object("", &self.body);
        let (mut name, mut description, mut from) = ("", None, None);
        if let Some(fields) = &fields {
            name = fields.string("name", &mut faults).unwrap_or_default();
            wire::check_name(fields, "name", &mut faults);
            description = fields.optional_string("description", &mut faults);
            rules::length(fields, "description", rules::TEXT_MAX, &mut faults);
            from = fields.optional_string("fromVersion", &mut faults);
        }
        let source = from.map(|from| family.version(from));
        if let Some(Err(_)) = &source {
            let message = "the connector has no such version";
            faults.push(FieldError::new("fromVersion", FieldCode::NotFound, message));
        }
        faults.finish(())?;
        let contents = match source {
            Some(Ok(source)) => contents::read(source.uid, world)?.doc,
            _ => contents::empty(),
        };
        let (changes, created) = draft(&family, name, description, contents, world)?;
        let now = time_of_change(&family.connector, world);
        let plan = below(&family.connector, changes, now);
        let after = family.after(&plan);
        Ok(Computed {
            plan,
            answer: Some(body(wire::print(&created, &after))?),
            subject: Some(ObjectVersion::from(&created)),
            before: None,
        })
    }
}

/// Changes a version. One that is published can only be made the default, or no longer be it.
#[derive(Debug)]
pub(crate) struct UpdateVersion {
    /// Which.
    pub path: VersionPath,
    /// The version, whose read-only members may not differ.
    pub body: Value,
}

impl Operation for UpdateVersion {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        self.path.version_of(view)
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = self.path.family(world)?;
        let current = family.version(&self.path.version)?.clone();
        let mut faults = FieldErrors::default();
        let fields = faults.object("", &self.body);
        let mut payload = Map::new();
        if let Some(fields) = &fields {
            if fields.members().contains_key("name") {
                fields.string("name", &mut faults);
            }
            wire::check_name(fields, "name", &mut faults);
            fields.optional_string("description", &mut faults);
            rules::length(fields, "description", rules::TEXT_MAX, &mut faults);
            fields.optional_bool("isDefault", &mut faults);
            let known = wire::MEMBERS.iter().filter_map(|name| {
                let value = fields.get(name)?;
                Some(((*name).to_owned(), value.clone()))
            });
            payload.extend(known);
        }
        faults.finish(())?;
        let before = body(wire::print(&current, &family))?;
        let merged = world.replace(&before, &Value::Object(payload), wire::UPDATE_RULES)?;
        let text = |name: &str| merged.document.text_at(name);
        let name = text("name").unwrap_or(&current.name);
        let is_same = name == current.name && text("description") == description(&current);
        if wire::published_at(&current).is_some() && !is_same {
            let message = "it is published, and so cannot be changed: make a new version from it";
            return refused(Kind::Version, &current.name, message);
        }
        if family
            .of(Kind::Version)
            .any(|other| other.name == name && other.uid != current.uid)
        {
            return Err(taken(Kind::Version, name));
        }
        let mut doc = current.doc.clone();
        set(
            &mut doc,
            "description",
            text("description").map(|text| json!(text)),
        );
        let now = time_of_change(&current, world);
        let mut change = Change::update(current.clone(), doc, now);
        change.object.name = name.to_owned();
        let is_default = merged.document.get("isDefault").and_then(Value::as_bool);
        let mut plan = with_default(&family, current.uid, is_default == Some(true), world);
        plan.changes.push(change);
        plan.origins = merged.origins;
        let after = family.after(&plan);
        let changed = after.of(Kind::Version).find(|one| one.uid == current.uid);
        let answer = changed.map(|version| body(wire::print(version, &after)));
        Ok(Computed {
            plan,
            answer: answer.transpose()?,
            before: Some(before),
            subject: Some(ObjectVersion::from(&current)),
        })
    }
}

fn description(version: &Object) -> Option<&str> {
    version.doc.text_at("description")
}

fn set(doc: &mut Value, name: &str, value: Option<Value>) {
    if let Some(members) = doc.as_object_mut() {
        match value {
            Some(value) => members.insert(name.to_owned(), value),
            None => members.shift_remove(name),
        };
    }
}

/// A plan whose first change makes a version the default of its connector, or has it be that no
/// longer.
fn with_default(family: &Family, version: Uid, is_default: bool, world: &dyn World) -> Plan {
    let connector = &family.connector;
    let now = time_of_change(connector, world);
    let was = family.default().is_some_and(|known| known.uid == version);
    if was == is_default {
        return below(connector, [], now);
    }
    let mut doc = connector.doc.clone();
    let chosen = is_default.then(|| json!(version.hex()));
    document::set_extension(&mut doc, "defaultVersion", chosen);
    Plan::of(Change::update(connector.clone(), doc, now))
}

/// Removes a version and what it is made of.
#[derive(Debug)]
pub(crate) struct DeleteVersion {
    /// Which.
    pub path: VersionPath,
    /// Even if it is published.
    pub force: bool,
}

impl Operation for DeleteVersion {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        self.path.version_of(view)
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = self.path.family(world)?;
        let current = family.version(&self.path.version)?.clone();
        if wire::published_at(&current).is_some() && !self.force {
            let message = "it is published: unpublish it first, or use force=true";
            return refused(Kind::Version, &current.name, message);
        }
        let before = body(wire::print(&current, &family))?;
        let is_chosen = document::default_version(&family.connector) == Some(current.uid);
        let now = time_of_change(&family.connector, world);
        let mut plan = if is_chosen {
            with_default(&family, current.uid, false, world)
        } else {
            below(&family.connector, [], now)
        };
        plan.changes.push(Change::delete(current.clone(), now));
        Ok(Computed {
            plan,
            before: Some(before),
            subject: Some(ObjectVersion::from(&current)),
            answer: None,
        })
    }
}

/// Publishes a version, from when on it cannot be changed, or takes it back. Doing it again changes
/// nothing.
#[derive(Debug)]
pub(crate) struct Publish {
    /// Which.
    pub path: VersionPath,
    /// Whether it is to be published.
    pub published: bool,
}

/// The answer of PublishConnector and UnpublishConnector.
#[derive(Serialize)]
struct Published {
    version: VersionBody,
}

impl Operation for Publish {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        self.path.version_of(view)
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = self.path.family(world)?;
        let current = family.version(&self.path.version)?.clone();
        let before = Published {
            version: wire::print(&current, &family),
        };
        if wire::published_at(&current).is_some() == self.published {
            return read_only(&current, before);
        }
        if !self.published && is_subscribed(&current, world)? {
            let message = "connectors were imported from it: delete them first";
            return refused(Kind::Version, &current.name, message);
        }
        let now = time_of_change(&current, world);
        let mut doc = current.doc.clone();
        let at = self.published.then(|| json!(now.rfc3339_millis()));
        set(&mut doc, "publishedAt", at);
        let change = Change::update(current.clone(), doc, now);
        let plan = below(
            &family.connector,
            [change],
            time_of_change(&family.connector, world),
        );
        let after = family.after(&plan);
        let changed = after.of(Kind::Version).find(|one| one.uid == current.uid);
        let answer = changed.map(|version| Published {
            version: wire::print(version, &after),
        });
        Ok(Computed {
            plan,
            answer: answer.map(body).transpose()?,
            before: Some(body(before)?),
            subject: Some(ObjectVersion::from(&current)),
        })
    }
}

/// Whether a connector of any organisation was imported from it.
fn is_subscribed(version: &Object, world: &dyn World) -> Result<bool> {
    let from = Filter::Equal(SUBSCRIBED_VERSION, version.uid.hex());
    let found = world.search(&SearchRequest {
        kind: Kind::Connector,
        everywhere: true,
        filters: vec![from],
        sort: Vec::new(),
        from: None,
        limit: 1,
    })?;
    Ok(found.total > 0)
}
