//! The log: what changed since, how an object came to be what it is, and lists as they were.

use std::collections::HashMap;

use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::plan::Action;
use hub::query::{LONGEST_PAGE, Page, Query};
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::database::{Columns, Database, Row};
use crate::object_row::object;
use crate::query::{Condition, Statements, read_page};
use crate::statements::NEWEST_REVISION;

/// The columns of [`crate::object_row::COLUMNS`] as the log has them.
pub(crate) const COLUMNS: &str = "coalesce(revision.id, revision.revision) AS id, revision.uid AS uid, revision.scope AS scope, \
     revision.kind AS kind, revision.name AS name, revision.slug AS slug, revision.parent AS parent, \
     revision.generation AS generation, revision.revision AS revision, revision.created_at AS created_at, \
     revision.at AS updated_at, revision.doc AS doc";

/// One committed change of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// What was done.
    pub operation: Action,
    /// The number that the changes committed together have in common.
    pub plan: i64,
    /// Who did it.
    pub actor: String,
    /// The object as it was then; of a delete, as it last was. Its `revision` is the number of
    /// this change and its `updated_at` the time of it.
    pub object: Object,
}

impl<D: Database> Store<D> {
    /// Changes after a revision, oldest first: of these kinds (of all, if none is given), in this
    /// scope or in all.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] when the database fails.
    pub fn revisions_after(
        &self,
        kinds: &[Kind],
        scope: Option<ScopeId>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Revision>> {
        let mut condition = Condition::default();
        let place = condition.bind(Value::Integer(after));
        condition.and(&format!("revision > {place}"));
        if let Some(scope) = scope {
            condition.and_equal("scope", Value::Integer(scope));
        }
        if !kinds.is_empty() {
            // Over all scopes the tail of the log is read, which the `+` says: by kind, it would be
            // all of that kind.
            let column = if scope.is_some() { "kind" } else { "+kind" };
            condition.and_kinds(column, kinds);
        }
        let limit = condition.bind(Value::Integer(i64::from(limit.clamp(1, LONGEST_PAGE))));
        self.log(
            &format!("{} ORDER BY revision LIMIT {limit}", condition.sql),
            condition.parameters,
        )
    }

    /// An object as it was before a revision of it, if it was there.
    ///
    /// # Errors
    /// As [`Store::revisions_after`].
    pub fn before(&self, uid: Uid, revision: i64) -> Result<Option<Object>> {
        let parameters = vec![Value::Text(uid.hex()), Value::Integer(revision)];
        let rest = "uid = ?1 AND revision < ?2 ORDER BY revision DESC LIMIT 1";
        let found = self.log(rest, parameters)?.into_iter().next();
        Ok(found
            .filter(|found| found.operation != Action::Delete)
            .map(|found| found.object))
    }

    /// The names of the classes of a scope that were deleted, each with the last revision up to
    /// `at` that did it.
    ///
    /// # Errors
    /// As [`Store::revisions_after`].
    pub fn class_deletions(&self, scope: ScopeId, at: i64) -> Result<HashMap<String, i64>> {
        const SQL: &str = "SELECT slug, max(revision) AS revision FROM revision \
             WHERE kind = 'class' AND scope = ?1 AND revision <= ?2 AND operation = 'delete' GROUP BY slug";
        let parameters = vec![Value::Integer(scope), Value::Integer(at)];
        let rows = self.database.read(SQL, parameters)?.into_iter();
        rows.map(|row| {
            let mut columns = Columns::new(row);
            Ok((columns.text()?, columns.integer()?))
        })
        .collect()
    }

    /// The newest revision, 0 if there is none.
    ///
    /// # Errors
    /// As [`Store::revisions_after`].
    pub fn current_revision(&self) -> Result<i64> {
        self.number(NEWEST_REVISION)
    }

    /// The oldest revision that is still there, 0 if there is none. What is older is gone.
    ///
    /// # Errors
    /// As [`Store::revisions_after`].
    pub fn oldest_revision(&self) -> Result<i64> {
        self.number("SELECT coalesce(min(revision), 0) AS revision FROM revision")
    }

    /// One page of the objects asked for, as they were at a revision: the next pages of a list show
    /// what the first did, whatever was changed in between. The page's revision is the one
    /// asked for.
    ///
    /// # Errors
    /// [`Error::Gone`] for a revision that is older than the log; as [`Store::revisions_after`]
    /// otherwise.
    pub fn list_at(&self, revision: i64, query: &Query) -> Result<Page> {
        let oldest = self.oldest_revision()?;
        if revision < oldest.saturating_sub(1) {
            return Err(Error::Gone(format!(
                "revision {revision} is no longer kept: list again from the start"
            )));
        }
        let (sql, parameters) = Statements(query).page_at(revision);
        let mut page = read_page(self.database.read(&sql, parameters)?, query)?;
        page.revision = revision;
        Ok(page)
    }

    fn number(&self, sql: &str) -> Result<i64> {
        let row = self
            .database
            .read(sql, Vec::new())?
            .into_iter()
            .next()
            .unwrap_or_default();
        Columns::new(row).integer()
    }

    fn log(&self, rest: &str, parameters: Vec<Value>) -> Result<Vec<Revision>> {
        let sql = format!(
            "SELECT revision.operation AS operation, revision.plan AS plan, revision.actor AS actor, {COLUMNS} \
             FROM revision WHERE {rest}"
        );
        self.database
            .read(&sql, parameters)?
            .into_iter()
            .map(read)
            .collect()
    }
}

fn read(row: Row) -> Result<Revision> {
    let mut columns = Columns::new(row);
    let operation = columns.text()?;
    Ok(Revision {
        operation: Action::parse(&operation)
            .ok_or_else(|| Error::Internal(format!("{operation:?} is stored as an operation")))?,
        plan: columns.integer()?,
        actor: columns.text()?,
        object: object(&mut columns)?,
    })
}

impl Statements<'_> {
    /// Objects that were not touched since are read as they are; of those that were, the log has
    /// what they were. So the cost follows what changed since, not the length of the log.
    fn page_at(&self, revision: i64) -> (String, Vec<Value>) {
        let mut touched = Condition::default();
        let at = touched.bind(Value::Integer(revision));
        touched.and(&format!("revision > {at}"));
        touched.and_kinds(
            if self.0.scope.is_some() {
                "kind"
            } else {
                "+kind"
            },
            &self.0.kinds,
        );
        if let Some(scope) = self.0.scope {
            touched.and_equal("scope", Value::Integer(scope));
        }
        let mut condition = Condition {
            sql: String::new(),
            parameters: touched.parameters,
        };
        condition.and_kinds("kind", &self.0.kinds);
        if let Some(scope) = self.0.scope {
            condition.and_equal("scope", Value::Integer(scope));
        }
        if let Some(parent) = self.0.parent {
            condition.and_equal("parent", Value::Text(parent.hex()));
        }
        if let Some(name) = &self.0.name {
            condition.and_equal("name", Value::Text(name.clone()));
        }
        // `id` of a row of the log is an expression, so the place in the list is told of the rows
        // found.
        let mut place = Condition {
            sql: String::new(),
            parameters: condition.parameters,
        };
        self.add_after(&mut place);
        let limit = place.bind(Value::Integer(i64::from(self.0.limit()).saturating_add(1)));
        let after = if place.sql.is_empty() {
            "1"
        } else {
            &place.sql
        };
        let objects = crate::object_row::COLUMNS;
        let order_by = self.order_by();
        let (found, touched) = (&condition.sql, &touched.sql);
        // `+uid`: the index of uids is in their order, but all of the log would be read.
        let sql = format!(
            "SELECT {at} AS id, NULL AS uid, NULL AS scope, NULL AS kind, NULL AS name, NULL AS slug, NULL AS parent, \
               NULL AS generation, NULL AS revision, NULL AS created_at, NULL AS updated_at, NULL AS doc \
             UNION ALL SELECT * FROM (SELECT * FROM ( \
               SELECT {objects} FROM object WHERE {found} AND revision <= {at} \
               UNION ALL SELECT {COLUMNS} FROM revision WHERE {found} AND operation <> 'delete' AND revision IN ( \
                 SELECT (SELECT max(revision) FROM revision AS older \
                   WHERE older.uid = later.uid AND older.revision <= {at}) \
                 FROM (SELECT DISTINCT +uid AS uid FROM revision WHERE {touched}) AS later)) \
               WHERE {after} ORDER BY {order_by} LIMIT {limit})"
        );
        (sql, place.parameters)
    }
}
