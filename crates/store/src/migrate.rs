//! Brings the schema up to date, once an instance.

use std::cell::Cell;

use hub::error::Result;
use hub::time::Timestamp;
use spin_sdk::sqlite::Value;

use crate::database::{Columns, Database, Failure, Row};
use crate::schema;
use crate::spin::{Session, Spin};

thread_local! {
    static UP_TO_DATE: Cell<bool> = const { Cell::new(false) };
}

/// Runs the migrations that were not run yet. A schema that is newer than we know is left alone: while the application
/// is being replaced, old and new components work on the same data.
///
/// # Errors
/// [`hub::error::Error::Unavailable`] when another instance holds the lock for long, [`hub::error::Error::Internal`]
/// when the database fails.
pub(crate) async fn run_once() -> Result<()> {
    if UP_TO_DATE.get() {
        return Ok(());
    }
    if newest(Spin.read(schema::NEWEST_MIGRATION, Vec::new()))? < schema::NEWEST {
        migrate().await?;
    }
    UP_TO_DATE.set(true);
    Ok(())
}

/// Looks again once it has the lock: whoever had it before may have done the work.
async fn migrate() -> Result<()> {
    let session = Session::open().await?;
    session.run("BEGIN IMMEDIATE", Vec::new()).await?;
    session
        .run(schema::CREATE_MIGRATION_TABLE, Vec::new())
        .await?;
    let done = newest(session.run(schema::NEWEST_MIGRATION, Vec::new()).await)?;
    let now = Timestamp::now();
    for migration in schema::migrations(now)? {
        if migration.number <= done {
            continue;
        }
        for statement in migration.statements {
            let parameters = statement.parameter.map(Value::Text).into_iter().collect();
            session.run(&statement.sql, parameters).await?;
        }
        let record = vec![
            Value::Integer(migration.number),
            Value::Integer(now.millis()),
        ];
        session.run(schema::RECORD_MIGRATION, record).await?;
    }
    session.run("COMMIT", Vec::new()).await?;
    Ok(())
}

/// A database without the table has run none.
fn newest(answer: std::result::Result<Vec<Row>, Failure>) -> Result<i64> {
    match answer {
        Ok(rows) => rows
            .into_iter()
            .next()
            .map_or(Ok(0), |row| Columns::new(row).integer()),
        Err(Failure::Other(text)) if text.contains("no such table") => Ok(0),
        Err(failure) => Err(failure.into()),
    }
}
