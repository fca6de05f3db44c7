//! What is due, and that one at a time has it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use futures::executor::block_on;
use hub::command::ObjectRef;
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Action, Change, Uniqueness};
use hub::probing::Selector;
use hub::time::Timestamp;
use serde_json::{Value, json};
use store::Store;
use store::probes::{Bounds, LeasedProbe, SilentHost, Wanted};
use support::{Faulty, NOW, child, commit, new, update};

/// When what was written at [`NOW`] has been quiet for long enough.
const QUIET: Timestamp = NOW.plus_seconds(1);
const LATER: Timestamp = NOW.plus_seconds(1000);
const MANY: Bounds = Bounds {
    limit: 100,
    per_host: 100,
};

fn object(store: &Store<Faulty>, kind: Kind, scope: ScopeId, name: &str, doc: Value) -> Object {
    let change = Change::create(kind, scope, name, doc, Uniqueness::None, NOW).unwrap();
    let by = ObjectRef::Uid(change.object.uid);
    commit(store, [change]).unwrap();
    store.object(scope, kind, &by).unwrap()
}

fn connector(store: &Store<Faulty>, scope: ScopeId, name: &str, host: &str) -> Object {
    let doc = json!({"class": "git", "address": format!("https://{host}/x"), "auth": {"secretRef": {"name": "s"}}});
    object(store, Kind::Connector, scope, name, doc)
}

fn claim(
    store: &Store<Faulty>,
    wanted: Wanted,
    bounds: Bounds,
    now: Timestamp,
) -> Vec<LeasedProbe> {
    block_on(store.lease_probes(wanted, bounds, now)).unwrap()
}

fn names(claimed: &[LeasedProbe]) -> Vec<&str> {
    let mut names: Vec<&str> = claimed
        .iter()
        .map(|claimed| claimed.object.name.as_str())
        .collect();
    names.sort_unstable();
    names
}

fn finish(store: &Store<Faulty>, claimed: Vec<LeasedProbe>, due: Timestamp) {
    let done: Vec<_> = claimed.into_iter().map(|claimed| (claimed, due)).collect();
    block_on(store.finish_probes(&done)).unwrap();
}

#[test]
fn what_is_new_is_due_once() {
    let (store, _, scope) = new();
    connector(&store, scope, "a", "a.example");
    connector(&store, scope, "b", "b.example");
    let claimed = claim(&store, Wanted::Changed, MANY, QUIET);
    assert_eq!(names(&claimed), ["a", "b"]);
    assert_eq!(claimed[0].host.split_once('.').unwrap().1, "example");
    assert!(
        claim(&store, Wanted::Due(None), MANY, NOW).is_empty(),
        "leased"
    );
    finish(&store, claimed, LATER);
    assert!(
        claim(&store, Wanted::Due(None), MANY, LATER.plus_seconds(-1)).is_empty(),
        "not due"
    );
    assert!(
        claim(&store, Wanted::Changed, MANY, LATER).is_empty(),
        "due, but not changed"
    );
    assert_eq!(
        claim(&store, Wanted::Due(Some(scope)), MANY, LATER).len(),
        2
    );
    assert!(
        claim(
            &store,
            Wanted::Due(Some(scope + 1)),
            MANY,
            LATER.plus_seconds(999)
        )
        .is_empty(),
        "of another scope"
    );
}

#[test]
fn a_lease_that_is_not_given_back_ends() {
    let (store, _, scope) = new();
    connector(&store, scope, "a", "a.example");
    let lost = claim(&store, Wanted::Due(None), MANY, NOW);
    let later = NOW.plus_seconds(121);
    assert_eq!(claim(&store, Wanted::Due(None), MANY, later).len(), 1);
    finish(&store, lost, LATER);
    assert_eq!(
        store.due_probes(None, later.plus_seconds(121)),
        Ok(1),
        "whose lease ended cannot finish"
    );
}

#[test]
fn what_changes_while_it_is_probed_stays_due() {
    let (store, _, scope) = new();
    let object = connector(&store, scope, "a", "a.example");
    let claimed = claim(&store, Wanted::Due(None), MANY, NOW);
    commit(
        &store,
        [update(
            &object,
            json!({"class": "git", "address": "https://other.example"}),
        )],
    )
    .unwrap();
    finish(&store, claimed, LATER);
    let again = claim(&store, Wanted::Changed, MANY, QUIET.plus_seconds(1));
    assert_eq!(again[0].host, "other.example");
}

