//! Lists: the statements and the pages of a [`Query`].

use hub::error::Result;
use hub::object::{Kind, Object};
use hub::query::{Cursor, Order, Page, Query};
use spin_sdk::sqlite::Value;

use crate::database::{Columns, Row};
use crate::object_row::{COLUMNS, literal, literals, object};

/// The first row says the revision, and is there even if nothing else is.
pub(crate) fn read_page(rows: Vec<Row>, query: &Query) -> Result<Page> {
    let mut rows = rows.into_iter().map(Columns::new);
    let revision = match rows.next() {
        Some(mut columns) => columns.integer()?,
        None => 0,
    };
    let mut objects: Vec<Object> = rows
        .map(|mut columns| object(&mut columns))
        .collect::<Result<_>>()?;
    let limit = usize::try_from(query.limit()).unwrap_or(usize::MAX);
    let more = objects.len() > limit;
    objects.truncate(limit);
    let last = objects.last().filter(|_| more);
    let next = last.map(|last| Cursor::after(last, query.order));
    Ok(Page {
        objects,
        revision,
        next,
    })
}

/// A condition under construction: the SQL and the values of its parameters.
#[derive(Default)]
pub(crate) struct Condition {
    pub(crate) sql: String,
    pub(crate) parameters: Vec<Value>,
}

impl Condition {
    /// The place holder of a value.
    pub(crate) fn bind(&mut self, value: Value) -> String {
        self.parameters.push(value);
        format!("?{}", self.parameters.len())
    }

    pub(crate) fn and(&mut self, sql: &str) {
        if !self.sql.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.sql.push_str(sql);
    }

    /// One kind is told by `=`, which keeps the order of an index.
    pub(crate) fn and_kinds(&mut self, column: &str, kinds: &[Kind]) {
        match kinds {
            [kind] => self.and(&format!("{column} = {}", literal(*kind))),
            _ => self.and(&format!("{column} IN ({})", literals(kinds))),
        }
    }

    pub(crate) fn and_equal(&mut self, column: &str, value: Value) {
        let place = self.bind(value);
        self.and(&format!("{column} = {place}"));
    }
}

/// The statements of a query.
pub(crate) struct Statements<'q>(pub(crate) &'q Query);

impl Statements<'_> {
    /// The statement for a page: the revision first, then one object more than asked for, to see if
    /// there is more.
    pub(crate) fn page(&self) -> (String, Vec<Value>) {
        let mut condition = self.condition();
        self.add_after(&mut condition);
        let limit = condition.bind(Value::Integer(i64::from(self.0.limit()).saturating_add(1)));
        let sql = format!(
            "SELECT (SELECT coalesce(max(revision), 0) FROM revision) AS id, NULL AS uid, NULL AS scope, NULL AS kind, \
               NULL AS name, NULL AS slug, NULL AS parent, NULL AS generation, NULL AS revision, NULL AS created_at, \
               NULL AS updated_at, NULL AS doc \
             UNION ALL SELECT * FROM (SELECT {COLUMNS} FROM object WHERE {} ORDER BY {} LIMIT {limit})",
            condition.sql,
            self.order_by(),
        );
        (sql, condition.parameters)
    }

    pub(crate) fn count(&self) -> (String, Vec<Value>) {
        let condition = self.condition();
        let sql = format!(
            "SELECT count(*) AS count FROM object WHERE {}",
            condition.sql
        );
        (sql, condition.parameters)
    }

    fn condition(&self) -> Condition {
        let mut condition = Condition::default();
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
        condition
    }

    /// Within one scope the scope is left out, so that an index can be entered in the middle.
    pub(crate) fn add_after(&self, condition: &mut Condition) {
        let Some(after) = &self.0.after else { return };
        let id = Value::Integer(after.id);
        let id_order = match self.0.order {
            Order::Oldest => Some(">"),
            Order::Newest => Some("<"),
            Order::Slug | Order::Name => None,
        };
        if let Some(than) = id_order {
            let place = condition.bind(id);
            condition.and(&format!("id {than} {place}"));
            return;
        }
        let column = if self.0.order == Order::Name {
            "name"
        } else {
            "slug"
        };
        let key = condition.bind(Value::Text(after.key.clone()));
        let id = condition.bind(id);
        if self.0.scope.is_some() {
            condition.and(&format!("({column}, id) > ({key}, {id})"));
        } else {
            let scope = condition.bind(Value::Integer(after.scope));
            condition.and(&format!("(scope, {column}, id) > ({scope}, {key}, {id})"));
        }
    }

    pub(crate) const fn order_by(&self) -> &'static str {
        match self.0.order {
            Order::Slug => "scope, slug, id",
            Order::Name => "scope, name, id",
            Order::Oldest => "id",
            Order::Newest => "id DESC",
        }
    }
}
