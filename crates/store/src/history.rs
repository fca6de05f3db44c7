//! The log without its documents, for users.

use hub::error::{Error, Result};
use hub::history::{Entry, History, Query};
use hub::id::Uid;
use hub::object::{Kind, ScopeId};
use hub::plan::Action;
use hub::query::LONGEST_PAGE;
use hub::time::Timestamp;
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::database::{Columns, Database, Row};
use crate::query::Condition;

impl<D: Database> Store<D> {
    /// What was done to objects of a scope, also to those that are gone, oldest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] when the database fails.
    pub fn scope_history(&self, scope: ScopeId, query: &Query) -> Result<History> {
        let mut condition = condition(scope, query);
        let sql = format!(
            "SELECT count(*) AS count FROM revision WHERE {}",
            condition.sql
        );
        let rows = self.database.read(&sql, condition.parameters.clone())?;
        let count = Columns::new(rows.into_iter().next().unwrap_or_default()).integer()?;
        let limit = query.limit.clamp(1, LONGEST_PAGE);
        let after = condition.bind(Value::Integer(query.after));
        // One more than asked for, to see if there is more.
        let limit_and_one = condition.bind(Value::Integer(i64::from(limit).saturating_add(1)));
        let sql = format!(
            "SELECT revision, operation, actor, at, uid, kind, name, slug, generation FROM revision \
             WHERE {} AND revision > {after} ORDER BY revision LIMIT {limit_and_one}",
            condition.sql
        );
        let rows = self.database.read(&sql, condition.parameters)?.into_iter();
        let mut entries: Vec<Entry> = rows.map(entry).collect::<Result<_>>()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| more).map(|last| last.revision);
        Ok(History {
            entries,
            count,
            next,
        })
    }
}

fn condition(scope: ScopeId, query: &Query) -> Condition {
    let mut condition = Condition::default();
    condition.and_equal("scope", Value::Integer(scope));
    if let Some(object) = query.object {
        condition.and_equal("uid", Value::Text(object.hex()));
    }
    // By its kind an object is not found sooner.
    let column = if query.object.is_some() {
        "+kind"
    } else {
        "kind"
    };
    condition.and_kinds(column, &query.kinds);
    if let Some(name) = &query.name {
        condition.and_equal("name", Value::Text(name.clone()));
    }
    condition
}

fn entry(row: Row) -> Result<Entry> {
    let mut columns = Columns::new(row);
    let revision = columns.integer()?;
    Ok(Entry {
        revision,
        operation: stored(&columns.text()?, Action::parse)?,
        actor: columns.text()?,
        at: Timestamp::from_millis(columns.integer()?),
        object: stored(&columns.text()?, Uid::parse_hex)?,
        kind: stored(&columns.text()?, Kind::parse)?,
        name: columns.text()?,
        slug: columns.text()?,
        generation: columns.integer()?,
    })
}

fn stored<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(text).ok_or_else(|| Error::Internal(format!("{text:?} is stored in the log")))
}