#[test]
fn writing_what_was_observed_makes_nothing_due() {
    let (store, _, scope) = new();
    let object = connector(&store, scope, "a", "a.example");
    finish(&store, claim(&store, Wanted::Due(None), MANY, NOW), LATER);
    let mut status = update(&object, json!({"class": "git", "status": {}}));
    status.operation = Action::Status;
    status.object.generation = object.generation;
    commit(&store, [status]).unwrap();
    assert_eq!(store.due_probes(None, NOW.plus_seconds(5)), Ok(0));
}

#[test]
fn a_class_or_a_secret_makes_its_connectors_due() {
    let (store, _, scope) = new();
    let owner = connector(&store, scope, "a", "a.example");
    let rest = |store: &Store<Faulty>| {
        finish(
            store,
            claim(store, Wanted::Due(None), MANY, NOW.plus_seconds(9)),
            LATER,
        )
    };
    rest(&store);
    object(&store, Kind::Secret, scope, "other", json!({}));
    assert_eq!(store.due_probes(None, NOW), Ok(0));
    object(&store, Kind::Secret, scope, "s", json!({}));
    assert_eq!(names(&claim(&store, Wanted::Changed, MANY, QUIET)), ["a"]);
    let (store, _, scope) = {
        let _ = owner;
        new()
    };
    let owner = connector(&store, scope, "a", "a.example");
    rest(&store);
    commit(&store, [child(&owner, Kind::Secret, "own")]).unwrap();
    assert_eq!(names(&claim(&store, Wanted::Changed, MANY, QUIET)), ["a"]);
    let (store, _, scope) = new();
    connector(&store, scope, "a", "a.example");
    rest(&store);
    object(&store, Kind::Class, scope, "git", json!({}));
    assert_eq!(
        names(&claim(&store, Wanted::Changed, MANY, QUIET)),
        ["a", "git"]
    );
}

#[test]
fn the_certificates_of_a_connector_are_where_a_dialect_says() {
    let (store, _, scope) = new();
    for (name, doc, certificates) in [
        ("none", json!({}), ""),
        ("own", json!({"caCertSecretRef": {"name": "c"}}), "c"),
        (
            "one",
            json!({"extensions": {"one": {"certificates": "d"}}}),
            "d",
        ),
    ] {
        object(&store, Kind::Connector, scope, name, doc);
        let claimed = claim(&store, Wanted::Changed, MANY, QUIET);
        assert_eq!(claimed[0].ca_secret, certificates, "{name}");
        finish(&store, claimed, LATER);
    }
    object(&store, Kind::Secret, scope, "d", json!({}));
    assert_eq!(names(&claim(&store, Wanted::Changed, MANY, QUIET)), ["one"]);
}

#[test]
fn a_host_has_no_more_leases_than_it_may() {
    let (store, _, scope) = new();
    for index in 0..5 {
        connector(&store, scope, &format!("a{index}"), "a.example");
        connector(&store, scope, &format!("b{index}"), "b.example");
    }
    let two = Bounds {
        limit: 100,
        per_host: 2,
    };
    let first = claim(&store, Wanted::Due(None), two, NOW);
    assert_eq!(first.len(), 4);
    assert!(claim(&store, Wanted::Due(None), two, NOW).is_empty());
    finish(&store, first, LATER);
    assert_eq!(claim(&store, Wanted::Due(None), two, NOW).len(), 4);
}

#[test]
fn a_silent_host_is_left_alone_unless_it_is_asked_for() {
    let (store, _, scope) = new();
    let object = connector(&store, scope, "a", "a.example");
    finish(&store, claim(&store, Wanted::Due(None), MANY, NOW), NOW);
    let silent = SilentHost {
        host: "a.example".to_owned(),
        failures: 2,
        not_before: LATER,
    };
    block_on(store.note_silent_hosts(&[silent])).unwrap();
    assert!(claim(&store, Wanted::Due(None), MANY, NOW).is_empty());
    assert!(claim(&store, Wanted::Due(Some(scope)), MANY, NOW).is_empty());
    let asked = claim(&store, Wanted::Object(object.uid), MANY, NOW);
    assert_eq!(asked[0].failures, 2);
    finish(&store, asked, NOW);
    block_on(store.start_round(
        hub::id::Uid::new(NOW).unwrap(),
        scope,
        &Selector::default(),
        NOW,
    ))
    .unwrap();
    let asked = claim(&store, Wanted::Due(Some(scope)), MANY, NOW);
    assert_eq!(asked.len(), 1, "by a round");
    finish(&store, asked, NOW);
    block_on(store.note_answering_hosts(&["a.example".to_owned()])).unwrap();
    assert_eq!(claim(&store, Wanted::Due(None), MANY, NOW).len(), 1);
}

