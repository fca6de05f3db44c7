//! Searches: lists filtered and sorted by what is in the documents, paged both ways by the keys of
//! the order.

use hub::error::Result;
use hub::object::ScopeId;
use hub::search::{Direction, Filter, SearchPage, SearchPosition, SearchRequest, Side, SortKey};
use serde_json::Value as Json;
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::database::{Columns, Database};
use crate::object_row::{COLUMNS, literal, object};
use crate::query::Condition;

impl<D: Database> Store<D> {
    /// One page of what is looked for, in one scope unless the search is for all, and how many
    /// there are in all.
    ///
    /// # Errors
    /// [`hub::error::Error::Unavailable`] or [`hub::error::Error::Internal`] when the database
    /// fails.
    pub fn search(&self, scope: ScopeId, search: &SearchRequest) -> Result<SearchPage> {
        let condition = condition(scope, search);
        let total = self.count_of(&condition)?;
        let (sql, parameters) = page(search, condition);
        let mut rows = Vec::new();
        for row in self.database.read(&sql, parameters)? {
            let mut columns = Columns::new(row);
            let keys = serde_json::from_str(&columns.text()?).map_err(crate::internal::internal)?;
            rows.push((object(&mut columns)?, keys));
        }
        // One more than asked for was read, to see whether there are more in the direction that was
        // read in.
        let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let side = search.from.as_ref().map(|place| place.side);
        if side == Some(Side::Before) {
            rows.reverse();
        }
        Ok(SearchPage {
            total,
            before: if side == Some(Side::Before) {
                more
            } else {
                side.is_some()
            },
            after: if side == Some(Side::Before) {
                true
            } else {
                more
            },
            objects: rows,
        })
    }

    fn count_of(&self, condition: &Condition) -> Result<i64> {
        let sql = format!(
            "SELECT count(*) AS count FROM object WHERE {}",
            condition.sql
        );
        let rows = self.database.read(&sql, condition.parameters.clone())?;
        Columns::new(rows.into_iter().next().unwrap_or_default()).integer()
    }
}

fn condition(scope: ScopeId, search: &SearchRequest) -> Condition {
    let mut condition = Condition::default();
    let kind = literal(search.kind);
    condition.and(&format!("kind = {kind}"));
    if !search.everywhere {
        condition.and_equal("scope", Value::Integer(scope));
    }
    for filter in &search.filters {
        add(&mut condition, filter);
    }
    condition
}

fn add(condition: &mut Condition, filter: &Filter) {
    let sql = match filter {
        Filter::NameContains(part) => {
            let part = condition.bind(text(part));
            format!("instr(lower(name), lower({part})) > 0")
        }
        Filter::Equal(path, value) => {
            let value = condition.bind(text(value));
            format!("doc ->> '{path}' = {value}")
        }
        Filter::NotEqual(path, value) => {
            let value = condition.bind(text(value));
            format!("doc ->> '{path}' IS NOT {value}")
        }
        Filter::True(path) => format!("doc ->> '{path}' = 1"),
        Filter::AnyOf(path, values) => {
            let places: Vec<String> = values
                .iter()
                .map(|value| condition.bind(text(value)))
                .collect();
            let places = places.join(", ");
            format!(
                "EXISTS (SELECT 1 FROM json_each(doc, '{path}') AS item WHERE item.value IN ({places}))"
            )
        }
        Filter::Entry(path, key, None) => {
            let key = condition.bind(text(key));
            format!(
                "EXISTS (SELECT 1 FROM json_each(doc, '{path}') AS entry WHERE entry.key = {key})"
            )
        }
        Filter::Entry(path, key, Some(value)) => {
            let (key, value) = (condition.bind(text(key)), condition.bind(text(value)));
            format!(
                "EXISTS (SELECT 1 FROM json_each(doc, '{path}') AS entry, json_each(entry.value) AS item \
                 WHERE entry.key = {key} AND item.value = {value})"
            )
        }
    };
    condition.and(&sql);
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// The statement of a page. The keys are read first and the documents only of the page, so that
/// sorting carries no documents about.
fn page(search: &SearchRequest, mut condition: Condition) -> (String, Vec<Value>) {
    let backwards = search
        .from
        .as_ref()
        .is_some_and(|place| place.side == Side::Before);
    let mut terms: Vec<(String, bool)> = search
        .sort
        .iter()
        .map(|(key, direction)| {
            (
                expression(*key),
                (*direction == Direction::Descending) != backwards,
            )
        })
        .collect();
    let keys: Vec<String> = terms.iter().map(|(key, _)| key.clone()).collect();
    terms.push(("id".to_owned(), !backwards));
    if let Some(place) = &search.from {
        let beyond = beyond(&mut condition, &terms, place);
        condition.and(&beyond);
    }
    let order: Vec<String> = terms
        .iter()
        .map(|(key, descending)| format!("{key} {}", if *descending { "DESC" } else { "ASC" }))
        .collect();
    let (keys, order) = (keys.join(", "), order.join(", "));
    let limit = condition.bind(Value::Integer(i64::from(search.limit).saturating_add(1)));
    let sql = format!(
        "WITH found AS MATERIALIZED (SELECT id, json_array({keys}) AS keys, row_number() OVER (ORDER BY {order}) AS place \
           FROM object WHERE {} ORDER BY place LIMIT {limit}) \
         SELECT found.keys AS keys, {COLUMNS} FROM found JOIN object ON object.id = found.id ORDER BY found.place",
        condition.sql
    );
    (sql, condition.parameters)
}

fn expression(key: SortKey) -> String {
    match key {
        SortKey::Name => "lower(name)".to_owned(),
        SortKey::Created => "id".to_owned(),
        SortKey::Updated => "updated_at".to_owned(),
        SortKey::Path(path) => format!("coalesce(doc ->> '{path}', '')"),
    }
}

/// Beyond a place in an order of several directions: beyond it by the first key, or level with it
/// and beyond it by the next, and so on.
fn beyond(condition: &mut Condition, terms: &[(String, bool)], place: &SearchPosition) -> String {
    let id = Json::from(place.id);
    let values = place.keys.iter().chain(std::iter::once(&id));
    let mut alternatives = Vec::new();
    let mut level = String::new();
    for ((key, descending), value) in terms.iter().zip(values) {
        let value = condition.bind(match value {
            Json::Number(number) => Value::Integer(number.as_i64().unwrap_or_default()),
            other => text(other.as_str().unwrap_or_default()),
        });
        let than = if *descending { "<" } else { ">" };
        alternatives.push(format!("({level}{key} {than} {value})"));
        level.push_str(&format!("{key} = {value} AND "));
    }
    format!("({})", alternatives.join(" OR "))
}
