//! Reads of connectors and protocols.

use std::collections::HashMap;

use hub::error::Result;
use hub::id::Uid;
use hub::object::{Kind, ScopeId};
use hub::operation::{Computed, Reading, View};
use hub::search::SearchRequest;
use serde_json::{Map, Value, json};

use super::update::CATEGORIES;
use super::{organisation, read_only};
use crate::family::{self, Family};
use crate::page::{self, Page};
use crate::protocol::Protocol;
use crate::scope_name::organisation_id;
use crate::{connector, list};

/// Reads a connector with all that belongs to it.
#[derive(Debug)]
pub struct GetConnector {
    /// Which.
    pub connector: Uid,
}

impl Reading for GetConnector {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let family = Family::read(self.connector, view)?;
        Ok(read_only(
            &family.connector,
            connector::print(&family, organisation(view)),
        ))
    }
}

/// What is shown of connectors to those who are not of their organisation: neither connections nor credentials.
const PUBLIC: [Kind; 1] = [Kind::Version];

/// A page of connectors, of the organisation or the public ones of all.
#[derive(Debug)]
pub struct ListConnectors(pub SearchRequest);

impl Reading for ListConnectors {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let mut found = view.search(&self.0)?;
        let cursor = |at: Option<&(_, Vec<Value>)>| {
            at.map(|(object, keys)| json!(list::cursor(object, keys, &self.0.sort)))
        };
        let next = cursor(found.objects.last()).filter(|_| found.after);
        let prev = cursor(found.objects.first()).filter(|_| found.before);
        let connectors = found.objects.drain(..).map(|(object, _)| object).collect();
        let mut organisations = Organisations::new(view);
        let mut printed = Vec::new();
        let kinds = if self.0.everywhere {
            &PUBLIC[..]
        } else {
            family::SHOWN
        };
        for family in Family::read_all(connectors, kinds, view)? {
            let organisation = organisations.of(family.connector.scope)?;
            printed.push(connector::print(&family, organisation));
        }
        let mut answer = Map::new();
        answer.insert("totalCount".to_owned(), json!(found.total));
        for (name, cursor) in [("next", next), ("prev", prev)] {
            if let Some(cursor) = cursor {
                answer.insert(name.to_owned(), cursor);
            }
        }
        answer.insert("connectors".to_owned(), printed.into());
        Ok(of_all(Value::Object(answer)))
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

/// The protocols that connectors can have.
#[derive(Debug)]
pub struct ListProtocols(pub Page);

impl Reading for ListProtocols {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let protocols = Protocol::all(view)?.into_iter();
        let protocols = protocols
            .map(|one| (page::by_name(&one.slug), one))
            .collect();
        Ok(of_all(
            self.0.print("protocols", protocols, |one| one.print()),
        ))
    }
}

/// The auth schemes of a protocol, in its own order.
#[derive(Debug)]
pub struct ListAuthSchemes {
    /// Which.
    pub protocol: String,
}

impl Reading for ListAuthSchemes {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let schemes = Protocol::find(&self.protocol, view)?.print_schemes();
        let answer = json!({"totalCount": schemes.len(), "authSchemes": schemes});
        Ok(of_all(answer))
    }
}

/// What connectors can be about.
#[derive(Debug)]
pub struct ListCategories;

impl Reading for ListCategories {
    fn answer(&self, _view: &dyn View) -> Result<Computed> {
        Ok(of_all(json!(CATEGORIES)))
    }
}

/// An answer that is about no object.
fn of_all(answer: Value) -> Computed {
    Computed {
        answer: Some(answer),
        ..Computed::default()
    }
}
