//! Secrets that were stored in the clear are moved and purged, and are known again by their
//! fingerprints.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod support;

use futures::executor::block_on;
use http::Method;
use hub::error::Error;
use hub::object::{Kind, Object};
use hub::plan::{Change, Plan, Uniqueness};
use hub::time::Timestamp;
use serde_json::{Value, json};
use support::{App, done};

const CANARY: &str = "c4n4ry";

fn put(app: &App, kind: Kind, parent: Option<&Object>, doc: Value) -> Object {
    let scope = app.store.scope_named("default").unwrap().unwrap().id;
    let (name, now) = ("lab", Timestamp::now());
    let mut change = Change::create(kind, scope, name, doc, Uniqueness::None, now).unwrap();
    change.object.parent = parent.map(|parent| parent.uid);
    let uid = change.object.uid;
    block_on(app.store.commit(Plan::of(change), "old")).unwrap();
    app.store.anywhere(kind, uid).unwrap().unwrap()
}

fn row(name: &str) -> Value {
    json!({"name": name, "value": CANARY})
}

/// Purges to the end, a few at a time. Answers the sums of `objects`, `revisions` and `items`.
fn purge(app: &App) -> [i64; 3] {
    let mut sums = [0_i64; 3];
    let mut asked = json!({"limit": 2});
    loop {
        let (_, part) = done(app.ask(Method::POST, "/v1/purge", &asked));
        for (sum, name) in sums.iter_mut().zip(["objects", "revisions", "items"]) {
            *sum = sum.saturating_add(part[name].as_i64().unwrap());
        }
        if part["done"] == true {
            assert_eq!(part["compacted"], true);
            return sums;
        }
        asked = json!({"limit": 2, "after": part["next"], "afterItem": part["nextItem"]});
    }
}

fn has_canary(app: &App) -> bool {
    let sql = "SELECT (SELECT count(*) FROM revision WHERE doc LIKE '%c4n4ry%') \
         + (SELECT count(*) FROM object WHERE doc LIKE '%c4n4ry%')";
    let connection = app.database.connection();
    connection
        .query_row(sql, [], |row| row.get::<_, i64>(0))
        .unwrap()
        > 0
}

#[test]
fn what_is_in_the_clear_is_moved_and_purged_once() {
    let app = App::new();
    let doc = json!({"class": "http", "params": [row("password"), row("region")]});
    let connector = put(&app, Kind::Connector, None, doc);
    let doc = json!({"credentials": {"action": []}, "variables": [row("API_TOKEN")]});
    let connection = put(&app, Kind::Connection, Some(&connector), doc);
    let gone = put(
        &app,
        Kind::Connector,
        None,
        json!({"params": [row("token")]}),
    );
    let delete = Change::delete(gone, Timestamp::now());
    block_on(app.store.commit(Plan::of(delete), "old")).unwrap();

    assert_eq!(purge(&app), [2, 4, 0]);
    let now = app
        .store
        .anywhere(Kind::Connector, connector.uid)
        .unwrap()
        .unwrap();
    assert_eq!(now.generation, connector.generation);
    assert!(now.doc["params"][0]["value"]["$secret"].is_string());
    // What only has a plain name is no secret.
    assert_eq!(now.doc["params"][1]["value"], CANARY);
    let now = app
        .store
        .anywhere(Kind::Connection, connection.uid)
        .unwrap()
        .unwrap();
    assert!(now.doc["variables"][0]["value"]["$secret"].is_string());
    assert_eq!(now.doc["credentials"], json!({"action": []}));
    assert_eq!(purge(&app), [0, 0, 0]);
}

#[test]
fn a_purged_secret_has_a_fingerprint_in_every_scope_the_same() {
    let app = App::new();
    let slot = json!({"name": "token", "value": {"$secret": null}});
    let doc = json!({"class": "http", "params": [row("password"), slot]});
    let connector = put(&app, Kind::Connector, None, doc);
    purge(&app);
    assert!(!has_canary(&app));
    let uid = connector.uid;
    let expected = app
        .vault()
        .fingerprint(&hub::secret::Clear::new(CANARY))
        .unwrap();
    for name in [
        uid.hex(),
        uid.ulid(),
        connector.id.to_string(),
        connector.slug,
    ] {
        let path = format!("/v1/scopes/default/connectors/{name}/secrets");
        let (_, told) = done(app.ask(Method::GET, &path, &json!({})));
        let set = &told["items"][0];
        assert_eq!(set["pointer"], "/params/0/value");
        assert_eq!(
            (&set["set"], &set["fingerprint"]),
            (&json!(true), &json!(expected))
        );
        let unset = json!({"pointer": "/params/1/value", "set": false});
        assert_eq!(told["items"][1], unset);
    }
    let path = "/v1/scopes/default/secrets/lab/fingerprints";
    let owned = app.ask(Method::GET, path, &json!({}));
    assert!(matches!(owned, Err(Error::NotFound { .. })));
}