#[test]
fn a_round_is_as_far_as_its_objects_are() {
    let (store, _, scope) = new();
    let (a, b) = (
        connector(&store, scope, "a", "a.example"),
        connector(&store, scope, "b", "b.example"),
    );
    finish(&store, claim(&store, Wanted::Due(None), MANY, NOW), LATER);
    let round = block_on(store.start_round(
        hub::id::Uid::new(NOW).unwrap(),
        scope,
        &Selector::default(),
        NOW,
    ))
    .unwrap();
    assert_eq!((round.total, round.pending), (2, 2));
    let first = claim(
        &store,
        Wanted::Changed,
        Bounds {
            limit: 1,
            per_host: 1,
        },
        NOW,
    );
    finish(&store, first, LATER);
    assert_eq!(store.round(scope, round.id).unwrap().pending, 1);
    assert!(
        store.round(scope + 1, round.id).is_err(),
        "of another scope"
    );
    commit(&store, [Change::delete(a.clone(), NOW)]).ok();
    commit(&store, [Change::delete(b, NOW)]).ok();
    assert_eq!(store.round(scope, round.id).unwrap().pending, 0);
}

#[test]
fn a_round_has_what_is_selected() {
    let (store, _, scope) = new();
    let status = |name: &str| json!({"conditions": [{"type": "LivenessReady", "status": "True"}, {"type": "Ready", "status": name}]});
    let rows = [
        ("A b", "git", status("True")),
        ("c", "git", status("False")),
        ("d", "npm", json!({})),
    ];
    for (name, class, status) in rows {
        object(
            &store,
            Kind::Connector,
            scope,
            name,
            json!({"class": class, "status": status}),
        );
    }
    object(&store, Kind::Class, scope, "git", json!({}));
    let total = |names: &[&str], classes: &[&str], ready: &[&str]| {
        let list = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let selector = Selector {
            names: list(names),
            classes: list(classes),
            ready: list(ready),
        };
        let round =
            block_on(store.start_round(hub::id::Uid::new(NOW).unwrap(), scope, &selector, NOW))
                .unwrap();
        assert_eq!(store.round(scope, round.id).unwrap().pending, round.total);
        round.total
    };
    assert_eq!(total(&[], &[], &[]), 3);
    assert_eq!(
        total(&["A b", "a-b", "c"], &[], &[]),
        2,
        "by name or DNS name"
    );
    assert_eq!(total(&[], &["git"], &["False", "Unknown"]), 1);
    assert_eq!(total(&[], &[], &["Unknown"]), 1, "not probed yet");
    assert_eq!(total(&["nosuch"], &[], &[]), 0);
}

#[test]
fn a_connector_without_an_address_is_at_the_host_of_its_class() {
    let (store, native, scope) = new();
    let hosts = |class: &str| {
        native.sql::<String>(&format!("SELECT group_concat(host) FROM (SELECT host FROM probe JOIN object ON uid = object WHERE class = '{class}' ORDER BY name)"))
    };
    let address = |default: &str| json!({"address": {"name": "address", "default": default}});
    let of_class = |name: &str, class: &str, doc: Value| {
        let mut doc = doc;
        doc["class"] = json!(class);
        object(&store, Kind::Connector, scope, name, doc)
    };
    of_class("early", "tool", json!({}));
    assert_eq!(hosts("tool"), "");
    let class = object(
        &store,
        Kind::Class,
        scope,
        "tool",
        address("https://Tool.example:8443?x"),
    );
    of_class("late", "tool", json!({"address": ""}));
    of_class("own", "tool", json!({"address": "http://own.example/x"}));
    assert_eq!(
        hosts("tool"),
        "tool.example:8443,tool.example:8443,own.example"
    );
    commit(&store, [update(&class, address("http://moved.example/x"))]).unwrap();
    assert_eq!(hosts("tool"), "moved.example,moved.example,own.example");
    let class = store
        .object(scope, Kind::Class, &ObjectRef::Uid(class.uid))
        .unwrap();
    commit(&store, [Change::delete(class, NOW)]).unwrap();
    assert_eq!(hosts("tool"), ",,own.example");
    of_class("catalogued", "github", json!({}));
    assert_eq!(hosts("github"), "github.com");
}
