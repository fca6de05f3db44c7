//! `spin:sqlite`: one database file in the state folder, opened with Spin's own settings.

use std::{
    mem,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use rusqlite::{
    Batch, ToSql,
    config::DbConfig,
    fallible_iterator::FallibleIterator,
    hooks::{AuthAction, AuthContext, Authorization},
    params_from_iter,
    types::{ToSqlOutput, ValueRef},
};
use tokio::{
    runtime::Handle,
    sync::{mpsc, oneshot},
    task::spawn_blocking,
};
use wasmtime::{
    StoreContextMut,
    component::{
        Accessor, Destination, FutureReader, Resource, StreamProducer, StreamReader, StreamResult,
        VecBuffer,
    },
};

use crate::{
    bindings::spin::sqlite::sqlite::{
        Error, Host, HostConnection, HostConnectionWithStore, QueryResult, RowResult, Value,
    },
    guest::{Guest, Interfaces},
};

/// Spin's limit, so that a component that leaks connections fails here too.
const MAX_CONNECTIONS: usize = 256;
/// Spin's limit for what the host holds in memory for one synchronous result.
const MAX_RESULT_BYTES: usize = 128 << 20;
/// Results up to this size reach the component in one piece, without a second switch between threads.
const CHUNK_BYTES: usize = 1 << 20;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const CACHED_STATEMENTS: usize = 128;

type Columns = Vec<String>;
type RowStream = (
    Columns,
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

fn open(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
    let mut connection = rusqlite::Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    connection.authorizer(Some(|context: AuthContext<'_>| match context.action {
        // Any other name is a file of the machine.
        AuthAction::Attach { filename } if !matches!(filename, "" | ":memory:") => {
            Authorization::Deny
        }
        _ => Authorization::Allow,
    }))?;
    Ok(connection)
}

/// Where the rows of a statement go: kept, or sent on whenever enough have come together.
struct Output<'a> {
    chunk: Chunk,
    bytes: usize,
    next: Option<&'a mpsc::Sender<Chunk>>,
}

#[derive(Default)]
struct Chunk {
    columns: Columns,
    rows: Vec<RowResult>,
    end: Option<Result<(), Error>>,
}

impl<'a> Output<'a> {
    fn new(next: Option<&'a mpsc::Sender<Chunk>>) -> Self {
        Self {
            chunk: Chunk::default(),
            bytes: 0,
            next,
        }
    }

    fn push(&mut self, row: RowResult) -> Result<(), Error> {
        self.bytes += size_of(&row);
        self.chunk.rows.push(row);
        match self.next {
            None if self.bytes > MAX_RESULT_BYTES => Err(Error::Io(format!(
                "query result exceeds limit of {MAX_RESULT_BYTES} bytes"
            ))),
            Some(next) if self.bytes > CHUNK_BYTES => {
                self.bytes = 0;
                next.blocking_send(mem::take(&mut self.chunk))
                    .map_err(|_| Error::Io("the rows are not being read".to_owned()))
            }
            _ => Ok(()),
        }
    }
}

fn execute(
    connection: &rusqlite::Connection,
    sql: &str,
    parameters: &[Value],
    output: &mut Output<'_>,
) -> Result<(), Error> {
    match connection.prepare_cached(sql) {
        Ok(mut statement) => collect(&mut statement, parameters, output),
        // Spin runs the first and leaves out the rest.
        Err(rusqlite::Error::MultipleStatement) => {
            match Batch::new(connection, sql).next().map_err(io_error)? {
                Some(mut statement) => collect(&mut statement, parameters, output),
                None => Ok(()),
            }
        }
        Err(error) => Err(io_error(error)),
    }
}

fn collect(
    statement: &mut rusqlite::Statement<'_>,
    parameters: &[Value],
    output: &mut Output<'_>,
) -> Result<(), Error> {
    output.chunk.columns = statement.column_names().map(str::to_owned).collect();
    let width = statement.column_count();
    let mut rows = statement
        .query(params_from_iter(parameters))
        .map_err(io_error)?;
    while let Some(row) = rows.next().map_err(io_error)? {
        let values = (0..width).map(|index| row.get_ref(index).map_err(io_error).and_then(value));
        output.push(RowResult {
            values: values.collect::<Result<_, _>>()?,
        })?;
    }
    Ok(())
}

fn value(value: ValueRef<'_>) -> Result<Value, Error> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::Integer(integer),
        ValueRef::Real(real) => Value::Real(real),
        ValueRef::Text(text) => Value::Text(
            String::from_utf8(text.to_vec()).map_err(|error| Error::Io(error.to_string()))?,
        ),
        ValueRef::Blob(blob) => Value::Blob(blob.to_vec()),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Real(real) => ValueRef::Real(*real),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(blob) => ValueRef::Blob(blob),
        }))
    }
}

fn size_of(row: &RowResult) -> usize {
    let contents = row.values.iter().map(|value| match value {
        Value::Text(text) => text.len(),
        Value::Blob(blob) => blob.len(),
        _ => 0,
    });
    row.values.len() * mem::size_of::<Value>() + contents.sum::<usize>()
}

fn io_error(error: rusqlite::Error) -> Error {
    Error::Io(error.to_string())
}

/// The rest of a result that did not fit into one chunk.
struct Rows {
    ready: Vec<RowResult>,
    chunks: mpsc::Receiver<Chunk>,
    end: Option<oneshot::Sender<Result<(), Error>>>,
}

impl<D> StreamProducer<D> for Rows {
    type Item = RowResult;
    type Buffer = VecBuffer<RowResult>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, Self::Item, Self::Buffer>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        if destination.remaining(&mut store) == Some(0) {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        if !self.ready.is_empty() {
            destination.set_buffer(mem::take(&mut self.ready).into());
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        let chunk = match self.chunks.poll_recv(context) {
            Poll::Ready(chunk) => chunk.unwrap_or_default(),
            Poll::Pending if finish => return Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => return Poll::Pending,
        };
        let last = chunk.end.is_some() || chunk.rows.is_empty();
        destination.set_buffer(chunk.rows.into());
        if let (Some(sender), Some(end)) = (self.end.take_if(|_| last), chunk.end) {
            // Nobody may be waiting for it.
            let _ = sender.send(end);
        }
        Poll::Ready(Ok(if last {
            StreamResult::Dropped
        } else {
            StreamResult::Completed
        }))
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
