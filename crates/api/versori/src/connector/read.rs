//! Reads of connectors.

use std::collections::HashMap;

use hub::error::Result;
use hub::id::Uid;
use hub::object::{Kind, ScopeId};
use hub::operation::{Computed, Reading, View};
use hub::search::SearchRequest;
use serde_json::Value;

use super::categories::CATEGORIES;
use super::{list, wire};
use crate::change::{about_nothing, organisation, read_only};
use crate::family::{self, Family};
use crate::page::PageBody;
use crate::scope::organisation_id;

/// Reads a connector with all that belongs to it.
#[derive(Debug)]
pub(crate) struct GetConnector {
    /// Which.
    pub connector: Uid,
}

impl Reading for GetConnector {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let family = Family::read(self.connector, view)?;
        let classes = view.classes()?;
        let answer = wire::print(&family, organisation(view), &classes);
        read_only(&family.connector, answer)
    }
}

/// What is shown of connectors to those who are not of their organisation: neither connections nor
/// credentials.
const PUBLIC: [Kind; 1] = [Kind::Version];

/// A page of connectors, of the organisation or the public ones of all.
#[derive(Debug)]
pub(crate) struct ListConnectors(pub SearchRequest);

impl Reading for ListConnectors {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let mut found = view.search(&self.0)?;
        let cursor = |at: Option<&(_, Vec<Value>)>| {
            at.map(|(object, keys)| list::cursor(object, keys, &self.0.sort))
        };
        let next = cursor(found.objects.last()).filter(|_| found.after);
        let prev = cursor(found.objects.first()).filter(|_| found.before);
        let connectors = found.objects.drain(..).map(|(object, _)| object).collect();
        let mut organisations = Organisations::new(view);
        let classes = view.classes()?;
        let mut printed = Vec::new();
        let kinds = if self.0.everywhere {
            &PUBLIC[..]
        } else {
            family::SHOWN
        };
        for family in Family::read_all(connectors, kinds, view)? {
            let organisation = organisations.of(family.connector.scope)?;
            printed.push(wire::print(&family, organisation, &classes));
        }
        let total = usize::try_from(found.total).unwrap_or_default();
        about_nothing(PageBody::new(total, next, prev, "connectors", printed))
    }
}

/// The ids of organisations, each read once.
struct Organisations<'w> {
    view: &'w dyn View,
    known: HashMap<ScopeId, String>,
}

impl<'w> Organisations<'w> {
    fn new(view: &'w dyn View) -> Self {
        let own = view.scope();
        let known = HashMap::from([(own.id, organisation_id(own).to_owned())]);
        Self { view, known }
    }

    fn of(&mut self, scope: ScopeId) -> Result<&str> {
        if !self.known.contains_key(&scope) {
            let other = self.view.other_scope(scope)?;
            self.known.insert(scope, organisation_id(&other).to_owned());
        }
        Ok(self.known.get(&scope).map_or("", String::as_str))
    }
}

/// What connectors can be about.
#[derive(Debug)]
pub(crate) struct ListCategories;

impl Reading for ListCategories {
    fn answer(&self, _view: &dyn View) -> Result<Computed> {
        about_nothing(CATEGORIES)
    }
}
