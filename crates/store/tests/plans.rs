//! No statement reads a whole table: what an operation costs does not grow with what is stored.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use futures::executor::block_on;
use hub::command::ObjectRef;
use hub::history;
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::probing::Selector;
use hub::query::{Order, Query};
use serde_json::json;
use store::database::{Database, Failure, Row, Value};
use store::probes::{Bounds, SilentHost, Wanted};
use store::{Entry, Native, Store};
use support::{NOW, OneDialect, child, create, update};

/// Tables that grow.
const TABLES: [&str; 8] = [
    "object",
    "revision",
    "probe",
    "scope_name",
    "key_use",
    "job_item",
    "probe_host",
    "rate",
];

/// A database that has every statement explained.
#[derive(Clone)]
struct Explaining {
    native: Native,
    scans: Rc<RefCell<Vec<String>>>,
}

impl Explaining {
    fn explain(&self, sql: &str, parameters: usize) {
        let connection = self.native.connection();
        let mut statement = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
            .unwrap();
        let nothing = vec![rusqlite::types::Null; parameters];
        let steps = statement
            .query_map(rusqlite::params_from_iter(nothing), |row| row.get("detail"))
            .unwrap();
        for step in steps {
            let step: String = step.unwrap();
            let scanned = step.strip_prefix("SCAN ").unwrap_or_default();
            let table = scanned.split(' ').next().unwrap_or_default();
            if TABLES.contains(&table) {
                self.scans.borrow_mut().push(format!("{step}: {sql}"));
            }
        }
    }
}

impl Database for Explaining {
    fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.explain(sql, parameters.len());
        self.native.read(sql, parameters)
    }

    async fn write(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.explain(sql, parameters.len());
        self.native.write(sql, parameters).await
    }

    async fn pause(&self, time: Duration) {
        self.native.pause(time).await;
    }

    fn reconnect(&self) {}
}

fn explaining() -> (Store<Explaining>, Explaining) {
    let database = Explaining {
        native: Native::in_memory(&OneDialect).unwrap(),
        scans: Rc::default(),
    };
    let store = Store::over(database.clone(), &OneDialect, Rc::default());
    (store, database)
}

#[test]
fn what_requests_read_is_found_by_an_index() {
    let (store, database) = explaining();
    let default = store.scope_named("default").unwrap().unwrap();
    let scope = default.id;
    let key = Change::create(Kind::Key, scope, "ci", json!({}), Uniqueness::Name, NOW).unwrap();
    let uid = key.object.uid;
    let plan = Plan::of(key);
    block_on(store.commit(plan, "tester")).unwrap();
    for subject in [
        ObjectRef::Uid(uid),
        ObjectRef::Id(1),
        ObjectRef::Slug("git".to_owned()),
        ObjectRef::Name("git".to_owned()),
    ] {
        for entry in [
            Entry::Key(uid),
            Entry::Scope("default"),
            Entry::ScopeIn("pingone", "nosuch"),
        ] {
            store
                .enter(entry, Some((Kind::Connector, &subject)))
                .unwrap();
        }
        store.find(scope, Kind::Connector, &subject).unwrap();
        store
            .with_children(scope, Kind::Connector, &subject)
            .unwrap_err();
        store
            .with_children_of(scope, Kind::Connector, &subject, &[Kind::Secret])
            .unwrap_err();
    }
    store.keys(scope).unwrap();
    store.class(scope, "git").unwrap();
    store.classes(scope).unwrap();
    store.objects(scope, &[uid]).unwrap();
    store.children(uid, Kind::Secret).unwrap();
    store.children_of_all(&[uid], &[Kind::Secret]).unwrap();
    store.child(scope, uid, Kind::Secret, "s").unwrap();
    store.anywhere(Kind::Connector, uid).unwrap();
    store.named(scope, Kind::Connector, &["git"]).unwrap();
    for (scope, order) in [
        (Some(scope), Order::Slug),
        (Some(scope), Order::Name),
        (None, Order::Slug),
        (None, Order::Name),
    ] {
        let query = Query {
            scope,
            order,
            ..Query::of(Kind::Connector).within(0)
        };
        store.list(&query).unwrap();
        store.count(&query).unwrap();
        store.list_at(1, &query).unwrap();
        store
            .revisions_after(&[Kind::Connector], scope, 0, 10)
            .unwrap();
    }
    store.before(uid, 2).unwrap();
    let query = history::Query {
        kinds: vec![Kind::Connector],
        object: None,
        name: None,
        after: 0,
        limit: 2,
    };
    store.scope_history(scope, &query).unwrap();
    assert_eq!(*database.scans.borrow(), [""; 0]);
}

