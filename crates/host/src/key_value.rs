//! `spin:key-value`: the file and the table of Spin's built-in store.

use std::sync::Arc;

use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use crate::key_value_store::Store;
use crate::{
    bindings::spin::key_value::key_value::{Error, Host, HostStore, HostStoreWithStore},
    guest::{Guest, Interfaces},
};

/// Spin's limit for one value that is read.
const MAX_VALUE_BYTES: usize = 128 << 20;

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
        Ok(
            match store(accessor, &resource)?
                .value(key)
                .await
                .map_err(Error::Other)
            {
                Ok(Some(value)) if value.len() > MAX_VALUE_BYTES => Err(Error::Other(format!(
                    "query result exceeds limit of {MAX_VALUE_BYTES} bytes"
                ))),
                result => result,
            },
        )
    }

    async fn set(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let set = move |connection: &rusqlite::Connection, label: &str| {
            connection
                .prepare_cached(
                    "INSERT INTO spin_key_value (store, key, value) VALUES (?1, ?2, ?3)
                     ON CONFLICT (store, key) DO UPDATE SET value = excluded.value",
                )?
                .execute((label, key, value))
                .map(drop)
        };
        Ok(store(accessor, &resource)?
            .run(set)
            .await
            .map_err(Error::Other))
    }

    async fn delete(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        let delete = move |connection: &rusqlite::Connection, label: &str| {
            connection
                .prepare_cached("DELETE FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                .execute((label, key))
                .map(drop)
        };
        Ok(store(accessor, &resource)?
            .run(delete)
            .await
            .map_err(Error::Other))
    }

    async fn exists(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        let exists = move |connection: &rusqlite::Connection, label: &str| {
            connection
                .prepare_cached("SELECT 1 FROM spin_key_value WHERE store = ?1 AND key = ?2")?
                .exists((label, key))
        };
        Ok(store(accessor, &resource)?
            .run(exists)
            .await
            .map_err(Error::Other))
    }

    async fn get_keys(
        accessor: &Accessor<T, Self>,
        resource: Resource<Store>,
    ) -> wasmtime::Result<(StreamReader<String>, FutureReader<Result<(), Error>>)> {
        let (keys, end) = match store(accessor, &resource)?
            .keys()
            .await
            .map_err(Error::Other)
        {
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
