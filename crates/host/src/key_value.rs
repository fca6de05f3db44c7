//! `spin:key-value`: the file and the table of Spin's built-in store.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension};
use tokio::task::spawn_blocking;
use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use crate::{
    bindings::spin::key_value::key_value::{Error, Host, HostStore, HostStoreWithStore},
    guest::{Guest, Interfaces},
};

/// Spin's limit for one value that is read.
const MAX_VALUE_BYTES: usize = 128 << 20;

/// The one connection of the process, opened by the first operation, as Spin has it.
pub struct Database {
    path: PathBuf,
    connection: Mutex<Option<Connection>>,
}

/// The resource that a component holds.
#[derive(Clone)]
pub struct Store {
    database: Arc<Database>,
    label: Arc<str>,
}

impl Database {
    /// The store in the file that Spin uses.
    pub fn new(state_dir: &Path) -> Self {
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
    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Connection, &str) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        spawn_blocking(move || {
            self.database
                .with(|connection| work(connection, &self.label))
        })
        .await
        .map_err(|error| Error::Other(error.to_string()))?
        .map_err(|error| Error::Other(error.to_string()))
    }

    async fn value(self, key: String) -> Result<Option<Vec<u8>>, Error> {
        self.run(move |connection, label| {
            connection
                .prepare_cached("SELECT value FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                .query_row((label, key), |row| row.get(0))
                .optional()
        })
        .await
    }

    async fn keys(self) -> Result<Vec<String>, Error> {
        self.run(|connection, label| {
            let mut statement =
                connection.prepare_cached("SELECT key FROM spin_key_value WHERE store = ?1")?;
            let keys = statement.query_map([label], |row| row.get(0))?;
            keys.collect()
        })
        .await
    }
}

fn store<T: 'static>(
    accessor: &Accessor<T, Interfaces>,
    store: &Resource<Store>,
) -> wasmtime::Result<Store> {
    accessor.with(|mut access| Ok(access.get().table.get(store)?.clone()))
}

impl Host for Guest {}

impl HostStore for Guest {
    fn drop(&mut self, store: Resource<Store>) -> wasmtime::Result<()> {
        self.table.delete(store)?;
        Ok(())
    }
}

impl<T: 'static> HostStoreWithStore<T> for Interfaces {
    async fn open(
        accessor: &Accessor<T, Self>,
        label: String,
    ) -> wasmtime::Result<Result<Resource<Store>, Error>> {
        accessor.with(|mut access| {
            let guest = access.get();
            if !guest.rights.key_value.contains(&label) {
                return Ok(Err(Error::AccessDenied));
            }
            let store = Store {
                database: Arc::clone(&guest.files.key_value),
                label: label.into(),
            };
            Ok(Ok(guest.table.push(store)?))
        })
    }

    async fn get(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        Ok(match store(accessor, &resource)?.value(key).await {
            Ok(Some(value)) if value.len() > MAX_VALUE_BYTES => Err(Error::Other(format!(
                "query result exceeds limit of {MAX_VALUE_BYTES} bytes"
            ))),
            result => result,
        })
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let set = move |connection: &Connection, label: &str| {
            connection
                .prepare_cached(
                    "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
                     ON CONFLICT (store, key) DO UPDATE SET value = excluded.value",
                )?
                .execute((label, key, value))
                .map(drop)
        };
        Ok(store(accessor, &resource)?.run(set).await)
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        let delete = move |connection: &Connection, label: &str| {
            connection
                .prepare_cached("DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                .execute((label, key))
                .map(drop)
        };
        Ok(store(accessor, &resource)?.run(delete).await)
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        let exists = move |connection: &Connection, label: &str| {
            connection
                .prepare_cached("SELECT 1 FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                .exists((label, key))
        };
        Ok(store(accessor, &resource)?.run(exists).await)
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        let (keys, end) = match store(accessor, &resource)?.keys().await {
            Ok(keys) => (keys, Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        };
        accessor.with(|mut access| {
            let keys = StreamReader::new(&mut access, keys)?;
            Ok((
                keys,
                FutureReader::new(&mut access, async { Ok::<_, wasmtime::Error>(end) })?,
            ))
        })
    }
}
