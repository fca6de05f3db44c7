//! Lists: what is asked for, in which order, from where on.

use hub::error::Result;
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use spin_sdk::sqlite::Value;

use crate::database::{Columns, Row};
use crate::objects::{COLUMNS, object};

/// The most objects of a page.
pub const LONGEST_PAGE: u32 = 1000;

/// Which objects, and which page of them.
#[derive(Clone, Debug)]
pub struct Query {
    /// Of these kinds.
    pub kinds: Vec<Kind>,
    /// In this scope, or in all of them.
    pub scope: Option<ScopeId>,
    /// Belonging to this object.
    pub parent: Option<Uid>,
    /// Of this name.
    pub name: Option<String>,
    /// In this order.
    pub order: Order,
    /// Only what comes after this in that order.
    pub after: Option<Cursor>,
    /// This many at most, and [`LONGEST_PAGE`] in any case.
    pub limit: u32,
}

impl Query {
    /// All of a kind in a scope, in the order of their slugs.
    pub fn of(kind: Kind, scope: ScopeId) -> Self {
        Self {
            kinds: vec![kind],
            scope: Some(scope),
            parent: None,
            name: None,
            order: Order::Slug,
            after: None,
            limit: LONGEST_PAGE,
        }
    }

    pub(crate) fn limit(&self) -> u32 {
        self.limit.clamp(1, LONGEST_PAGE)
    }
}

/// In which order objects are listed. Scope by scope, where it is by a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By slug, as Kubernetes does.
    #[default]
    Slug,
    /// By name, and the oldest first where several have it.
    Name,
    /// The oldest first.
    Oldest,
    /// The newest first.
    Newest,
}

/// A place in a list: right after an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The object's scope.
    pub scope: ScopeId,
    /// Its slug or its name, as the order has it.
    pub key: String,
    /// Its id.
    pub id: i64,
}

impl Cursor {
    /// The place right after `object` in a list of that order.
    pub fn after(object: &Object, order: Order) -> Self {
        let key = match order {
            Order::Slug => object.slug.clone(),
            Order::Name => object.name.clone(),
            Order::Oldest | Order::Newest => String::new(),
        };
        Self {
            scope: object.scope,
            key,
            id: object.id,
        }
    }
}

/// Objects, where to go on and the revision at which it was so.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The objects.
    pub objects: Vec<Object>,
    /// The newest revision of the store when they were read.
    pub revision: i64,
    /// Where the next page starts, if there is more.
    pub next: Option<Cursor>,
}

impl Page {
    /// The first row says the revision, and is there even if nothing else is.
    pub(crate) fn read(rows: Vec<Row>, query: &Query) -> Result<Self> {
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
        Ok(Self {
            objects,
            revision,
            next,
        })
    }
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
        let places: Vec<String> = kinds
            .iter()
            .map(|kind| self.bind(Value::Text(kind.as_str().to_owned())))
            .collect();
        match places.as_slice() {
            [place] => self.and(&format!("{column} = {place}")),
            _ => self.and(&format!("{column} IN ({})", places.join(", "))),
        }
    }

    pub(crate) fn and_equal(&mut self, column: &str, value: Value) {
        let place = self.bind(value);
        self.and(&format!("{column} = {place}"));
    }
}

impl Query {
    /// The statement for a page: the revision first, then one object more than asked for, to see if there is more.
    pub(crate) fn page(&self) -> (String, Vec<Value>) {
        let mut condition = self.condition();
        self.add_after(&mut condition);
        let limit = condition.bind(Value::Integer(i64::from(self.limit()) + 1));
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
        condition.and_kinds("kind", &self.kinds);
        if let Some(scope) = self.scope {
            condition.and_equal("scope", Value::Integer(scope));
        }
        if let Some(parent) = self.parent {
            condition.and_equal("parent", Value::Text(parent.hex()));
        }
        if let Some(name) = &self.name {
            condition.and_equal("name", Value::Text(name.clone()));
        }
        condition
    }

    /// Within one scope the scope is left out, so that an index can be entered in the middle.
    pub(crate) fn add_after(&self, condition: &mut Condition) {
        let Some(after) = &self.after else { return };
        let id = Value::Integer(after.id);
        let id_order = match self.order {
            Order::Oldest => Some(">"),
            Order::Newest => Some("<"),
            Order::Slug | Order::Name => None,
        };
        if let Some(than) = id_order {
            let place = condition.bind(id);
            condition.and(&format!("id {than} {place}"));
            return;
        }
        let column = if self.order == Order::Name {
            "name"
        } else {
            "slug"
        };
        let key = condition.bind(Value::Text(after.key.clone()));
        let id = condition.bind(id);
        if self.scope.is_some() {
            condition.and(&format!("({column}, id) > ({key}, {id})"));
        } else {
            let scope = condition.bind(Value::Integer(after.scope));
            condition.and(&format!("(scope, {column}, id) > ({scope}, {key}, {id})"));
        }
    }

    pub(crate) const fn order_by(&self) -> &'static str {
        match self.order {
            Order::Slug => "scope, slug, id",
            Order::Name => "scope, name, id",
            Order::Oldest => "id",
            Order::Newest => "id DESC",
        }
    }
}
