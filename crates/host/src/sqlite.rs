//! `spin:sqlite`: one database file in the state folder, opened with Spin's own settings.

mod rows;
mod statement;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};
use wasmtime::component::{Accessor, FutureReader, Resource, StreamReader};

use self::{
    rows::Rows,
    statement::{Output, execute, io_error, open},
};
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

/// The resource that a component holds.
#[derive(Clone)]
pub struct Connection(Arc<Lazy>);

/// Opened by its first statement, on a blocking thread.
struct Lazy {
    path: Arc<Path>,
    inner: Mutex<Option<rusqlite::Connection>>,
}

impl Connection {
    fn new(path: Arc<Path>) -> Self {
        Self(Arc::new(Lazy {
            path,
            inner: Mutex::new(None),
        }))
    }

    /// Runs `work` on a blocking thread: SQLite waits for disks and for other writers.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let lazy = Arc::clone(&self.0);
        spawn_blocking(move || lazy.with(work))
            .await
            .unwrap_or_else(|error| Err(Error::Io(error.to_string())))
    }
}

impl Lazy {
    fn with<T>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match inner.take() {
            Some(connection) => connection,
            None => open(&self.path).map_err(io_error)?,
        };
        work(inner.insert(connection))
    }
}

impl Drop for Lazy {
    fn drop(&mut self) {
        // The last connection to a WAL database writes the whole log back when it closes: not on a thread that serves.
        let connection = self
            .inner
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let (Some(connection), Ok(runtime)) = (connection, Handle::try_current()) {
            runtime.spawn_blocking(move || drop(connection));
        }
    }
}

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
        Ok(self.connection(&connection)?.run(work).await)
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
            let end = connection
                .0
                .with(|connection| execute(connection, &statement, &parameters, &mut output));
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
        .run(|connection| Ok(connection.last_insert_rowid()))
        .await
        .map_err(wasmtime::Error::new)
}

async fn changes(connection: Connection) -> wasmtime::Result<u64> {
    connection
        .run(|connection| Ok(connection.changes()))
        .await
        .map_err(wasmtime::Error::new)
}

/// The file that Spin uses for its default database.
pub fn file(state_dir: &Path) -> PathBuf {
    state_dir.join("sqlite_db.db")
}
