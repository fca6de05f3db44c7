//! The items of jobs: what they work on, one a row, and what became of each.

use hub::command::Artifact;
use hub::error::Result;
use hub::id::Uid;
use hub::job::{Item, ItemResult, Mentioned};
use hub::object::Object;
use serde_json::json;
use spin_sdk::sqlite::Value;

use super::page;
use crate::Store;
use crate::database::{Columns, Database, Row};
use crate::statements::printed;

/// How many items are written by one statement.
const WRITE_ITEMS: usize = 1000;

impl<D: Database> Store<D> {
    /// Writes down items at their places; what was there before goes.
    ///
    /// # Errors
    /// As [`Store::put_job_request`].
    pub async fn put_job_items(&self, job: Uid, items: &[(i64, Item)]) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO job_item (job, place, type, id, name, doc, secrets) \
             SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?2)";
        let row = |(place, item): &(i64, Item)| {
            let secrets = item.secrets.as_ref().map(printed).transpose()?;
            let (kind, id, name) = (&item.kind, &item.id, &item.name);
            printed(&(place, kind, id, name, printed(&item.doc)?, secrets))
        };
        // Some at a time, so that others can write in between and no copy of all of them is made.
        for some in items.chunks(WRITE_ITEMS) {
            let parameters = vec![Value::Text(job.hex()), Value::Text(rows(some, row)?)];
            self.write_job(sql, parameters).await?;
        }
        Ok(())
    }

    /// The items after a place, with their places: as many as asked for and as [`READ_BYTES`]
    /// allow.
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
                doc: serde_json::from_str(&columns.text()?).map_err(crate::internal::internal)?,
                secrets: columns
                    .maybe_text()?
                    .map(|text| serde_json::from_str(&text).map_err(crate::internal::internal))
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

    /// Writes down what became of items, if the job's object still has that revision: whoever lost
    /// the job to another must not disturb it.
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
            let (place, target) = (result.place, &result.target);
            printed(&(place, target, failed, printed(&result.report)?))
        };
        for some in results.chunks(WRITE_ITEMS) {
            let parameters = vec![
                Value::Text(job.uid.hex()),
                Value::Integer(job.revision),
                Value::Text(rows(some, row)?),
            ];
            self.write_job(sql, parameters).await?;
        }
        Ok(())
    }

    /// What a job that is over has made. Of an export, the objects by type and name; of an import,
    /// what is told of each object, in the order in which they were worked on.
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

/// One JSON array of rows that are printed already.
fn rows<T>(items: &[T], row: impl Fn(&T) -> Result<String>) -> Result<String> {
    let mut rows = "[".to_owned();
    for item in items {
        if rows.len() > 1 {
            rows.push(',');
        }
        rows.push_str(&row(item)?);
    }
    rows.push(']');
    Ok(rows)
}
