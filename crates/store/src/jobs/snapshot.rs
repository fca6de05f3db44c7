//! Snapshots: which revisions the objects of a scope had at one moment, for exports.

use hub::error::Result;
use hub::id::Uid;
use hub::object::{Kind, Object};
use serde_json::json;
use spin_sdk::sqlite::Value;

use super::page;
use crate::Store;
use crate::database::{Columns, Database};
use crate::object_row::object;
use crate::revisions::COLUMNS as LOGGED;

/// The columns that [`object`] reads, behind the place, of a statement that has them under these
/// names.
const AS_READ: &str = "place, id, uid, scope, kind, name, slug, parent, generation, revision, created_at, updated_at, doc";

impl<D: Database> Store<D> {
    /// Writes down which revisions all objects of these kinds have now, in one statement: what a
    /// job then reads of them is how they were at one moment, whatever is changed meanwhile.
    /// Nothing is written when the job's object has another revision. How many there are.
    ///
    /// # Errors
    /// As [`Store::put_job_request`].
    pub async fn put_job_snapshot(&self, job: &Object, kinds: &[Kind]) -> Result<i64> {
        let uid = Value::Text(job.uid.hex());
        let mine = "EXISTS (SELECT 1 FROM object WHERE uid = ?1 AND revision = ?2)";
        // Of a snapshot that somebody took before and died.
        let sql = format!("DELETE FROM job_item WHERE job = ?1 AND place > 0 AND {mine}");
        self.write_job(&sql, vec![uid.clone(), Value::Integer(job.revision)])
            .await?;
        let sql = format!(
            "INSERT INTO job_item (job, place, type, name, doc) \
             SELECT ?1, row_number() OVER (ORDER BY id), '', '', revision FROM object \
             WHERE kind IN (SELECT value FROM json_each(?3)) AND scope = ?4 AND {mine}"
        );
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        let parameters = vec![
            uid.clone(),
            Value::Integer(job.revision),
            Value::Text(json!(kinds).to_string()),
            Value::Integer(job.scope),
        ];
        self.write_job(&sql, parameters).await?;
        let sql = "SELECT coalesce(max(place), 0) AS count FROM job_item WHERE job = ?1";
        let row = self.database.read(sql, vec![uid])?.into_iter().next();
        Columns::new(row.unwrap_or_default()).integer()
    }

    /// The objects of a snapshot after a place, with their places: as many as asked for and as
    /// [`READ_BYTES`] allow.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn job_objects(&self, job: Uid, after: i64, limit: i64) -> Result<Vec<(i64, Object)>> {
        let sql = format!(
            "SELECT {AS_READ} FROM ( \
               SELECT *, sum(length(doc)) OVER (ORDER BY place) - length(doc) AS before FROM ( \
                 SELECT job_item.place AS place, {LOGGED} FROM job_item \
                 CROSS JOIN revision ON revision.revision = CAST(job_item.doc AS INTEGER) \
                 WHERE job_item.job = ?1 AND job_item.place > ?2 ORDER BY job_item.place LIMIT ?3)) \
             WHERE before < ?4 ORDER BY place"
        );
        let row = |row| {
            let mut columns = Columns::new(row);
            Ok((columns.integer()?, object(&mut columns)?))
        };
        let rows = self.database.read(&sql, page(job, after, limit))?;
        rows.into_iter().map(row).collect()
    }
}
