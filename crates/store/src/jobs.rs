//! What jobs work on, and what comes of it.
//!
//! It is in SQLite and not in key-value, because it must be as safe as the objects are, and because a job reads and
//! writes a batch of it at a time, which a single value does not allow. What is written of a batch counts once the
//! job's object says that the batch is done, and that is committed together with the batch's objects: so whatever was
//! written before an instance died is written again.

use std::time::{Duration, Instant};

use hub::command::Artifact;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::job::{Item, ItemResult};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Operation, Plan};
use hub::time::Timestamp;
use serde_json::{Value as Json, json};
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::batch::Patience;
use crate::database::{Columns, Database, Failure, Row};
use crate::objects::{COLUMNS, kind_value, object, objects};
use crate::revisions::COLUMNS as LOGGED;

/// How long a statement waits for other writers.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most bytes of items that are read at once; one item may be larger.
const READ_BYTES: i64 = 2 << 20;
/// The columns that [`object`] reads, behind the place, of a statement that has them under these names.
const AS_READ: &str = "place, id, uid, scope, kind, name, slug, parent, generation, revision, created_at, updated_at, doc";
/// The most jobs that are removed at once.
const EXPIRE: i64 = 20;

/// An item as others mention it, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mentioned {
    /// Its place.
    pub place: i64,
    /// Its type.
    pub kind: String,
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The id it has in the scope; none while it is not done, or when it failed.
    pub target: Option<String>,
    /// Whether it failed.
    pub failed: bool,
}

