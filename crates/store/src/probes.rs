//! What is due to be probed, and who does it: rows beside the log (schema/0003_probes.sql).
//!
//! Whoever probes first takes a lease. Two never have the lease of one object, and one that is not
//! given back ends by itself, so a killed instance holds nothing up for long.

use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Object, ScopeId};
use hub::probing::{QUIET, Round, Selector};
use hub::time::Timestamp;
use serde_json::json;
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::backoff::retry_busy;
use crate::database::{Columns, Database, Row};
use crate::object_row::{COLUMNS, object};

/// How long who probes has the object to itself, in seconds: longer than the slowest probe takes.
const LEASE_SECONDS: i64 = 120;
/// How long a finished round is remembered, in seconds.
const ROUND_SECONDS: i64 = 86_400;

/// The connectors of scope `?3` whose name, class and status of `Ready` are in the lists `?4`, `?5`
/// and `?6`. An empty list holds all.
const SELECTED: &str = "kind = 'connector' AND scope = ?3 \
     AND (?4 = '[]' OR name IN (SELECT value FROM json_each(?4)) OR slug IN (SELECT value FROM json_each(?4))) \
     AND (?5 = '[]' OR doc ->> '$.class' IN (SELECT value FROM json_each(?5))) \
     AND (?6 = '[]' OR coalesce((SELECT condition.value ->> '$.status' FROM json_each(doc, '$.status.conditions') AS condition \
       WHERE condition.value ->> '$.type' = 'Ready'), 'Unknown') IN (SELECT value FROM json_each(?6)))";

/// What of all that is due is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// What is due because it, its class or its secret changed, and has been quiet since
    /// ([`QUIET`]), and what a round asks for.
    Changed,
    /// All that is due, in a scope or in all.
    Due(Option<ScopeId>),
    /// One object, due or not, whoever else is at it.
    Object(Uid),
}

/// How much is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The most objects.
    pub limit: u32,
    /// The most leases on one host, counting those that others have.
    pub per_host: u32,
}

/// An object that is to be probed by whoever claimed it.
#[derive(Clone, Debug, PartialEq)]
pub struct LeasedProbe {
    /// The object.
    pub object: Object,
    /// The name of its scope.
    pub namespace: String,
    /// Which version of which stored class it is of; empty when none is stored under that name.
    pub class_version: String,
    /// Its host and port, as the store compares them; empty for none.
    pub host: String,
    /// The secret with the certificates of its tool; empty for none.
    pub ca_secret: String,
    /// How often in a row the host did not answer.
    pub failures: i64,
    lease: String,
    due_at: i64,
}

/// A host that did not answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SilentHost {
    /// The host and port, as [`LeasedProbe`] has them.
    pub host: String,
    /// How many times in a row it did not answer.
    pub failures: i64,
    /// Until when it is left alone.
    pub not_before: Timestamp,
}

impl<D: Database> Store<D> {
    /// Takes leases on what is wanted, that which changed first and then what is due longest.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when others keep writing, [`Error::Internal`] when the database
    /// fails.
    pub async fn lease_probes(
        &self,
        wanted: Wanted,
        bounds: Bounds,
        now: Timestamp,
    ) -> Result<Vec<LeasedProbe>> {
        let lease = Uid::new(now)?.hex();
        let mut parameters = vec![
            Value::Text(lease.clone()),
            Value::Integer(now.millis()),
            Value::Integer(now.plus_seconds(LEASE_SECONDS).millis()),
            Value::Integer(i64::from(bounds.limit)),
            Value::Integer(i64::from(bounds.per_host)),
        ];
        const IN_SCOPE: &str = "(?6 IS NULL OR scope = ?6)";
        let candidates = match wanted {
            Wanted::Changed => {
                let quiet = QUIET.as_millis();
                first_due(&format!(
                    "changed = 1 AND (round IS NOT NULL OR due_at <= ?2 - {quiet})"
                ))
            }
            Wanted::Due(scope) => {
                let which = "NOT EXISTS (SELECT 1 FROM probe_host \
                   WHERE probe_host.host = probe.host AND not_before > ?2)";
                parameters.push(scope.map_or(Value::Null, Value::Integer));
                // A round was asked for: it is made whether hosts answer or not.
                let changed =
                    format!("changed = 1 AND {IN_SCOPE} AND (round IS NOT NULL OR {which})");
                let others = format!("changed = 0 AND {IN_SCOPE} AND {which}");
                let (changed, others) = (first_due(&changed), first_due(&others));
                format!("{changed} UNION ALL {others}")
            }
            // An object that is asked for by itself waits for nobody.
            Wanted::Object(uid) => {
                parameters.push(Value::Text(uid.hex()));
                "SELECT object, '' AS host, changed, due_at, 0 AS busy FROM probe WHERE object = ?6"
                    .to_owned()
            }
        };
        let sql = format!(
            "UPDATE probe SET lease = ?1, leased_until = ?3 WHERE object IN (\
               SELECT object FROM (\
                 SELECT object, changed, due_at, CASE host WHEN '' THEN 1 ELSE busy + \
                   row_number() OVER (PARTITION BY host ORDER BY changed DESC, due_at) END AS place FROM ({candidates})) \
               WHERE place <= ?5 ORDER BY changed DESC, due_at LIMIT ?4) \
             RETURNING object"
        );
        let leased = self.write_volatile(&sql, parameters).await?;
        let leased: Vec<String> = leased
            .into_iter()
            .map(|row| Columns::new(row).text())
            .collect::<Result<_>>()?;
        if leased.is_empty() {
            return Ok(Vec::new());
        }
        self.claimed(&lease, &leased)
    }

