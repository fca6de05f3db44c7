//! How many requests a client makes.

use std::time::{Duration, Instant};

use hub::error::Result;
use hub::time::Timestamp;
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::batch::Patience;
use crate::database::{Columns, Database, Failure};

/// How long a request is held up to be counted. A commit takes a few milliseconds.
const PATIENCE: Duration = Duration::from_millis(100);

impl<D: Database> Store<D> {
    /// Counts a request of a client, and says how many there were in its period and when that ends. A period begins with
    /// the first request after the last one ended. All instances on the same database count together.
    ///
    /// Nothing is counted, and none returned, when others write for longer than [`PATIENCE`]: to refuse or to hold up who
    /// may well be within the limit is worse than to let through who may not.
    ///
    /// # Errors
    /// [`hub::error::Error::Internal`] when the database fails.
    pub async fn count_request(
        &self,
        client: &str,
        period_seconds: i64,
        now: Timestamp,
    ) -> Result<Option<(i64, Timestamp)>> {
        let sql = "INSERT INTO rate (client, ends_at, requests) VALUES (?1, ?2, 1) ON CONFLICT (client) DO UPDATE SET \
               requests = CASE WHEN ends_at <= ?3 THEN 1 ELSE requests + 1 END, \
               ends_at = CASE WHEN ends_at <= ?3 THEN excluded.ends_at ELSE ends_at END \
             RETURNING requests, ends_at";
        let parameters = vec![
            Value::Text(client.to_owned()),
            Value::Integer(now.plus_seconds(period_seconds).millis()),
            Value::Integer(now.millis()),
        ];
        let (deadline, mut patience) = (Instant::now() + PATIENCE, Patience::default());
        let rows = loop {
            match self.database.write_volatile(sql, parameters.clone()).await {
                Err(Failure::Busy) if Instant::now() < deadline => {
                    patience.wait(&self.database).await;
                }
                Err(Failure::Busy) => return Ok(None),
                answer => break answer?,
            }
        };
        let Some(row) = rows.into_iter().next() else {
            return Ok(None);
        };
        let mut columns = Columns::new(row);
        let requests = columns.integer()?;
        let ends_at = Timestamp::from_millis(columns.integer()?);
        Ok(Some((requests, ends_at)))
    }
}
