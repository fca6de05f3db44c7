//! The file and the table of Spin's built-in key-value store.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension};
use tokio::task::spawn_blocking;

/// The one connection of the process, opened by the first operation, as Spin has it.
pub(crate) struct Database {
    path: PathBuf,
    connection: Mutex<Option<Connection>>,
}

/// The resource that a component holds.
#[derive(Clone)]
#[expect(
    unreachable_pub,
    reason = "the bindings publish it under the name of their interface"
)]
pub struct Store {
    /// The file.
    pub database: Arc<Database>,
    /// Which of the stores in it.
    pub label: Arc<str>,
}

impl Database {
    /// The store in the file that Spin uses.
    pub(crate) fn new(state_dir: &Path) -> Self {
        Self {
            path: state_dir.join("sqlite_key_value.db"),
            connection: Mutex::new(None),
        }
    }

    fn with<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let open = match connection.take() {
            Some(open) => open,
            None => open(&self.path)?,
        };
        work(connection.insert(open))
    }
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS spin_key_value (
            store TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (store, key)
        )",
    )?;
    Ok(connection)
}

impl Store {
    /// Runs `work` on a blocking thread.
    ///
    /// # Errors
    /// What went wrong, as SQLite says it.
    pub(crate) async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Connection, &str) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, String> {
        spawn_blocking(move || {
            self.database
                .with(|connection| work(connection, &self.label))
        })
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())
    }

    pub(crate) async fn value(self, key: String) -> Result<Option<Vec<u8>>, String> {
        self.run(move |connection, label| {
            connection
                .prepare_cached("SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                .query_row((label, key), |row| row.get(0))
                .optional()
        })
        .await
    }

    pub(crate) async fn keys(self) -> Result<Vec<String>, String> {
        self.run(|connection, label| {
            let mut statement =
                connection.prepare_cached("SELECT key FROM spin_key_value WHERE store = ?1")?;
            let keys = statement.query_map([label], |row| row.get(0))?;
            keys.collect()
        })
        .await
    }
}
