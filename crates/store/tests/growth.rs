//! What an operation costs does not grow with what is stored: the steps that SQLite's virtual machine
//! takes are counted, in a small database and in one that has twenty times as much.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures::executor::block_on;
use hub::command::ObjectRef;
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Plan, Uniqueness};
use hub::query::{Order, Query};
use rusqlite::StatementStatus;
use serde_json::json;
use store::database::{Database, Failure, Row, Value};
use store::probes::{Bounds, Wanted};
use store::{Native, Store};
use support::{NOW, OneDialect};

const SMALL: usize = 300;
const LARGE: usize = 20 * SMALL;
/// An index is a little deeper in the large one.
const GROWTH: i64 = 2;

/// A database that counts the steps of its statements, with those of their triggers.
#[derive(Clone)]
struct Counting {
    native: Native,
    steps: Rc<Cell<i64>>,
}

impl Counting {
    fn run(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        let rows = self.native.read(sql, parameters);
        let statement = self.native.connection().prepare_cached(sql).unwrap();
        let steps = statement.reset_status(StatementStatus::VmStep);
        let steps = self.steps.get().saturating_add(i64::from(steps));
        self.steps.set(steps);
        rows
    }
}

impl Database for Counting {
    fn read(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.run(sql, parameters)
    }

    async fn write(&self, sql: &str, parameters: Vec<Value>) -> Result<Vec<Row>, Failure> {
        self.run(sql, parameters)
    }

    async fn pause(&self, _: Duration) {}

    fn reconnect(&self) {}
}

/// A scope with so many connectors, each with a secret, all of them due, and half of them at one host.
struct Filled {
    store: Store<Counting>,
    steps: Rc<Cell<i64>>,
    scope: ScopeId,
    size: usize,
}

impl Filled {
    fn new(size: usize) -> Self {
        let database = Counting {
            native: Native::in_memory(&OneDialect).unwrap(),
            steps: Rc::default(),
        };
        let steps = Rc::clone(&database.steps);
        let store = Store::over(database, &OneDialect, Rc::default());
        let scope = store.scope_named("default").unwrap().unwrap().id;
        let filled = Self {
            store,
            steps,
            scope,
            size,
        };
        for batch in (0..size).collect::<Vec<_>>().chunks(500) {
            let changes = batch.iter().flat_map(|number| filled.family(*number));
            let plan = support::steps(changes.collect::<Vec<_>>());
            block_on(filled.store.commit(plan, "tester")).unwrap();
        }
        filled
    }

    fn family(&self, number: usize) -> [Change; 2] {
        let host = if number.is_multiple_of(2) {
            "one.example".to_owned()
        } else {
            format!("h{number}.example")
        };
        let doc = json!({
            "class": "git", "address": format!("https://{host}"),
            "auth": {"name": "basicAuth", "secretRef": {"name": format!("shared-{number}")}},
        });
        let name = format!("c-{number:06}");
        let (kind, scope) = (Kind::Connector, self.scope);
        let connector = Change::create(kind, scope, &name, doc, Uniqueness::Slug, NOW).unwrap();
        let secret = support::child(&connector.object, Kind::Secret, &format!("s-{number}"));
        [connector, secret]
    }

    fn connector(&self) -> Object {
        let by = ObjectRef::Slug(format!("c-{:06}", self.size / 2));
        self.store.object(self.scope, Kind::Connector, &by).unwrap()
    }

    fn commit(&self, change: Change) {
        block_on(self.store.commit(Plan::of(change), "tester")).unwrap();
    }

    fn claim(&self, wanted: Wanted) {
        let bounds = Bounds {
            limit: 10,
            per_host: 2,
        };
        let claimed = block_on(
            self.store
                .lease_probes(wanted, bounds, NOW.plus_seconds(100)),
        );
        assert!(!claimed.unwrap().is_empty());
    }

    /// The steps that something takes.
    fn steps(&self, act: Act) -> i64 {
        // Once before, so that statements are prepared.
        act(self);
        self.steps.set(0);
        act(self);
        self.steps.get()
    }
}

/// Something that is done with a store.
type Act = fn(&Filled);

/// What requests and sweeps do, by name.
const OPERATIONS: [(&str, Act); 12] = [
    ("create", |filled| {
        let name = format!("new-{}", filled.steps.get());
        let doc = json!({"class": "git"});
        let (kind, scope) = (Kind::Connector, filled.scope);
        filled.commit(Change::create(kind, scope, &name, doc, Uniqueness::Slug, NOW).unwrap());
    }),
    ("read", |filled| drop(filled.connector())),
    ("replace", |filled| {
        let object = filled.connector();
        let doc = json!({"class": "git", "v": object.revision});
        filled.commit(support::update(&object, doc));
    }),
    ("write a secret that nobody uses", |filled| {
        let (kind, scope) = (Kind::Secret, filled.scope);
        let name = format!("unused-{}", filled.steps.get());
        let doc = json!({"data": {}});
        filled.commit(Change::create(kind, scope, &name, doc, Uniqueness::Slug, NOW).unwrap());
    }),
    ("write a secret that one uses", |filled| {
        let object = filled.connector();
        let owned = filled.store.children(object.uid, Kind::Secret).unwrap();
        let owned = owned.first().unwrap();
        let doc = json!({"data": {"a": owned.revision.to_string()}});
        filled.commit(support::update(owned, doc));
    }),
    ("write a class", |filled| {
        let (kind, scope) = (Kind::Class, filled.scope);
        let name = format!("class-{}", filled.steps.get());
        filled
            .commit(Change::create(kind, scope, &name, json!({}), Uniqueness::Slug, NOW).unwrap());
    }),
    ("delete", |filled| {
        let name = format!("gone-{}", filled.steps.get());
        let (kind, scope) = (Kind::Connector, filled.scope);
        filled
            .commit(Change::create(kind, scope, &name, json!({}), Uniqueness::Slug, NOW).unwrap());
        let by = ObjectRef::Slug(name);
        let object = filled.store.object(filled.scope, kind, &by).unwrap();
        filled.commit(Change::delete(object, NOW));
    }),
    ("a page of a list", |filled| {
        for order in [Order::Slug, Order::Name] {
            let query = Query {
                limit: 20,
                order,
                ..Query::of(Kind::Connector).within(filled.scope)
            };
            assert_eq!(filled.store.list(&query).unwrap().objects.len(), 20);
        }
    }),
    ("what was changed last", |filled| {
        let newest = filled.connector().revision;
        let kinds = [Kind::Connector];
        let after = filled
            .store
            .revisions_after(&kinds, Some(filled.scope), newest, 10);
        after.unwrap();
    }),
    ("claim what is due", |filled| {
        filled.claim(Wanted::Due(None))
    }),
    ("claim what is due in a scope", |filled| {
        filled.claim(Wanted::Due(Some(filled.scope)));
    }),
    ("claim what has changed", |filled| {
        filled.claim(Wanted::Changed)
    }),
];

#[test]
fn what_an_operation_costs_does_not_grow_with_what_is_stored() {
    let (small, large) = (Filled::new(SMALL), Filled::new(LARGE));
    let mut grown = Vec::new();
    for (name, act) in OPERATIONS {
        let (few, many) = (small.steps(act), large.steps(act));
        println!(
            "{name}: {few} steps, {many} in a database of {} times the size",
            LARGE / SMALL
        );
        if many > few * GROWTH {
            grown.push(format!("{name}: {few} → {many}"));
        }
    }
    assert!(grown.is_empty(), "{grown:#?}");
}
