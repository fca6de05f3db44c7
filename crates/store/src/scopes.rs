//! Scopes by any of their names, and the requests that their keys let in.

use std::cell::RefCell;
use std::collections::HashMap;

use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::scope::Scope;
use hub::time::Timestamp;
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::database::{Columns, Database, Failure};
use crate::object_row::{COLUMNS, literal, maybe_object, object};
use crate::objects::{self, SHARED_SCOPE};
use crate::schema::ROOT;

/// How often the use of a key is written down, in milliseconds.
const TOUCH_EVERY: i64 = 60_000;
/// How many keys an instance remembers to have written down.
const TOUCHED_KEYS: usize = 1024;

thread_local! {
    static TOUCHED: RefCell<HashMap<Uid, i64>> = RefCell::new(HashMap::new());
}

/// What lets a request in: its credential, or else the scope that its path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// A key.
    Key(Uid),
    /// A scope, by its name.
    Scope(&'a str),
    /// A scope, by its name in a dialect, in the form in which it is stored.
    ScopeIn(&'static str, &'a str),
}

/// What a request begins with. Whether a key has the right secret, and whether it expired, its
/// document says.
#[derive(Clone, Debug, PartialEq)]
pub struct Entered {
    /// The key, or else the scope as an object.
    pub object: Object,
    /// The scope.
    pub scope: Scope,
    /// When the key was last used, to about a minute.
    pub last_used: Option<Timestamp>,
    /// The newest revision of a class that connectors of the scope can have, 0 for none: while it
    /// stays, so do they.
    pub classes_at: i64,
    /// What was looked for in the scope along with it, if it is there.
    pub subject: Option<Object>,
}

impl Entered {
    /// Whether [`Store::touch_key`] would write.
    pub fn is_touch_due(&self, now: Timestamp) -> bool {
        let before = self.last_used.map(Timestamp::millis);
        [before, touched(self.object.uid)]
            .into_iter()
            .flatten()
            .all(|at| now.millis().saturating_sub(at) >= TOUCH_EVERY)
    }
}

impl<D: Database> Store<D> {
    /// What a request begins with, and what it is about where that is known by then: all by one
    /// SELECT, since each costs a trip to another thread of the host.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] when the database fails.
    pub fn enter(
        &self,
        entry: Entry,
        subject: Option<(Kind, &ObjectRef)>,
    ) -> Result<Option<Entered>> {
        let (sql, parameters) = entrance(entry, subject);
        let rows = self.database.read(&sql, parameters)?;
        let Some(row) = rows.into_iter().next() else {
            return Ok(None);
        };
        let mut columns = Columns::new(row);
        Ok(Some(Entered {
            object: object(&mut columns)?,
            scope: self.read_scope(&mut columns)?,
            last_used: columns.maybe_integer()?.map(Timestamp::from_millis),
            classes_at: columns.integer()?,
            subject: match subject {
                Some(_) => maybe_object(&mut columns)?,
                None => None,
            },
        }))
    }

    /// The keys of a scope, oldest first, and when each was last used, to about a minute.
    ///
    /// # Errors
    /// As [`Store::enter`].
    pub fn keys(&self, scope: ScopeId) -> Result<Vec<(Object, Option<Timestamp>)>> {
        let sql = format!(
            "SELECT key_use.at AS last_used, {COLUMNS} FROM object LEFT JOIN key_use ON key_use.key = object.uid \
             WHERE object.kind = 'key' AND object.scope = ?1 ORDER BY object.id"
        );
        let rows = self.database.read(&sql, vec![Value::Integer(scope)])?;
        let key = |row| {
            let mut columns = Columns::new(row);
            let last_used = columns.maybe_integer()?.map(Timestamp::from_millis);
            Ok((object(&mut columns)?, last_used))
        };
        rows.into_iter().map(key).collect()
    }

    /// A scope by its name.
    ///
    /// # Errors
    /// As [`Store::enter`].
    pub fn scope_named(&self, name: &str) -> Result<Option<Scope>> {
        self.scope_where("slug = ?1", Value::Text(name.to_owned()))
    }

    /// A scope by its number.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none; as [`Store::enter`] otherwise.
    pub fn scope(&self, id: ScopeId) -> Result<Scope> {
        self.scope_where("id = ?1", Value::Integer(id))?
            .ok_or_else(|| Error::not_found(Kind::Scope, id.to_string()))
    }

    /// All scopes, oldest first.
    ///
    /// # Errors
    /// As [`Store::enter`].
    pub fn scopes(&self) -> Result<Vec<Scope>> {
        let sql = "SELECT id, doc FROM object WHERE kind = 'scope' AND scope = ?1 ORDER BY id";
        let rows = self.database.read(sql, vec![Value::Integer(ROOT)])?;
        rows.into_iter()
            .map(|row| self.read_scope(&mut Columns::new(row)))
            .collect()
    }