#[test]
fn what_is_written_and_probed_is_found_by_an_index() {
    let (store, database) = explaining();
    let scope = store.scope_named("default").unwrap().unwrap().id;
    let change = create(scope, "git");
    let secret = child(&change.object, Kind::Secret, "s");
    let by = ObjectRef::Uid(change.object.uid);
    let plan = support::steps([change, secret]);
    block_on(store.commit(plan, "tester")).unwrap();
    let object = store.object(scope, Kind::Connector, &by).unwrap();
    let stale = update(&object, json!({"v": 2}));
    block_on(store.commit(Plan::of(stale.clone()), "tester")).unwrap();
    block_on(store.commit(Plan::of(stale), "tester")).unwrap_err();
    let bounds = Bounds {
        limit: 10,
        per_host: 2,
    };
    let now = NOW.plus_seconds(100);
    for wanted in [
        Wanted::Changed,
        Wanted::Due(None),
        Wanted::Due(Some(scope)),
        Wanted::Object(object.uid),
    ] {
        let claimed = block_on(store.lease_probes(wanted, bounds, now)).unwrap();
        let done: Vec<_> = claimed.into_iter().map(|claimed| (claimed, now)).collect();
        block_on(store.finish_probes(&done)).unwrap();
    }
    store.due_probes(Some(scope), now).unwrap();
    let silent = SilentHost {
        host: "a.example".to_owned(),
        failures: 1,
        not_before: now,
    };
    block_on(store.note_silent_hosts(&[silent])).unwrap();
    block_on(store.note_answering_hosts(&["a.example".to_owned()])).unwrap();
    let round = block_on(store.start_round(
        hub::id::Uid::new(now).unwrap(),
        scope,
        &Selector::default(),
        now,
    ))
    .unwrap();
    store.round(scope, round.id).unwrap();
    block_on(store.count_request("client", 10, now)).unwrap();
    assert_eq!(*database.scans.borrow(), [""; 0]);
}

/// The statements of the triggers, with something bound where they have the row that is written.
#[test]
fn triggers_find_what_they_write_by_an_index() {
    let (_, database) = explaining();
    let connection = database.native.connection();
    let mut triggers = connection
        .prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap();
    let triggers = triggers.query_map([], |row| row.get(0)).unwrap();
    let mut count = 0;
    for trigger in triggers {
        let trigger: String = trigger.unwrap();
        let (_, body) = trigger.split_once("BEGIN\n").unwrap();
        let statements = body.rsplit_once("END").unwrap().0.split(";\n");
        for statement in statements.filter(|statement| !statement.trim().is_empty()) {
            let explained = bound(statement);
            database.explain(&explained, usize::from(explained.contains("?1")));
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
    let mut scans = database.scans.borrow_mut();
    // The newest revision is one step from the end.
    scans.retain(|scan| !scan.contains("ORDER BY revision DESC LIMIT 1"));
    // All of a scope goes with it. That is looked for only when it is a scope that goes.
    scans.retain(|scan| !scan.contains("?1 = 'scope' AND scope = ?1"));
    assert_eq!(*scans, [""; 0]);
}

/// A statement of a trigger as one that can be explained by itself.
fn bound(statement: &str) -> String {
    let mut sql = statement.to_owned();
    for raised in [
        "RAISE(IGNORE)",
        "RAISE(ABORT, 'a step of the plan is refused')",
    ] {
        sql = sql.replace(raised, "NULL");
    }
    for row in ["NEW.", "OLD."] {
        while let Some((before, rest)) = sql.split_once(row) {
            let column = |char: char| char.is_ascii_alphanumeric() || char == '_';
            let end = rest.find(|char| !column(char)).unwrap_or(rest.len());
            sql = format!("{before}?1{}", rest.get(end..).unwrap());
        }
    }
    sql
}
