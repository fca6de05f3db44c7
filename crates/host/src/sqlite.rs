//! `spin:sqlite`: one database file in the state folder, opened with Spin's own settings.

mod rows;
mod statement;

use std::sync::Arc;

use tokio::{
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};
use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use self::{
    rows::Rows,
    statement::{Output, execute},
};
use crate::database::Connection;
use crate::{
    bindings::spin::sqlite::sqlite::{
        Error, Host, HostConnection, HostConnectionWithStore, QueryResult, RowResult, Value,
    },
    guest::{Guest, Interfaces},
};

/// Spin's limit, so that a component that leaks connections fails here too.
const MAX_CONNECTIONS: usize = 256;

type RowStream = (
    Vec<String>,
    StreamReader<RowResult>,
    FutureReader<Result<(), Error>>,
);

impl Guest {
    fn open_database(
        &mut self,
        database: &str,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        if !self.rights.sqlite.iter().any(|allowed| allowed == database) {
            return Ok(Err(Error::AccessDenied));
        }
        if self.sqlite_connections >= MAX_CONNECTIONS {
            return Ok(Err(Error::Io("too many connections opened".to_owned())));
        }
        self.sqlite_connections += 1;
        Ok(Ok(self
            .table
            .push(Connection::new(Arc::clone(&self.files.sqlite)))?))
    }

    fn connection(&self, connection: &Resource<Connection>) -> wasmtime::Result<Connection> {
        Ok(self.table.get(connection)?.clone())
    }
}

impl Host for Guest {}

impl HostConnection for Guest {
    fn open(&mut self, database: String) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        self.open_database(&database)
    }

    async fn execute(
        &mut self,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<QueryResult, Error>> {
        let work = move |connection: &rusqlite::Connection| {
            let mut output = Output::new(None);
            execute(connection, &statement, &parameters, &mut output)?;
            Ok(QueryResult {
                columns: output.chunk.columns,
                rows: output.chunk.rows,
            })
        };
        Ok(self.connection(&connection)?.run(Error::Io, work).await)
    }

    async fn last_insert_rowid(
        &mut self,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        last_insert_rowid(self.connection(&connection)?).await
    }

    async fn changes(&mut self, connection: Resource<Connection>) -> wasmtime::Result<u64> {
        changes(self.connection(&connection)?).await
    }

    fn drop(&mut self, connection: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(connection)?;
        self.sqlite_connections = self.sqlite_connections.saturating_sub(1);
        Ok(())
    }
}

impl<T: 'static> HostConnectionWithStore<T> for Interfaces {
    async fn open_async(
        store: &Accessor<T, Self>,
        database: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, Error>> {
        store.with(|mut access| access.get().open_database(&database))
    }

    async fn execute_async(
        store: &Accessor<T, Self>,
        connection: Resource<Connection>,
        statement: String,
        parameters: Vec<Value>,
    ) -> wasmtime::Result<Result<RowStream, Error>> {
        let connection = store.with(|mut access| access.get().connection(&connection))?;
        let (sender, mut chunks) = mpsc::channel(2);
        spawn_blocking(move || {
            let mut output = Output::new(Some(&sender));
            let end = connection.with(Error::Io, |connection| {
                execute(connection, &statement, &parameters, &mut output)
            });
            output.chunk.end = Some(end);
            // The component may be gone.
            let _ = sender.blocking_send(output.chunk);
        });
        let Some(first) = chunks.recv().await else {
            return Ok(Err(Error::Io("the statement was given up".to_owned())));
        };
        store.with(|mut access| {
            let (rows, end) = match first.end {
                Some(end) => (
                    StreamReader::new(&mut access, first.rows)?,
                    FutureReader::new(&mut access, async { Ok::<_, wasmtime::Error>(end) })?,
                ),
                None => {
                    let (sender, end) = oneshot::channel();
                    let rows = Rows {
                        ready: first.rows,
                        chunks,
                        end: Some(sender),
                    };
                    let given_up = || Err(Error::Io("the rows were not read".to_owned()));
                    let end = async move {
                        Ok::<_, wasmtime::Error>(end.await.unwrap_or_else(|_| given_up()))
                    };
                    (
                        StreamReader::new(&mut access, rows)?,
                        FutureReader::new(&mut access, end)?,
                    )
                }
            };
            Ok(Ok((first.columns, rows, end)))
        })
    }

    async fn last_insert_rowid_async(
        store: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<i64> {
        last_insert_rowid(store.with(|mut access| access.get().connection(&connection))?).await
    }

    async fn changes_async(
        store: &Accessor<T, Self>,
        connection: Resource<Connection>,
    ) -> wasmtime::Result<u64> {
        changes(store.with(|mut access| access.get().connection(&connection))?).await
    }
}

async fn last_insert_rowid(connection: Connection) -> wasmtime::Result<i64> {
    connection
        .run(Error::Io, |connection| Ok(connection.last_insert_rowid()))
        .await
        .map_err(wasmtime::Error::new)
}

async fn changes(connection: Connection) -> wasmtime::Result<u64> {
    connection
        .run(Error::Io, |connection| Ok(connection.changes()))
        .await
        .map_err(wasmtime::Error::new)
}
