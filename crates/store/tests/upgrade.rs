//! Databases that were made by earlier versions.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::rc::Rc;

use hub::class::CATALOGUE_DIGEST;
use hub::command::ObjectRef;
use hub::object::{Kind, Object};
use hub::plan::{Action, Change};
use hub::query::Query;
use hub::time::Timestamp;
use rusqlite::Connection;
use serde_json::json;
use store::{Entry, Native, Store};
use support::{Faulty, NOW, OneDialect, commit, create};

/// The migrations of version 0.1.0, and objects that it wrote.
const VERSION_5: [&str; 6] = [
    include_str!("fixtures/0001_objects.sql"),
    include_str!("fixtures/0002_default_scope.sql"),
    include_str!("fixtures/0003_probes.sql"),
    include_str!("fixtures/0004_jobs.sql"),
    include_str!("fixtures/0005_probe_hosts.sql"),
    include_str!("fixtures/objects.sql"),
];

fn version_5() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch("CREATE TABLE migration (number INTEGER PRIMARY KEY, at INTEGER NOT NULL)")
        .unwrap();
    for script in VERSION_5 {
        connection.execute_batch(script).unwrap();
    }
    let numbers =
        "INSERT INTO migration (number, at) VALUES (1, 0), (2, 0), (3, 0), (4, 0), (5, 0)";
    connection.execute_batch(numbers).unwrap();
    connection
}

fn upgraded() -> (Store<Faulty>, Faulty) {
    let database = Faulty::over(Native::over(version_5(), &OneDialect).unwrap());
    let store = Store::over(database.clone(), &OneDialect, Rc::default());
    (store, database)
}

fn team_a(store: &Store<Faulty>) -> i64 {
    store.scope_named("team-a").unwrap().unwrap().id
}

fn named(store: &Store<Faulty>, kind: Kind, name: &str) -> Object {
    let by = ObjectRef::Name(name.to_owned());
    store.object(team_a(store), kind, &by).unwrap()
}

/// The probe of an object: its class, its secrets and its host.
fn probe(database: &Faulty, object: &Object) -> String {
    let uid = object.uid.hex();
    database.sql(&format!(
        "SELECT class || ' ' || secret || ' ' || ca_secret || ' ' || host FROM probe WHERE object = '{uid}'"
    ))
}

#[test]
fn an_upgraded_database_is_built_like_a_new_one() {
    let built = |database: &Faulty| -> String {
        database.sql("SELECT group_concat(type || ' ' || name || ' ' || sql, char(10)) FROM (SELECT * FROM sqlite_schema WHERE sql > '' ORDER BY type, name)")
    };
    let (_, old) = upgraded();
    assert_eq!(built(&old), built(&Faulty::new()));
}

#[test]
fn objects_come_through_an_upgrade() {
    let (store, database) = upgraded();
    let [git, own, classed] =
        ["Git", "Own address", "Of the class"].map(|name| named(&store, Kind::Connector, name));
    assert_eq!(
        probe(&database, &git),
        "github credential authorities github.com"
    );
    assert_eq!(probe(&database, &own), "tool   own.example:8443");
    assert_eq!(probe(&database, &classed), "tool   tool.example");

    // What they follow from is followed on.
    let default = store.scope_named("default").unwrap().unwrap();
    let by = ObjectRef::Slug("tool".to_owned());
    let class = store.object(default.id, Kind::Class, &by).unwrap();
    let moved = json!({"address": {"default": "https://moved.example"}});
    commit(&store, [Change::update(class, moved, NOW)]).unwrap();
    assert_eq!(probe(&database, &own), "tool   own.example:8443");
    assert_eq!(probe(&database, &classed), "tool   moved.example");
    let doc = json!({"class": "tool", "extensions": {"one": {"certificates": "own"}}});
    commit(&store, [Change::update(git, doc, NOW)]).unwrap();
    let git = named(&store, Kind::Connector, "Git");
    assert_eq!(probe(&database, &git), "tool  own moved.example");
}

#[test]
fn scopes_keep_their_names_through_an_upgrade() {
    let (store, _) = upgraded();
    let scope = store.scope_named("team-a").unwrap().unwrap();
    assert_eq!(
        scope.text_in("pingone"),
        "0195f3a0-7c11-7c41-9a52-6f2f8f6d0b22"
    );
    assert_eq!(scope.name_in("privacera"), Some(&json!(7)));
    for entry in [
        Entry::Scope("team-a"),
        Entry::ScopeIn("pingone", scope.text_in("pingone")),
        Entry::ScopeIn("versori", "01JQSZ0Z0HFH0SMMKFDY7PT3SJ"),
        Entry::ScopeIn("privacera", "7"),
        Entry::ScopeIn("sailpoint", "acme"),
    ] {
        let entered = store.enter(entry, None).unwrap();
        assert_eq!(entered.unwrap().scope, scope, "{entry:?}");
    }
}

#[test]
fn what_named_nothing_is_deleted_by_an_upgrade() {
    let (store, _) = upgraded();
    let scope = team_a(&store);
    let mut query = Query::of(Kind::Connector).within(scope);
    query.kinds.extend([Kind::Class, Kind::Secret]);
    let left = store.list(&query).unwrap().objects;
    let slugs: Vec<&str> = left.iter().map(|object| object.slug.as_str()).collect();
    // An import may bring an object without a name that is of some class.
    assert_eq!(slugs, ["git", "of-the-class", "own-address", "unnamed"]);
    let log = store.revisions_after(&[], Some(scope), 0, 100).unwrap();
    let deleted = log
        .iter()
        .filter(|one| one.operation == Action::Delete)
        .map(|one| one.object.kind);
    assert_eq!(
        deleted.collect::<Vec<_>>(),
        [Kind::Class, Kind::Connector, Kind::Secret, Kind::Connector]
    );
    for object in left {
        commit(&store, [Change::delete(object, Timestamp::now())]).unwrap();
    }
}

#[test]
fn another_catalogue_reaches_a_database_when_it_is_opened() {
    let file = std::env::temp_dir().join(format!("patchbay-catalogue-{}", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let open = || Faulty::over(Native::open(&file, &OneDialect).unwrap());
    let database = open();
    let store = Store::over(database.clone(), &OneDialect, Rc::default());
    let scope = store.scope_named("default").unwrap().unwrap();
    let mut change = create(scope.id, "hub");
    change.object.doc = json!({"class": "github"});
    commit(&store, [change]).unwrap();
    let host = || database.sql::<String>("SELECT host FROM probe WHERE class = 'github'");
    let digest = || database.sql::<String>("SELECT digest FROM catalogue");
    let up_to_date = ("github.com".to_owned(), CATALOGUE_DIGEST.to_owned());
    assert_eq!((host(), digest()), up_to_date);

    let hosts = json!([["github", "old.example"], ["gone", "gone.example"]]);
    database.execute(&format!(
        "UPDATE catalogue SET digest = 'of another', hosts = '{hosts}'"
    ));
    assert_eq!(host(), "old.example");
    open();
    assert_eq!((host(), digest()), up_to_date);
    let gone = "SELECT count(*) FROM catalogue_host WHERE class = 'gone'";
    assert_eq!(database.sql::<i64>(gone), 0);

    let version = || database.sql::<i64>("PRAGMA data_version");
    let before = version();
    open();
    assert_eq!(
        version(),
        before,
        "nothing is written to what is up to date"
    );
    std::fs::remove_file(&file).unwrap();
}
