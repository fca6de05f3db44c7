//! The database file, opened with Spin's own settings.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rusqlite::{
    config::DbConfig,
    hooks::{AuthAction, AuthContext, Authorization},
};
use tokio::{runtime::Handle, task::spawn_blocking};

const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const CACHED_STATEMENTS: usize = 128;

/// The file that Spin uses for its default database.
pub(crate) fn file(state_dir: &Path) -> PathBuf {
    state_dir.join("sqlite_db.db")
}

/// The resource that a component holds.
#[derive(Clone)]
#[expect(
    unreachable_pub,
    reason = "the bindings publish it under the name of their interface"
)]
pub struct Connection(Arc<Lazy>);

/// Opened by its first statement, on a blocking thread.
struct Lazy {
    path: Arc<Path>,
    inner: Mutex<Option<rusqlite::Connection>>,
}

impl Connection {
    /// A connection that its first statement opens.
    pub(crate) fn new(path: Arc<Path>) -> Self {
        Self(Arc::new(Lazy {
            path,
            inner: Mutex::new(None),
        }))
    }

    /// Runs `work` on a blocking thread: SQLite waits for disks and for other writers. `fail` words
    /// a failure to open.
    pub(crate) async fn run<T: Send + 'static, E: Send + 'static>(
        &self,
        fail: fn(String) -> E,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E> {
        let lazy = Arc::clone(&self.0);
        spawn_blocking(move || lazy.with(fail, work))
            .await
            .unwrap_or_else(|error| Err(fail(error.to_string())))
    }

    /// Runs `work` on this thread, which may block.
    pub(crate) fn with<T, E>(
        &self,
        fail: fn(String) -> E,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.0.with(fail, work)
    }
}

impl Lazy {
    fn with<T, E>(
        &self,
        fail: fn(String) -> E,
        work: impl FnOnce(&rusqlite::Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match inner.take() {
            Some(connection) => connection,
            None => open(&self.path).map_err(|error| fail(error.to_string()))?,
        };
        work(inner.insert(connection))
    }
}

impl Drop for Lazy {
    fn drop(&mut self) {
        // The last connection to a WAL database writes the whole log back when it closes: not on a
        // thread that serves.
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

/// Opens it.
pub(crate) fn open(path: &Path) -> rusqlite::Result<rusqlite::Connection> {
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
