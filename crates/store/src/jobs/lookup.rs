//! Which objects of a scope the items of a job are, or refer to.

use hub::error::Result;
use hub::object::{Kind, Object, ScopeId};
use serde_json::json;
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::database::Database;
use crate::object_row::{COLUMNS, literal, objects};

impl<D: Database> Store<D> {
    /// The objects of a kind in a scope that have one of these names.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn named(&self, scope: ScopeId, kind: Kind, names: &[&str]) -> Result<Vec<Object>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE kind = {} AND scope = ?1 \
             AND name IN (SELECT value FROM json_each(?2)) ORDER BY id",
            literal(kind)
        );
        let parameters = vec![Value::Integer(scope), Value::Text(json!(names).to_string())];
        objects(self.database.read(&sql, parameters)?)
    }

    /// The first two objects of a kind in a scope, of those whose document has a value at a
    /// JSONPath of SQLite.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn first_objects(
        &self,
        scope: ScopeId,
        kind: Kind,
        member: Option<(&str, &str)>,
    ) -> Result<Vec<Object>> {
        let mut parameters = vec![Value::Integer(scope)];
        let condition = match member {
            Some((path, value)) => {
                parameters.extend([path, value].map(|text| Value::Text(text.to_owned())));
                "AND doc ->> ?2 = ?3"
            }
            None => "",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE kind = {} AND scope = ?1 {condition} LIMIT 2",
            literal(kind)
        );
        objects(self.database.read(&sql, parameters)?)
    }
}
