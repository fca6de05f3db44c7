//! The schema, as numbered migrations that only go forward. Each is frozen text: what follows from
//! code, such as the catalogue, is derived when a database is opened ([`crate::migrate`]).
//! Spin-free.

/// The `scope` of objects that are in no scope, which are the scopes themselves.
pub const ROOT: hub::object::ScopeId = 0;

/// The number of the newest migration.
pub(crate) const NEWEST: i64 = 11;

/// All migrations, oldest first: the number, and statements that are run together, once, in one
/// transaction. Number 2 made the default scope, as a new database now gets it after its
/// migrations.
pub(crate) const MIGRATIONS: [(i64, &str); 7] = [
    (1, include_str!("schema/0001_objects.sql")),
    (3, include_str!("schema/0003_probes.sql")),
    (4, include_str!("schema/0004_jobs.sql")),
    (5, include_str!("schema/0005_probe_hosts.sql")),
    (6, include_str!("schema/0006_probe_targets.sql")),
    (7, include_str!("schema/0007_scope_names.sql")),
    (NEWEST, include_str!("schema/0011_probe_secrets.sql")),
];

/// Where the migrations that were run are written down. It is made before the first of them.
pub(crate) const CREATE_MIGRATION_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, at INTEGER NOT NULL)";

/// The number of the newest migration that was run.
pub(crate) const NEWEST_MIGRATION: &str =
    "SELECT coalesce(max(number), 0) AS number FROM migration";

/// The same, and the digest of the catalogue that the database was brought up to date with. Fails
/// where the tables are not there yet.
pub(crate) const STATE: &str = "SELECT coalesce(max(number), 0) AS number, (SELECT digest FROM catalogue) AS digest FROM migration";

/// Writes down that migration `?1` was run at `?2`.
pub(crate) const RECORD_MIGRATION: &str = "INSERT INTO migration (number, at) VALUES (?1, ?2)";

/// Takes over the catalogue of the digest `?1`, whose hosts are `?2`: an array of arrays of a class
/// and its host. A trigger does the rest.
pub(crate) const SET_CATALOGUE: &str =
    "UPDATE catalogue SET digest = ?1, hosts = ?2 WHERE digest <> ?1";

/// The statements of a migration, which an empty line separates and which have none inside: a host
/// runs only the first of several.
pub(crate) fn statements(migration: &str) -> impl Iterator<Item = &str> {
    migration.split("\n\n").map(str::trim)
}
