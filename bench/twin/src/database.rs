//! The database over rusqlite. Readers have a connection each; one thread writes, in the order in
//! which they came: nobody waits for a lock.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::Context;
use futures::channel::oneshot;
use futures::executor::block_on;
use hub::command::ObjectRef;
use hub::error::Error;
use hub::id::random_u128;
use hub::object::{Kind, ScopeId};
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::{DEFAULT_SCOPE, Permission, Scope, api_key};
use hub::time::Timestamp;
use registry::Registry;
use serde_json::{Map, json};
use store::database::{Database, Failure, Row, Value};
use store::secrets::hash_key_secret;
use store::{Native, ROOT, Store};

/// Most here fails as the application does.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

thread_local! {
    static READER: RefCell<Option<Native>> = const { RefCell::new(None) };
}

/// What a request wants written.
type Write = Box<dyn FnOnce(&Native) + Send>;

/// The database file, and the thread that writes to it.
#[derive(Clone)]
pub(crate) struct Databases {
    file: PathBuf,
    writer: mpsc::Sender<Write>,
}

impl Databases {
    /// Creates the file with the schema of the application.
    pub(crate) fn create(file: PathBuf) -> Result<Self> {
        Native::open(&file, &Registry)?;
        let (writer, writes) = mpsc::channel();
        let opened = file.clone();
        std::thread::spawn(move || write_all(&opened, &writes));
        Ok(Self { file, writer })
    }

    /// Makes keys, the first of the default scope and each of the others of a new scope, in the
    /// form in which clients send them.
    pub(crate) fn create_keys(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let default = self.read(|store| store.scope_named(DEFAULT_SCOPE))?;
        let mut scope = default.context("there is no default scope")?.id;
        let mut keys = Vec::with_capacity(count);
        for number in 0..count {
            if number > 0 {
                scope = self.create_scope(number)?;
            }
            keys.push(self.create_key(scope)?);
        }
        Ok(keys)
    }

    fn create_scope(&self, number: usize) -> Result<ScopeId> {
        let (name, now) = (format!("bench-{number}"), Timestamp::now());
        let doc = Scope::new(&name, &Registry, now)?.doc()?;
        let change = Change::create(Kind::Scope, ROOT, &name, doc, Uniqueness::Slug, now)?;
        block_on(self.commit(Plan::of(change), "twin"))
    }

    fn create_key(&self, scope: ScopeId) -> Result<String> {
        let secret = format!("{:032x}", random_u128()?);
        let doc = json!({
            "permissions": [Permission::Read, Permission::Write, Permission::Probe],
            "hash": hash_key_secret(&secret),
        });
        let (claim, now) = (Uniqueness::None, Timestamp::now());
        let change = Change::create(Kind::Key, scope, "bench", doc, claim, now)?;
        let uid = change.object.uid;
        block_on(self.commit(Plan::of(change), "twin"))?;
        Ok(api_key(&uid.hex(), &secret))
    }

    /// Gives the default scope the names by which paths call it.
    pub(crate) fn name_scope(&self) -> anyhow::Result<()> {
        let names: Map<String, serde_json::Value> =
            serde_json::from_str(include_str!("../../scope.json"))?;
        let by = ObjectRef::Slug(DEFAULT_SCOPE.to_owned());
        let (object, scope) = self.read(|store| {
            let object = store.object(ROOT, Kind::Scope, &by)?;
            let scope = store.scope(object.id)?;
            Ok((object, scope))
        })?;
        let mut scope = scope;
        scope.rename(&names, &Registry)?;
        let change = Change::update(object, scope.doc()?, Timestamp::now());
        block_on(self.commit(Plan::of(change), "twin"))?;
        Ok(())
    }

    /// Reads.
    pub(crate) fn read<T>(&self, read: impl FnOnce(&Store<Self>) -> Result<T>) -> Result<T> {
        read(&Store::over(self.clone(), &Registry, Rc::default()))
    }

    /// Carries out a plan, and answers the revision of its first change.
    pub(crate) async fn commit(&self, plan: Plan, actor: &str) -> Result<i64> {
        let store = Store::over(self.clone(), &Registry, Rc::default());
        let committed = store.commit(plan, actor).await?;
        Ok(committed.first().map_or(0, |first| first.revision))
    }

    /// Makes a copy of the data in another file.
    pub(crate) fn copy_to(&self, file: &Path) -> anyhow::Result<()> {
        let native = Native::open(&self.file, &Registry)?;
        let copy = "VACUUM INTO ?1";
        native
            .connection()
            .execute(copy, [file.to_string_lossy()])?;
        Ok(())
    }
}

impl Database for Databases {
    /// On this thread, by its own connection. A lookup by index is over sooner than another thread
    /// would have begun it.
    fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        READER.with_borrow_mut(|reader| {
            let database = match reader.take() {
                Some(database) => database,
                None => Native::open(&self.file, &Registry).map_err(failure)?,
            };
            reader.insert(database).read(sql, parameters)
        })
    }

    /// On the thread that writes, when its turn comes.
    async fn write(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        let (reply, answer) = oneshot::channel();
        let sql = sql.to_owned();
        // A client that is gone does not hear of it.
        let write: Write = Box::new(move |database| {
            drop(reply.send(block_on(database.write(&sql, parameters))));
        });
        self.writer.send(write).map_err(failure)?;
        answer.await.map_err(failure)?
    }

    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn reconnect(&self) {}
}

/// A file that cannot be opened has no writer: whoever wants to write is told that nobody answers.
fn write_all(file: &Path, writes: &mpsc::Receiver<Write>) {
    let Ok(database) = Native::open(file, &Registry) else {
        return;
    };
    for write in writes {
        write(&database);
    }
}

fn failure(error: impl std::fmt::Display) -> Failure {
    Failure::Other(error.to_string())
}