    fn claimed(&self, lease: &str, leased: &[String]) -> Result<Vec<LeasedProbe>> {
        let sql = format!(
            "SELECT (SELECT name FROM scope WHERE id = probe.scope) AS namespace, \
               coalesce((SELECT uid || '/' || revision FROM object AS class \
                 WHERE uid = (SELECT class FROM class_of_connector WHERE class_of_connector.object = probe.object)), '') \
                 AS class_version, \
               probe.host AS probe_host, probe.ca_secret AS ca_secret, probe.due_at AS due_at, \
               coalesce((SELECT failures FROM probe_host WHERE probe_host.host = probe.host), 0) AS failures, \
               object.* FROM probe JOIN (SELECT {COLUMNS} FROM object) AS object ON object.uid = probe.object \
             WHERE probe.lease = ?1 AND probe.object IN (SELECT value FROM json_each(?2))"
        );
        let parameters = vec![
            Value::Text(lease.to_owned()),
            Value::Text(json!(leased).to_string()),
        ];
        let rows = self.database.read(&sql, parameters)?;
        let claimed = |row: Row| {
            let mut columns = Columns::new(row);
            Ok(LeasedProbe {
                namespace: columns.text()?,
                class_version: columns.text()?,
                host: columns.text()?,
                ca_secret: columns.text()?,
                due_at: columns.integer()?,
                failures: columns.integer()?,
                lease: lease.to_owned(),
                object: object(&mut columns)?,
            })
        };
        rows.into_iter().map(claimed).collect()
    }

    /// Gives leases back, each with the time at which the object is due again. What changed since
    /// it was claimed stays due.
    ///
    /// # Errors
    /// As [`Store::lease_probes`].
    pub async fn finish_probes(&self, done: &[(LeasedProbe, Timestamp)]) -> Result<()> {
        let rows: serde_json::Value = done
            .iter()
            .map(|(claimed, due)| {
                json!([
                    claimed.object.uid.hex(),
                    claimed.lease,
                    claimed.due_at,
                    due.millis()
                ])
            })
            .collect();
        let sql = "UPDATE probe SET lease = NULL, leased_until = 0, \
               round = CASE WHEN due_at = done.value ->> 2 THEN NULL ELSE round END, \
               changed = CASE WHEN due_at = done.value ->> 2 THEN 0 ELSE changed END, \
               due_at = CASE WHEN due_at = done.value ->> 2 THEN done.value ->> 3 ELSE due_at END \
             FROM json_each(?1) AS done WHERE object = done.value ->> 0 AND lease = done.value ->> 1";
        self.write_rows(sql, rows).await
    }

    /// Writes down of hosts how many times in a row they did not answer, and until when they are
    /// left alone.
    ///
    /// # Errors
    /// As [`Store::lease_probes`].
    pub async fn note_silent_hosts(&self, silent: &[SilentHost]) -> Result<()> {
        let rows = silent
            .iter()
            .map(|silent| json!([silent.host, silent.failures, silent.not_before.millis()]));
        let sql = "INSERT INTO probe_host (host, failures, not_before) \
             SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1) WHERE true \
             ON CONFLICT (host) DO UPDATE SET failures = max(failures, excluded.failures), \
             not_before = max(not_before, excluded.not_before)";
        self.write_rows(sql, rows.collect()).await
    }

    /// Forgets that hosts did not answer, since they do.
    ///
    /// # Errors
    /// As [`Store::lease_probes`].
    pub async fn note_answering_hosts(&self, hosts: &[String]) -> Result<()> {
        let sql = "DELETE FROM probe_host WHERE host IN (SELECT value FROM json_each(?1))";
        self.write_rows(sql, json!(hosts)).await
    }

