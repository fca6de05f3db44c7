//! The schema, as numbered migrations that only go forward. Spin-free, so that tests and native programs run the same.

use hub::class::Class;
use hub::error::Result;
use hub::id::Uid;
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::{DEFAULT_SCOPE, Scope};
use hub::time::Timestamp;
use serde_json::json;

use crate::statements::{Encoded, INSERT_REVISIONS, parameter};

/// The `scope` of objects that are in no scope, which are the scopes themselves.
pub const ROOT: hub::object::ScopeId = 0;

/// The number of the newest migration.
pub const NEWEST: i64 = 5;

/// Where the migrations that were run are written down. It is made before the first of them.
pub const CREATE_MIGRATION_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, at INTEGER NOT NULL)";

/// The number of the newest migration that was run, as one row of one value. Fails where there is no table yet.
pub const NEWEST_MIGRATION: &str = "SELECT coalesce(max(number), 0) AS number FROM migration";

/// Writes down that migration `?1` was run at `?2`.
pub const RECORD_MIGRATION: &str = "INSERT INTO migration (number, at) VALUES (?1, ?2)";

/// Statements that are run together, once, in one transaction.
#[derive(Clone, Debug)]
pub struct Migration {
    /// Its place in the order.
    pub number: i64,
    /// What it does, one statement an entry: a host runs only the first of several.
    pub statements: Vec<Statement>,
}

/// One statement and what is bound to its `?1`.
#[derive(Clone, Debug)]
pub struct Statement {
    /// The SQL.
    pub sql: String,
    /// The text bound to `?1`, if it has one.
    pub parameter: Option<String>,
}

/// All migrations, oldest first.
///
/// # Errors
/// [`hub::error::Error::Internal`] when the host has no randomness for the identifiers of the default scope. Those of
/// [`Class::catalogue`].
pub fn migrations(now: Timestamp) -> Result<Vec<Migration>> {
    Ok(vec![
        Migration {
            number: 1,
            statements: split(include_str!("schema/0001_objects.sql")),
        },
        Migration {
            number: 2,
            statements: vec![default_scope(now)?],
        },
        Migration {
            number: 3,
            statements: split(include_str!("schema/0003_probes.sql")),
        },
        Migration {
            number: 4,
            statements: split(include_str!("schema/0004_jobs.sql")),
        },
        Migration {
            number: 5,
            statements: with_catalogue(split(include_str!("schema/0005_probe_hosts.sql")))?,
        },
    ])
}

/// Statements in a file are separated by an empty line, and have none inside.
fn split(file: &str) -> Vec<Statement> {
    file.split("\n\n")
        .map(|sql| Statement {
            sql: sql.trim().to_owned(),
            parameter: None,
        })
        .collect()
}

/// Gives the statement that has a `?1` the default addresses of the classes that come with Patchbay.
fn with_catalogue(mut statements: Vec<Statement>) -> Result<Vec<Statement>> {
    let mut addresses = Vec::new();
    for class in Class::catalogue() {
        if let Some(address) = class.doc.pointer("/address/default") {
            addresses.push(json!([class.name, address]));
        }
    }
    let takes_them = |statement: &&mut Statement| statement.sql.contains("?1");
    if let Some(statement) = statements.iter_mut().find(takes_them) {
        statement.parameter = Some(json!(addresses).to_string());
    }
    Ok(statements)
}

/// The scope of paths that name none. It is created the way every object is.
fn default_scope(now: Timestamp) -> Result<Statement> {
    let scope = Scope {
        id: 0,
        name: DEFAULT_SCOPE.to_owned(),
        environment_id: Uid::new(now)?.uuid(),
        organisation_id: Uid::new(now)?.ulid(),
        runtime_plane_id: 1,
        tenant: DEFAULT_SCOPE.to_owned(),
        created_at: now.rfc3339_millis(),
        secret_store: hub::scope::SecretStore::default(),
    };
    let doc = serde_json::to_value(&scope).map_err(crate::internal)?;
    let create = Change::create(Kind::Scope, ROOT, DEFAULT_SCOPE, doc, Uniqueness::Slug, now)?;
    let plan = Encoded::new(&Plan::of(create), "system")?;
    Ok(Statement {
        sql: INSERT_REVISIONS.to_owned(),
        parameter: Some(parameter([&plan])),
    })
}
