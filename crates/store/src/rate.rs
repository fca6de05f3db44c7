//! How many requests a client makes.

use hub::error::{Error, Result};
use hub::time::Timestamp;
use spin_sdk::sqlite::Value;

use crate::Store;
use crate::backoff::retry_busy;
use crate::database::{Columns, Database};

impl<D: Database> Store<D> {
    /// Counts a request of a client, and says how many there were in its period and when that ends.
    /// A period begins with the first request after the last one ended. All instances on the
    /// same database count together.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when others keep writing for so long that it could not be counted,
    /// and [`Error::Internal`] when the database fails.
    pub async fn count_request(
        &self,
        client: &str,
        period_seconds: i64,
        now: Timestamp,
    ) -> Result<(i64, Timestamp)> {
        let sql = "INSERT INTO rate (client, ends_at, requests) VALUES (?1, ?2, 1) ON CONFLICT (client) DO UPDATE SET \
               requests = CASE WHEN ends_at <= ?3 THEN 1 ELSE requests + 1 END, \
               ends_at = CASE WHEN ends_at <= ?3 THEN excluded.ends_at ELSE ends_at END \
             RETURNING requests, ends_at";
        let parameters = vec![
            Value::Text(client.to_owned()),
            Value::Integer(now.plus_seconds(period_seconds).millis()),
            Value::Integer(now.millis()),
        ];
        let write = || self.database.write_volatile(sql, parameters.clone());
        let rows = retry_busy(&self.database, write).await?;
        let row = rows.into_iter().next().ok_or_else(uncounted)?;
        let mut columns = Columns::new(row);
        Ok((
            columns.integer()?,
            Timestamp::from_millis(columns.integer()?),
        ))
    }
}

fn uncounted() -> Error {
    Error::Internal("a request was not counted".to_owned())
}
