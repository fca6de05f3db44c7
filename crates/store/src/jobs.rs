//! What jobs are asked for, what they work on ([`items`], [`snapshot`]), and what comes of it.
//!
//! It is in SQLite and not in key-value, because it must be as safe as the objects are, and because
//! a job reads and writes a batch of it at a time, which a single value does not allow. What is
//! written of a batch counts once the job's object says that the batch is done, and that is
//! committed together with the batch's objects: so whatever was written before an instance died is
//! written again.

mod items;
mod lookup;
mod snapshot;

use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::Object;
use hub::plan::{Action, Change, Plan};
use hub::time::Timestamp;
use serde_json::Value as Json;
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::backoff::retry_busy;
use crate::database::{Columns, Database};
use crate::object_row::{COLUMNS, object, objects};

/// The most bytes of items that are read at once; one item may be larger.
const READ_BYTES: i64 = 2 << 20;
/// The most jobs that are removed at once.
const EXPIRE: i64 = 20;

impl<D: Database> Store<D> {
    /// Writes down what a job was asked for.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when others keep writing, [`Error::Internal`] when the database
    /// fails, as in everything here that writes.
    pub async fn put_job_request(&self, job: Uid, request: &Json) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO job_item (job, place, type, name, doc) VALUES (?1, 0, '', '', ?2)";
        let parameters = vec![Value::Text(job.hex()), Value::Text(request.to_string())];
        self.write_job(sql, parameters).await
    }

    /// What a job was asked for.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is not there, or the database fails, as in everything here that
    /// reads.
    pub fn job_request(&self, job: Uid) -> Result<Json> {
        let sql = "SELECT doc FROM job_item WHERE job = ?1 AND place = 0";
        let row = self
            .database
            .read(sql, vec![Value::Text(job.hex())])?
            .into_iter()
            .next()
            .ok_or_else(|| Error::Internal(format!("job {job:?} has no request")))?;
        serde_json::from_str(&Columns::new(row).text()?).map_err(crate::internal::internal)
    }

    /// Jobs that have not ended and that nobody works on, oldest first.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn abandoned_jobs(&self, now: Timestamp, limit: i64) -> Result<Vec<Object>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM object INDEXED BY object_open_job WHERE kind = 'job' AND doc ->> 'completed' IS NULL \
             AND doc ->> 'leasedUntil' <= ?1 ORDER BY uid LIMIT ?2"
        );
        let parameters = vec![Value::Integer(now.millis()), Value::Integer(limit)];
        objects(self.database.read(&sql, parameters)?)
    }

    /// Removes jobs that have expired, some at a time, with all that they worked on and made. What
    /// was written down for a job that then was not started goes after as long.
    ///
    /// # Errors
    /// As [`Store::put_job_request`].
    pub async fn expire_jobs(&self, now: Timestamp, older_than: Timestamp) -> Result<()> {
        let sql = format!(
            "SELECT job_item.job AS job, {COLUMNS} FROM job_item INDEXED BY job_item_request LEFT JOIN object ON object.uid = job_item.job \
             WHERE job_item.place = 0 AND job_item.job < ?1 \
             AND (object.uid IS NULL OR object.doc ->> 'expires' <= ?2) ORDER BY job_item.job LIMIT ?3"
        );
        let parameters = vec![
            // The time is the first 48 bits of a uid.
            Value::Text(format!("{:012x}", older_than.millis())),
            Value::Integer(now.millis()),
            Value::Integer(EXPIRE),
        ];
        for row in self.database.read(&sql, parameters)? {
            let mut columns = Columns::new(row);
            let job = columns.text()?;
            if let Ok(object) = object(&mut columns) {
                let change = Change {
                    operation: Action::Delete,
                    ..Change::delete(object, now)
                };
                match self.commit(Plan::of(change), "system").await {
                    Ok(_) | Err(Error::NotFound { .. }) => {}
                    // Somebody is at it just now.
                    Err(Error::Conflict { .. }) => continue,
                    Err(error) => return Err(error),
                }
            }
            self.write_job(
                "DELETE FROM job_item WHERE job = ?1",
                vec![Value::Text(job)],
            )
            .await?;
        }
        Ok(())
    }

    async fn write_job(&self, sql: &str, parameters: Vec<Value>) -> Result<()> {
        let write = || self.database.write(sql, parameters.clone());
        retry_busy(&self.database, write).await?;
        Ok(())
    }
}

/// What is bound for a page of items.
fn page(job: Uid, after: i64, limit: i64) -> Vec<Value> {
    vec![
        Value::Text(job.hex()),
        Value::Integer(after.max(0)),
        Value::Integer(limit),
        Value::Integer(READ_BYTES),
    ]
}
