//! The one place where the log is rewritten: documents of the past lose the secrets that they have
//! in the clear (docs/decisions/0024-purge.md).

use hub::error::Result;
use serde_json::Value as Json;
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::backoff::retry_busy;
use crate::database::{Columns, Database, Failure};
use crate::internal::internal;

impl<D: Database> Store<D> {
    /// From now on what this connection overwrites or frees is overwritten in the file too. A
    /// remote database decides for itself.
    pub async fn overwrite_freed(&self) {
        let asked = self.database.write("PRAGMA secure_delete = ON", Vec::new());
        // What it comes to is seen by whether the file can be written anew.
        drop(asked.await);
    }

    /// Puts another document in place of that of a revision.
    ///
    /// # Errors
    /// [`hub::error::Error::Unavailable`] when others keep writing,
    /// [`hub::error::Error::Internal`] when the database fails, as in everything here.
    pub async fn rewrite_revision(&self, revision: i64, doc: &Json) -> Result<()> {
        let sql = "UPDATE revision SET doc = ?2 WHERE revision = ?1";
        self.rewrite(sql, revision, doc).await
    }

    /// The documents of items of jobs that have ended, after a place, each with its place.
    ///
    /// # Errors
    /// As [`Store::rewrite_revision`].
    pub fn ended_items(&self, after: i64, limit: u32) -> Result<Vec<(i64, Json)>> {
        let sql = "SELECT job_item.rowid AS place, job_item.doc AS doc FROM job_item \
             WHERE job_item.rowid > ?1 AND NOT EXISTS (SELECT 1 FROM object \
               WHERE object.uid = job_item.job AND object.doc ->> 'completed' IS NULL) \
             ORDER BY job_item.rowid LIMIT ?2";
        let parameters = vec![Value::Integer(after), Value::Integer(i64::from(limit))];
        let rows = self.database.read(sql, parameters)?;
        let item = |row| {
            let mut columns = Columns::new(row);
            let place = columns.integer()?;
            let doc = serde_json::from_str(&columns.text()?).map_err(internal)?;
            Ok((place, doc))
        };
        rows.into_iter().map(item).collect()
    }

    /// Puts another document in place of that of an item of a job.
    ///
    /// # Errors
    /// As [`Store::rewrite_revision`].
    pub async fn rewrite_item(&self, place: i64, doc: &Json) -> Result<()> {
        let sql = "UPDATE job_item SET doc = ?2 WHERE rowid = ?1";
        self.rewrite(sql, place, doc).await
    }

    /// Writes the file anew, without what was overwritten before, and empties the write-ahead log.
    /// False where the database does not let us, or others read all the time.
    ///
    /// # Errors
    /// As [`Store::rewrite_revision`].
    pub async fn compact(&self) -> Result<bool> {
        let vacuum = || self.database.write("VACUUM", Vec::new());
        match retry_busy(&self.database, vacuum).await {
            Ok(_) => {}
            Err(Failure::Other(_)) => return Ok(false),
            Err(failure) => return Err(failure.into()),
        }
        let truncate = self
            .database
            .write("PRAGMA wal_checkpoint(TRUNCATE)", Vec::new());
        let rows = truncate.await.unwrap_or_default();
        let is_busy = rows
            .into_iter()
            .next()
            .map(|row| Columns::new(row).integer());
        Ok(is_busy == Some(Ok(0)))
    }

    async fn rewrite(&self, sql: &str, place: i64, doc: &Json) -> Result<()> {
        let parameters = vec![Value::Integer(place), Value::Text(doc.to_string())];
        let write = || self.database.write(sql, parameters.clone());
        retry_busy(&self.database, write).await?;
        Ok(())
    }
}