    /// Writes down that a key is used, about once a minute. Not for the request's critical path:
    /// call it when the answer is out. What cannot be written at once is left to the next use.
    ///
    /// # Errors
    /// [`Error::Internal`] when the database fails other than by being busy.
    pub async fn touch_key(&self, entered: &Entered, now: Timestamp) -> Result<()> {
        if !entered.is_touch_due(now) {
            return Ok(());
        }
        let now = now.millis();
        let key = entered.object.uid;
        remember(key, now);
        // A key that was deleted meanwhile must not come back.
        let sql = "INSERT INTO key_use (key, at) SELECT uid, ?2 FROM object WHERE uid = ?1 \
             ON CONFLICT (key) DO UPDATE SET at = excluded.at WHERE excluded.at > at";
        match self
            .database
            .write(sql, vec![Value::Text(key.hex()), Value::Integer(now)])
            .await
        {
            Ok(_) => Ok(()),
            Err(Failure::Busy) => {
                TOUCHED.with_borrow_mut(|touched| touched.remove(&key));
                Ok(())
            }
            Err(failure) => Err(failure.into()),
        }
    }

    fn scope_where(&self, condition: &str, value: Value) -> Result<Option<Scope>> {
        let sql = format!(
            "SELECT id, doc FROM object WHERE kind = 'scope' AND scope = {ROOT} AND {condition}"
        );
        let rows = self.database.read(&sql, vec![value])?;
        rows.into_iter()
            .next()
            .map(|row| self.read_scope(&mut Columns::new(row)))
            .transpose()
    }

    fn read_scope(&self, columns: &mut Columns) -> Result<Scope> {
        let id = columns.integer()?;
        Scope::read(id, &columns.text()?, self.dialects)
    }
}

/// The statement of [`Store::enter`] and its parameters. It gives one row.
fn entrance(entry: Entry, subject: Option<(Kind, &ObjectRef)>) -> (String, Vec<Value>) {
    let text = |text: &str| Value::Text(text.to_owned());
    let (tenant, last_used, from, condition, mut parameters) = match entry {
        Entry::Key(key) => (
            "tenant",
            "key_use.at",
            "object JOIN object AS tenant ON tenant.id = object.scope AND tenant.kind = 'scope' \
             LEFT JOIN key_use ON key_use.key = object.uid",
            "object.uid = ?1 AND object.kind = 'key'",
            vec![Value::Text(key.hex())],
        ),
        Entry::Scope(name) => (
            "object",
            "NULL",
            "object",
            "object.kind = 'scope' AND object.scope = 0 AND object.slug = ?1",
            vec![text(name)],
        ),
        Entry::ScopeIn(dialect, name) => (
            "object",
            "NULL",
            "scope_name JOIN object ON object.id = scope_name.scope",
            "scope_name.dialect = ?1 AND scope_name.value = ?2",
            vec![text(dialect), text(name)],
        ),
    };
    let newest = |scope: &str| {
        format!(
            "coalesce((SELECT max(revision) FROM revision WHERE kind = 'class' AND scope = {scope}), 0)"
        )
    };
    let (own, shared) = (newest(&format!("{tenant}.id")), newest(SHARED_SCOPE));
    let (mut columns, mut join, mut first) = (String::new(), String::new(), "");
    if let Some((kind, by)) = subject {
        parameters.push(objects::value(by));
        let place = parameters.len();
        columns = format!(", {}", COLUMNS.replace("object.", "subject."));
        join = format!(
            " LEFT JOIN object AS subject ON subject.{} = ?{place} AND subject.kind = {} AND subject.scope = {tenant}.id",
            objects::column(by),
            literal(kind)
        );
        first = " ORDER BY subject.id LIMIT 1";
    }
    let sql = format!(
        "SELECT {COLUMNS}, {tenant}.id AS scope_id, {tenant}.doc AS scope_doc, {last_used} AS last_used, \
         max({own}, {shared}) AS classes_at{columns} FROM {from}{join} WHERE {condition}{first}"
    );
    (sql, parameters)
}

fn touched(key: Uid) -> Option<i64> {
    TOUCHED.with_borrow(|touched| touched.get(&key).copied())
}

fn remember(key: Uid, now: i64) {
    TOUCHED.with_borrow_mut(|touched| {
        if touched.len() >= TOUCHED_KEYS {
            touched.clear();
        }
        touched.insert(key, now);
    });
}