    /// Makes the selected connectors of a scope due now, and counts them as one round of this id,
    /// which may be there.
    ///
    /// # Errors
    /// As [`Store::lease_probes`].
    pub async fn start_round(
        &self,
        id: Uid,
        scope: ScopeId,
        selector: &Selector,
        now: Timestamp,
    ) -> Result<Round> {
        let forget = "DELETE FROM probe_round WHERE at < ?1";
        let oldest = now.plus_seconds(-ROUND_SECONDS).millis();
        self.write_durable(forget, vec![Value::Integer(oldest)])
            .await?;
        let list = |texts: &[String]| Value::Text(json!(texts).to_string());
        let parameters = vec![
            Value::Text(id.hex()),
            Value::Integer(now.millis()),
            Value::Integer(scope),
            list(&selector.names),
            list(&selector.classes),
            list(&selector.ready),
        ];
        // Counted first: a round that is not there yet cannot be asked for.
        let remember = format!(
            "INSERT INTO probe_round (id, scope, total, at) \
             SELECT ?1, ?3, count(*), ?2 FROM object WHERE {SELECTED} \
             ON CONFLICT (id) DO UPDATE SET total = excluded.total RETURNING total"
        );
        let rows = self.write_durable(&remember, parameters.clone()).await?;
        let total = Columns::new(rows.into_iter().next().unwrap_or_default()).integer()?;
        let mark = format!(
            "UPDATE probe SET round = ?1, due_at = ?2, changed = 1 \
             WHERE object IN (SELECT uid FROM object WHERE {SELECTED})"
        );
        self.write_durable(&mark, parameters).await?;
        Ok(Round {
            id,
            total,
            pending: total,
            at: now,
        })
    }

    /// How far a round of a scope is.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none, or not any more; as [`Store::find`] otherwise.
    pub fn round(&self, scope: ScopeId, id: Uid) -> Result<Round> {
        let sql = "SELECT total, (SELECT count(*) FROM probe WHERE probe.round = probe_round.id) AS pending, at \
             FROM probe_round WHERE id = ?1 AND scope = ?2";
        let rows = self
            .database
            .read(sql, vec![Value::Text(id.hex()), Value::Integer(scope)])?;
        let row = rows.into_iter().next().ok_or_else(|| Error::NotFound {
            kind: "probe round",
            name: id.hex(),
        })?;
        let mut columns = Columns::new(row);
        Ok(Round {
            id,
            total: columns.integer()?,
            pending: columns.integer()?,
            at: Timestamp::from_millis(columns.integer()?),
        })
    }

    /// How many objects are due and not being probed.
    ///
    /// # Errors
    /// As [`Store::find`].
    pub fn due_probes(&self, scope: Option<ScopeId>, now: Timestamp) -> Result<i64> {
        let sql = "SELECT count(*) AS count FROM probe \
             WHERE changed IN (0, 1) AND due_at <= ?1 AND leased_until <= ?1 AND (?2 IS NULL OR scope = ?2)";
        let scope = scope.map_or(Value::Null, Value::Integer);
        let rows = self
            .database
            .read(sql, vec![Value::Integer(now.millis()), scope])?;
        Columns::new(rows.into_iter().next().unwrap_or_default()).integer()
    }

    /// Writes what a statement makes of an array. Of an empty one it makes nothing.
    async fn write_rows(&self, sql: &str, rows: serde_json::Value) -> Result<()> {
        if rows.as_array().is_none_or(Vec::is_empty) {
            return Ok(());
        }
        let parameters = vec![Value::Text(rows.to_string())];
        self.write_volatile(sql, parameters).await.map(drop)
    }

    /// Writes what may be lost with the power: leases end by themselves, and what is not known to
    /// be done is done again.
    async fn write_volatile(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>> {
        let write = || self.database.write_volatile(sql, parameters.clone());
        Ok(retry_busy(&self.database, write).await?)
    }

    async fn write_durable(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>> {
        let write = || self.database.write(sql, parameters.clone());
        Ok(retry_busy(&self.database, write).await?)
    }
}

/// The first of those that are due and not leased, whose host has a lease left: `object, host,
/// changed, due_at, busy`. They are some times more than can be leased, since of one host there may
/// be many in a row; by the index, a claim costs the same however many are due.
fn first_due(which: &str) -> String {
    const BUSY: &str = "(SELECT count(*) FROM probe AS busy WHERE busy.host = probe.host AND busy.leased_until > ?2)";
    format!(
        "SELECT * FROM (SELECT object, host, changed, due_at, {BUSY} AS busy FROM probe \
           WHERE due_at <= ?2 AND leased_until <= ?2 AND {which} AND (host = '' OR {BUSY} < ?5) ORDER BY due_at LIMIT ?4 * 8)"
    )
}
