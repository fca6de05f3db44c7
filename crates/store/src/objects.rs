//! Objects as they are now.

use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object, ScopeId};
use hub::query::{Page, Query};
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::database::{Columns, Database};
use crate::object_row::{COLUMNS, literal, literals, object, objects};
use crate::query::{Statements, read_page};

/// The scope whose classes are for all scopes.
pub(crate) const SHARED_SCOPE: &str = "(SELECT id FROM scope WHERE name = 'default')";

pub(crate) const fn column(by: &ObjectRef) -> &'static str {
    match by {
        ObjectRef::Uid(_) => "uid",
        ObjectRef::Slug(_) => "slug",
        ObjectRef::Name(_) => "name",
        ObjectRef::Id(_) => "id",
    }
}

pub(crate) fn value(by: &ObjectRef) -> Value {
    match by {
        ObjectRef::Uid(uid) => Value::Text(uid.hex()),
        ObjectRef::Slug(name) | ObjectRef::Name(name) => Value::Text(name.clone()),
        ObjectRef::Id(id) => Value::Integer(*id),
    }
}

impl<D: Database> Store<D> {
    /// An object, if there is one of that name. A scope is in the scope [`crate::schema::ROOT`].
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`] when the database fails, as in everything that
    /// reads.
    pub fn find(&self, scope: ScopeId, kind: Kind, by: &ObjectRef) -> Result<Option<Object>> {
        let column = column(by);
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE {column} = ?1 AND kind = {} AND scope = ?2 ORDER BY id LIMIT 1",
            literal(kind)
        );
        let parameters = vec![value(by), Value::Integer(scope)];
        self.first(&sql, parameters)
    }

    /// An object that must be there.
    ///
    /// # Errors
    /// [`Error::NotFound`] with the name it was asked for by.
    pub fn object(&self, scope: ScopeId, kind: Kind, by: &ObjectRef) -> Result<Object> {
        self.find(scope, kind, by)?
            .ok_or_else(|| Error::not_found(kind, by.to_string()))
    }

    /// Those of these objects that are there, of any kind, in the order of their creation.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn objects(&self, scope: ScopeId, uids: &[Uid]) -> Result<Vec<Object>> {
        let uids: Vec<String> = uids.iter().map(|uid| uid.hex()).collect();
        let wanted = serde_json::to_string(&uids).map_err(crate::internal::internal)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE uid IN (SELECT value FROM json_each(?1)) AND scope = ?2 ORDER BY id"
        );
        self.all(&sql, vec![Value::Text(wanted), Value::Integer(scope)])
    }

    /// An object and what belongs to it directly, of any kind, oldest first, in one statement.
    ///
    /// # Errors
    /// [`Error::NotFound`] with the name it was asked for by.
    pub fn with_children(
        &self,
        scope: ScopeId,
        kind: Kind,
        by: &ObjectRef,
    ) -> Result<(Object, Vec<Object>)> {
        self.family(scope, kind, by, "1")
    }

    /// An object and what of these kinds belongs to it directly, oldest first, in one statement.
    ///
    /// # Errors
    /// As [`Store::with_children`].
    pub fn with_children_of(
        &self,
        scope: ScopeId,
        kind: Kind,
        by: &ObjectRef,
        kinds: &[Kind],
    ) -> Result<(Object, Vec<Object>)> {
        self.family(scope, kind, by, &format!("kind IN ({})", literals(kinds)))
    }

    fn family(
        &self,
        scope: ScopeId,
        kind: Kind,
        by: &ObjectRef,
        which: &str,
    ) -> Result<(Object, Vec<Object>)> {
        let (column, kind_literal) = (column(by), literal(kind));
        let sql = format!(
            "WITH top AS MATERIALIZED (SELECT {COLUMNS} FROM object \
               WHERE {column} = ?1 AND kind = {kind_literal} AND scope = ?2 ORDER BY id LIMIT 1) \
             SELECT 0 AS below, top.* FROM top \
             UNION ALL SELECT 1 AS below, {COLUMNS} FROM object WHERE parent = (SELECT uid FROM top) AND {which} \
             ORDER BY below, id"
        );
        let parameters = vec![value(by), Value::Integer(scope)];
        let mut objects = self
            .database
            .read(&sql, parameters)?
            .into_iter()
            .map(|row| {
                let mut columns = Columns::new(row);
                columns.integer()?;
                object(&mut columns)
            });
        let top = objects
            .next()
            .ok_or_else(|| Error::not_found(kind, by.to_string()))??;
        Ok((top, objects.collect::<Result<_>>()?))
    }

    /// What belongs directly to an object, oldest first.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn children(&self, parent: Uid, kind: Kind) -> Result<Vec<Object>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE parent = ?1 AND kind = {} ORDER BY id",
            literal(kind)
        );
        self.all(&sql, vec![Value::Text(parent.hex())])
    }

    /// What of these kinds belongs directly to any of these objects, of whatever scope, oldest
    /// first.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn children_of_all(&self, parents: &[Uid], kinds: &[Kind]) -> Result<Vec<Object>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE parent IN (SELECT value FROM json_each(?1)) \
               AND kind IN ({}) ORDER BY id",
            literals(kinds)
        );
        let parents: Vec<String> = parents.iter().map(|uid| uid.hex()).collect();
        let parents = Value::Text(serde_json::json!(parents).to_string());
        self.all(&sql, vec![parents])
    }

    /// What of that kind and name belongs directly to an object.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn child(
        &self,
        scope: ScopeId,
        parent: Uid,
        kind: Kind,
        name: &str,
    ) -> Result<Option<Object>> {
        // By name: of that name there are few, where an object can have many children.
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE kind = {} AND scope = ?1 AND name = ?2 AND +parent = ?3 LIMIT 1",
            literal(kind)
        );
        let parameters = vec![
            Value::Integer(scope),
            Value::Text(name.to_owned()),
            Value::Text(parent.hex()),
        ];
        self.first(&sql, parameters)
    }

    /// An object of whatever scope.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn anywhere(&self, kind: Kind, uid: Uid) -> Result<Option<Object>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE uid = ?1 AND kind = {}",
            literal(kind)
        );
        self.first(&sql, vec![Value::Text(uid.hex())])
    }

    /// One page of the objects asked for, and the revision at which they were so: from there a
    /// watch goes on.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn list(&self, query: &Query) -> Result<Page> {
        let (sql, parameters) = Statements(query).page();
        read_page(self.database.read(&sql, parameters)?, query)
    }

    /// How many objects there are of those asked for, whatever the page.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn count(&self, query: &Query) -> Result<i64> {
        let (sql, parameters) = Statements(query).count();
        let row = self
            .database
            .read(&sql, parameters)?
            .into_iter()
            .next()
            .unwrap_or_default();
        Columns::new(row).integer()
    }

    /// The class of that name (or slug): the scope's own, else the one of the default scope.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn class(&self, scope: ScopeId, name: &str) -> Result<Option<Object>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE kind = 'class' \
               AND scope IN (?1, {SHARED_SCOPE}) AND (slug = ?2 OR name = ?2) \
             ORDER BY scope = ?1 DESC, slug = ?2 DESC, id LIMIT 1"
        );
        let parameters = vec![Value::Integer(scope), Value::Text(name.to_owned())];
        self.first(&sql, parameters)
    }

    /// The classes of a scope, and after them those of the default scope.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn classes(&self, scope: ScopeId) -> Result<Vec<Object>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE kind = 'class' \
               AND scope IN (?1, {SHARED_SCOPE}) ORDER BY scope = ?1 DESC, slug"
        );
        self.all(&sql, vec![Value::Integer(scope)])
    }

    pub(crate) fn first(&self, sql: &str, parameters: Vec<Value>) -> Result<Option<Object>> {
        let rows = self.database.read(sql, parameters)?;
        rows.into_iter()
            .next()
            .map(|row| object(&mut Columns::new(row)))
            .transpose()
    }

    fn all(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Object>> {
        objects(self.database.read(sql, parameters)?)
    }
}
