//! Brings a database up to date when it is opened.

use std::time::{Duration, Instant};

use hub::class::{CATALOGUE_DIGEST, Class};
use hub::dialects::Dialects;
use hub::error::{Error, Result};
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::probing::Target;
use hub::scope::{DEFAULT_SCOPE, Scope};
use hub::time::Timestamp;
use spin_sdk::sqlite::Value;

use crate::backoff::retry_busy;
use crate::database::{Columns, Database, Failure, Row};
use crate::schema::{self, ROOT};
use crate::statements::{Encoded, INSERT_REVISIONS, parameter};

/// How long whoever opens a database waits for another one that migrates it.
const DEADLINE: Duration = Duration::from_secs(5);
/// How often it looks whether that is done.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A connection of its own, for a transaction.
pub(crate) trait Session {
    /// Runs a single statement, and gives all its rows. It does not wait for the lock.
    fn run(
        &self,
        sql: &str,
        parameters: Vec<Value>,
    ) -> impl Future<Output = std::result::Result<Vec<Row>, Failure>>;
}

/// Runs the migrations that were not run yet, and derives what follows from the catalogue that is
/// compiled in. A schema that is newer than we know is left alone.
///
/// A database that is up to date is asked one question.
///
/// # Errors
/// [`hub::error::Error::Unavailable`] when another connection holds the lock for long,
/// [`hub::error::Error::Internal`] when the database fails.
pub(crate) async fn bring_up_to_date<D: Database, S: Session>(
    database: &D,
    dialects: &dyn Dialects,
    connect: impl AsyncFn() -> std::result::Result<S, Failure>,
) -> Result<()> {
    let deadline = Instant::now() + DEADLINE;
    loop {
        let state = state(database)?;
        if state.migration > schema::NEWEST {
            return Ok(());
        }
        if state.migration == schema::NEWEST {
            return if state.digest == CATALOGUE_DIGEST {
                Ok(())
            } else {
                set_catalogue(database).await
            };
        }
        match migrate(&connect().await?, dialects).await {
            // Somebody else is at it. Looking whether it is done takes no lock, so that many do not
            // stand in its way.
            Err(Error::Unavailable { .. }) if Instant::now() < deadline => {
                database.pause(LOOK_AGAIN).await;
            }
            answer => answer?,
        }
    }
}

/// How far a database is.
struct State {
    migration: i64,
    digest: String,
}

/// A database that does not have the tables yet has run no migration, as far as this is concerned:
/// whoever holds the lock looks again.
fn state(database: &impl Database) -> Result<State> {
    let rows = match database.read(schema::STATE, Vec::new()) {
        Ok(rows) => rows,
        Err(Failure::Other(text)) if text.contains("no such table") => Vec::new(),
        Err(failure) => return Err(failure.into()),
    };
    let Some(mut columns) = rows.into_iter().next().map(Columns::new) else {
        return Ok(State {
            migration: 0,
            digest: String::new(),
        });
    };
    Ok(State {
        migration: columns.integer()?,
        digest: columns.maybe_text()?.unwrap_or_default(),
    })
}

async fn set_catalogue(database: &impl Database) -> Result<()> {
    let hosts: Vec<(&str, String)> = Class::catalogue()
        .filter_map(|class| Some((class.name.as_str(), Target::host_of_class(&class.doc)?)))
        .collect();
    let hosts = serde_json::to_string(&hosts).map_err(crate::internal::internal)?;
    let parameters = vec![Value::Text(CATALOGUE_DIGEST.to_owned()), Value::Text(hosts)];
    let write = || database.write(schema::SET_CATALOGUE, parameters.clone());
    retry_busy(database, write).await?;
    Ok(())
}

async fn migrate(session: &impl Session, dialects: &dyn Dialects) -> Result<()> {
    session.run("BEGIN IMMEDIATE", Vec::new()).await?;
    let migrated = migrate_locked(session, dialects).await;
    let end = if migrated.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    let ended = session.run(end, Vec::new()).await;
    migrated?;
    ended?;
    Ok(())
}

/// Looks again now that it has the lock: whoever had it before may have done the work.
async fn migrate_locked(session: &impl Session, dialects: &dyn Dialects) -> Result<()> {
    session
        .run(schema::CREATE_MIGRATION_TABLE, Vec::new())
        .await?;
    let rows = session.run(schema::NEWEST_MIGRATION, Vec::new()).await?;
    let done = Columns::new(rows.into_iter().next().unwrap_or_default()).integer()?;
    let now = Timestamp::now();
    for (number, migration) in schema::MIGRATIONS {
        if number <= done {
            continue;
        }
        for statement in schema::statements(migration) {
            session.run(statement, Vec::new()).await?;
        }
        let record = vec![Value::Integer(number), Value::Integer(now.millis())];
        session.run(schema::RECORD_MIGRATION, record).await?;
    }
    if done == 0 {
        create_default_scope(session, dialects, now).await?;
    }
    Ok(())
}

/// The scope of paths that name none. It is created the way every object is.
async fn create_default_scope(
    session: &impl Session,
    dialects: &dyn Dialects,
    now: Timestamp,
) -> Result<()> {
    let doc = Scope::new(DEFAULT_SCOPE, dialects, now)?.doc()?;
    let create = Change::create(Kind::Scope, ROOT, DEFAULT_SCOPE, doc, Uniqueness::Slug, now)?;
    let plan = Encoded::new(&Plan::of(create), "system", dialects)?;
    let parameters = vec![Value::Text(parameter([&plan]))];
    session.run(INSERT_REVISIONS, parameters).await?;
    Ok(())
}
