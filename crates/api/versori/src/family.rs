//! A connector and what belongs to it, as operations find it and as their plans leave it.

use std::collections::{HashMap, HashSet};

use hub::error::Result;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::View;
use hub::plan::{Action, Change, Plan};
use hub::time::Timestamp;

use crate::auth::config;
use crate::connection::document::references;
use crate::connector::document;
use crate::text::Members;

/// What a connector shows of what belongs to it.
pub(crate) const SHOWN: &[Kind] = &[Kind::Connection, Kind::Version, Kind::Credential];

/// A connector and what belongs to it directly.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Family {
    /// The connector.
    pub connector: Object,
    /// Its connections, versions and credentials, oldest first; of those kinds that were asked
    /// for.
    pub children: Vec<Object>,
}

impl Family {
    /// All that a connector shows, read in one statement.
    ///
    /// # Errors
    /// [`hub::error::Error::NotFound`] when there is no such connector.
    pub(crate) fn read(connector: Uid, view: &dyn View) -> Result<Self> {
        Self::with(connector, SHOWN, view)
    }

    /// A connector with what of these kinds belongs to it.
    ///
    /// # Errors
    /// As [`Family::read`].
    pub(crate) fn with(connector: Uid, kinds: &[Kind], view: &dyn View) -> Result<Self> {
        let (connector, children) = view.with_children(Kind::Connector, connector, kinds)?;
        Ok(Self {
            connector,
            children,
        })
    }

    /// These connectors with what of these kinds belongs to them, read in one statement.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) fn read_all(
        connectors: Vec<Object>,
        kinds: &[Kind],
        view: &dyn View,
    ) -> Result<Vec<Self>> {
        let uids: Vec<Uid> = connectors.iter().map(|connector| connector.uid).collect();
        let mut children: HashMap<Option<Uid>, Vec<Object>> = HashMap::new();
        for child in view.children(&uids, kinds)? {
            children.entry(child.parent).or_default().push(child);
        }
        let family = |connector: Object| Self {
            children: children.remove(&Some(connector.uid)).unwrap_or_default(),
            connector,
        };
        Ok(connectors.into_iter().map(family).collect())
    }

    /// What of a kind belongs to it.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.children.iter().filter(move |child| child.kind == kind)
    }

    /// Its credentials by id.
    pub(crate) fn credentials(&self) -> HashMap<Uid, &Object> {
        self.of(Kind::Credential)
            .map(|secret| (secret.uid, secret))
            .collect()
    }

    /// The credentials that its configs and connections refer to.
    pub(crate) fn referenced(&self) -> HashSet<Uid> {
        let configs = document::list(&self.connector, "authSchemeConfigs").iter();
        let grants = configs.filter_map(|config| config::credential_of(config.as_object()?));
        grants
            .chain(self.of(Kind::Connection).flat_map(references))
            .collect()
    }

    /// A plan that removes also the credentials to which nothing refers any more once it is carried
    /// out, and how the family is then.
    #[must_use]
    pub(crate) fn carry_out(self, mut plan: Plan, now: Timestamp) -> (Plan, Self) {
        let before = self.referenced();
        let after = self.after(&plan);
        let left = after.referenced();
        let orphans: Vec<Change> = after
            .of(Kind::Credential)
            .filter(|secret| before.contains(&secret.uid) && !left.contains(&secret.uid))
            .map(|secret| Change::delete(secret.clone(), now))
            .collect();
        plan.changes.extend(orphans);
        (plan, after)
    }

    /// The newest of the published versions.
    pub(crate) fn latest(&self) -> Option<&Object> {
        let published = self.of(Kind::Version).filter_map(|version| {
            let at = version.doc.text_at("publishedAt")?;
            Some((at, version.uid, version))
        });
        published
            .max_by_key(|(at, uid, _)| (*at, *uid))
            .map(|(_, _, version)| version)
    }

    /// The version that was made the default, or else the latest.
    pub(crate) fn default(&self) -> Option<&Object> {
        let chosen = document::default_version(&self.connector)
            .and_then(|uid| self.of(Kind::Version).find(|version| version.uid == uid));
        chosen.or_else(|| self.latest())
    }

    /// A version by its name, or as `latest` or `default`.
    ///
    /// # Errors
    /// [`hub::error::Error::NotFound`] when there is none.
    pub(crate) fn version(&self, name: &str) -> Result<&Object> {
        let found = match name {
            "latest" => self.latest(),
            "default" => self.default(),
            _ => self.of(Kind::Version).find(|version| version.name == name),
        };
        found.ok_or_else(|| hub::error::Error::not_found(Kind::Version, name))
    }

    /// How it is once a plan is carried out.
    #[must_use]
    pub(crate) fn after(mut self, plan: &Plan) -> Self {
        for change in &plan.changes {
            self.apply(change);
        }
        self
    }

    fn apply(&mut self, change: &Change) {
        let object = &change.object;
        if object.uid == self.connector.uid {
            self.connector = object.clone();
            return;
        }
        let index = self
            .children
            .iter()
            .position(|child| child.uid == object.uid);
        match (change.operation, index) {
            (Action::Create, _) if object.parent == Some(self.connector.uid) => {
                self.children.push(object.clone());
            }
            (Action::Delete, Some(index)) => drop(self.children.remove(index)),
            (_, Some(index)) => {
                if let Some(child) = self.children.get_mut(index) {
                    *child = object.clone();
                }
            }
            (_, None) => {}
        }
    }
}