impl<D: Database> Store<D> {
    /// Writes down what a job was asked for.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when others keep writing, [`Error::Internal`] when the database fails, as in everything
    /// here that writes.
    pub async fn put_job_request(&self, job: Uid, request: &Json) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO job_item (job, place, type, name, doc) VALUES (?1, 0, '', '', ?2)";
        let parameters = vec![Value::Text(job.hex()), Value::Text(request.to_string())];
        self.write_job(sql, parameters).await
    }

    /// Writes down items at their places; what was there before goes.
    ///
    /// # Errors
    /// As [`Store::put_job_request`].
    pub async fn put_job_items(&self, job: Uid, items: &[(i64, Item)]) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO job_item (job, place, type, id, name, doc, secrets) \
             SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?2)";
        let row = |(place, item): &(i64, Item)| {
            let secrets = item.secrets.as_ref().map(Json::to_string);
            json!([
                place,
                item.kind,
                item.id,
                item.name,
                item.doc.to_string(),
                secrets
            ])
        };
        let rows: Json = items.iter().map(row).collect();
        let parameters = vec![Value::Text(job.hex()), Value::Text(rows.to_string())];
        self.write_job(sql, parameters).await
    }

    /// Writes down which revisions all objects of these kinds have now, in one statement: what a job then reads of them
    /// is how they were at one moment, whatever is changed meanwhile. Nothing is written when the job's object has
    /// another revision. How many there are.
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

    /// The objects of a snapshot after a place, with their places: as many as asked for and as [`READ_BYTES`] allow.
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

    /// Writes down what became of items, if the job's object still has that revision: whoever lost the job to another
    /// must not disturb it.
    ///
    /// # Errors
    /// As [`Store::put_job_request`].
    pub async fn put_job_results(&self, job: &Object, results: &[ItemResult]) -> Result<()> {
        // The rows are there. An UPDATE would look for each of them among all the results.
        let sql = "INSERT INTO job_item (job, place, type, name, doc, target, failed, report) \
             SELECT ?1, value ->> 0, '', '', '', value ->> 1, value ->> 2, value ->> 3 FROM json_each(?3) \
             WHERE EXISTS (SELECT 1 FROM object WHERE uid = ?1 AND revision = ?2) \
             ON CONFLICT (job, place) DO UPDATE \
             SET target = excluded.target, failed = excluded.failed, report = excluded.report";
        let row = |result: &ItemResult| {
            let failed = i64::from(result.failed);
            json!([
                result.place,
                result.target,
                failed,
                result.report.to_string()
            ])
        };
        let rows: Json = results.iter().map(row).collect();
        let parameters = vec![
            Value::Text(job.uid.hex()),
            Value::Integer(job.revision),
            Value::Text(rows.to_string()),
        ];
        self.write_job(sql, parameters).await
    }

    /// What a job was asked for.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is not there, or the database fails, as in everything here that reads.
    pub fn job_request(&self, job: Uid) -> Result<Json> {
        let sql = "SELECT doc FROM job_item WHERE job = ?1 AND place = 0";
        let row = self
            .database
            .read(sql, vec![Value::Text(job.hex())])?
            .into_iter()
            .next()
            .ok_or_else(|| Error::Internal(format!("job {job:?} has no request")))?;
        serde_json::from_str(&Columns::new(row).text()?).map_err(crate::internal)
    }

    /// The items after a place, with their places: as many as asked for and as [`READ_BYTES`] allow.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn job_items(&self, job: Uid, after: i64, limit: i64) -> Result<Vec<(i64, Item)>> {
        let sql = "SELECT place, type, id, name, doc, secrets FROM ( \
               SELECT *, sum(length(doc)) OVER (ORDER BY place) - length(doc) AS before FROM ( \
                 SELECT place, type, id, name, doc, secrets FROM job_item WHERE job = ?1 AND place > ?2 \
                 ORDER BY place LIMIT ?3)) \
             WHERE before < ?4 ORDER BY place";
        let item = |row| {
            let mut columns = Columns::new(row);
            let place = columns.integer()?;
            let item = Item {
                kind: columns.text()?,
                id: columns.maybe_text()?,
                name: columns.text()?,
                doc: serde_json::from_str(&columns.text()?).map_err(crate::internal)?,
                secrets: columns
                    .maybe_text()?
                    .map(|text| serde_json::from_str(&text).map_err(crate::internal))
                    .transpose()?,
            };
            Ok((place, item))
        };
        let rows = self.database.read(sql, page(job, after, limit))?;
        rows.into_iter().map(item).collect()
    }

    /// The items of a job that are mentioned by type and id, and those that are by type and name.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn mentioned_items(
        &self,
        job: Uid,
        ids: &[(&str, &str)],
        names: &[(&str, &str)],
    ) -> Result<Vec<Mentioned>> {
        // Each mention is looked up in an index: the order of the joins must not be left to chance.
        let sql = "SELECT place, type, id, name, target, failed FROM ( \
               SELECT job_item.rowid AS item FROM json_each(?2) AS wanted CROSS JOIN job_item \
                 ON job_item.job = ?1 AND job_item.type = wanted.value ->> 0 AND job_item.id = wanted.value ->> 1 \
               UNION SELECT job_item.rowid AS item FROM json_each(?3) AS wanted CROSS JOIN job_item \
                 ON job_item.job = ?1 AND job_item.type = wanted.value ->> 0 AND job_item.name = wanted.value ->> 1) \
             CROSS JOIN job_item ON job_item.rowid = item";
        let parameters = vec![
            Value::Text(job.hex()),
            Value::Text(json!(ids).to_string()),
            Value::Text(json!(names).to_string()),
        ];
        let rows = self.database.read(sql, parameters)?;
        rows.into_iter().map(mentioned).collect()
    }

    /// The first two items of a type, which tell whether it is the only one.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn first_items(&self, job: Uid, kind: &str) -> Result<Vec<Mentioned>> {
        let sql = "SELECT place, type, id, name, target, failed FROM job_item \
             WHERE job = ?1 AND type = ?2 AND place > 0 LIMIT 2";
        let rows = self.database.read(
            sql,
            vec![Value::Text(job.hex()), Value::Text(kind.to_owned())],
        )?;
        rows.into_iter().map(mentioned).collect()
    }

    /// The objects of a kind in a scope that have one of these names.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn named(&self, scope: ScopeId, kind: Kind, names: &[&str]) -> Result<Vec<Object>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE kind = ?1 AND scope = ?2 \
             AND name IN (SELECT value FROM json_each(?3)) ORDER BY id"
        );
        let parameters = vec![
            kind_value(kind),
            Value::Integer(scope),
            Value::Text(json!(names).to_string()),
        ];
        objects(self.database.read(&sql, parameters)?)
    }

    /// The first two objects of a kind in a scope, of those whose document has a value at a JSONPath of SQLite.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn first_objects(
        &self,
        scope: ScopeId,
        kind: Kind,
        member: Option<(&str, &str)>,
    ) -> Result<Vec<Object>> {
        let mut parameters = vec![kind_value(kind), Value::Integer(scope)];
        let condition = match member {
            Some((path, value)) => {
                parameters.extend([path, value].map(|text| Value::Text(text.to_owned())));
                "AND doc ->> ?3 = ?4"
            }
            None => "",
        };
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE kind = ?1 AND scope = ?2 {condition} LIMIT 2"
        );
        objects(self.database.read(&sql, parameters)?)
    }

    /// What belongs directly to any of these objects and is of this kind.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn children_of(&self, parents: &[Uid], kind: Kind) -> Result<Vec<Object>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM object WHERE parent IN (SELECT value FROM json_each(?1)) AND kind = ?2 ORDER BY id"
        );
        let parents: Vec<String> = parents.iter().map(|parent| parent.hex()).collect();
        let parameters = vec![Value::Text(json!(parents).to_string()), kind_value(kind)];
        objects(self.database.read(&sql, parameters)?)
    }

    /// What a job that is over has made. Of an export, the objects by type and name; of an import, what is told of each
    /// object, in the order in which they were worked on.
    ///
    /// # Errors
    /// As [`Store::job_request`].
    pub fn artifacts(&self, job: Uid, of_export: bool) -> Result<Vec<Artifact>> {
        let sql = if of_export {
            "SELECT type, doc FROM job_item WHERE job = ?1 AND type > '' ORDER BY type, name, id"
        } else {
            "SELECT type, report FROM job_item WHERE job = ?1 AND place > 0 AND report IS NOT NULL ORDER BY place"
        };
        let artifact = |row| {
            let mut columns = Columns::new(row);
            Ok(Artifact {
                kind: columns.text()?,
                json: columns.text()?,
            })
        };
        let rows = self.database.read(sql, vec![Value::Text(job.hex())])?;
        rows.into_iter().map(artifact).collect()
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

    /// Removes jobs that have expired, some at a time, with all that they worked on and made. What was written down for
    /// a job that then was not started goes after as long.
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
                    operation: Operation::Delete,
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
        let (deadline, mut patience) = (Instant::now() + PATIENCE, Patience::default());
        loop {
            match self.database.write(sql, parameters.clone()).await {
                Err(Failure::Busy) if Instant::now() < deadline => {
                    patience.wait(&self.database).await;
                }
                answer => return answer.map(drop).map_err(Error::from),
            }
        }
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

fn mentioned(row: Row) -> Result<Mentioned> {
    let mut columns = Columns::new(row);
    Ok(Mentioned {
        place: columns.integer()?,
        kind: columns.text()?,
        id: columns.maybe_text()?,
        name: columns.text()?,
        target: columns.maybe_text()?,
        failed: columns.integer()? != 0,
    })
}
