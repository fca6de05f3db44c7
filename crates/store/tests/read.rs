//! Lists, the log, scopes, callers and classes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod support;

use futures::executor::block_on;
use hub::command::ObjectRef;
use hub::error::Error;
use hub::history;
use hub::object::{Kind, Object};
use hub::plan::{Action, Change, Uniqueness};
use hub::query::{Order, Page, Query};
use hub::scope::Scope;
use serde_json::json;
use store::Entry;
use support::{NOW, OneDialect, commit, create, made, new, update};

fn names(objects: &[Object]) -> Vec<&str> {
    objects.iter().map(|object| object.name.as_str()).collect()
}

#[test]
fn pages_follow_each_other_in_every_order() {
    let (store, _, scope) = new();
    for name in ["delta", "Bravo", "alpha", "echo", "Bravo", "charlie"] {
        made(&store, scope, name);
    }
    let by_slug = ["alpha", "Bravo", "Bravo", "charlie", "delta", "echo"];
    let by_name = ["Bravo", "Bravo", "alpha", "charlie", "delta", "echo"];
    let oldest = ["delta", "Bravo", "alpha", "echo", "Bravo", "charlie"];
    let newest = ["charlie", "Bravo", "echo", "alpha", "Bravo", "delta"];
    for (order, expected) in [
        (Order::Slug, by_slug),
        (Order::Name, by_name),
        (Order::Oldest, oldest),
        (Order::Newest, newest),
    ] {
        for (scope, at) in [
            (Some(scope), false),
            (None, false),
            (Some(scope), true),
            (None, true),
        ] {
            let mut query = Query {
                scope,
                order,
                limit: 4,
                ..Query::of(Kind::Connector).within(0)
            };
            let list = |query: &Query| -> Page {
                let revision = store.current_revision().unwrap();
                if at {
                    store.list_at(revision, query).unwrap()
                } else {
                    store.list(query).unwrap()
                }
            };
            let first = list(&query);
            assert_eq!(names(&first.objects), expected[..4], "{order:?}");
            query.after = first.next;
            let second = list(&query);
            assert_eq!(names(&second.objects), expected[4..], "{order:?}");
            assert_eq!(
                (second.next, second.revision),
                (None, store.current_revision().unwrap())
            );
            assert_eq!(store.count(&query).unwrap(), 6);
        }
    }
}

#[test]
fn a_list_is_narrowed_down() {
    let (store, _, scope) = new();
    let top = made(&store, scope, "top");
    let secret = support::child(&top, Kind::Secret, "s");
    let version = support::child(&top, Kind::Version, "v");
    commit(&store, [secret, version]).unwrap();
    let all = Query {
        kinds: vec![Kind::Secret, Kind::Version, Kind::Connector],
        ..Query::of(Kind::Key).within(scope)
    };
    assert_eq!(store.list(&all).unwrap().objects.len(), 3);
    let below = Query {
        parent: Some(top.uid),
        ..all.clone()
    };
    assert_eq!(names(&store.list(&below).unwrap().objects), ["s", "v"]);
    let named = Query {
        name: Some("v".to_owned()),
        ..below
    };
    assert_eq!(names(&store.list(&named).unwrap().objects), ["v"]);
    assert_eq!(
        names(
            &store
                .list_at(store.current_revision().unwrap(), &named)
                .unwrap()
                .objects
        ),
        ["v"]
    );
    assert_eq!(store.count(&named).unwrap(), 1);
    assert_eq!(store.objects(scope, &[top.uid, top.uid]).unwrap(), [top]);
    let empty = store.list(&Query::of(Kind::Job).within(scope)).unwrap();
    assert_eq!(
        (empty.objects.len(), empty.revision),
        (0, store.current_revision().unwrap())
    );
}

#[test]
fn a_list_stays_as_it_was_at_its_revision() {
    let (store, _, scope) = new();
    for name in ["a", "b", "c", "d"] {
        made(&store, scope, name);
    }
    let mut query = Query {
        limit: 2,
        ..Query::of(Kind::Connector).within(scope)
    };
    let before = store
        .list(&Query::of(Kind::Connector).within(scope))
        .unwrap();
    let first = store.list(&query).unwrap();
    query.after = first.next.clone();

    let [a, c, d] = ["a", "c", "d"].map(|name| {
        store
            .object(scope, Kind::Connector, &ObjectRef::Slug(name.to_owned()))
            .unwrap()
    });
    commit(&store, [update(&c, json!({"new": true}))]).unwrap();
    let c_now = store
        .object(scope, Kind::Connector, &ObjectRef::Uid(c.uid))
        .unwrap();
    commit(&store, [update(&c_now, json!({"newer": true}))]).unwrap();
    commit(&store, [Change::delete(d, NOW)]).unwrap();
    let gone = a.uid;
    commit(&store, [Change::delete(a, NOW)]).unwrap();
    made(&store, scope, "cc");
    made(&store, scope, "d");

    let second = store.list_at(first.revision, &query).unwrap();
    assert_eq!([first.objects, second.objects].concat(), before.objects);
    assert_eq!((second.next, second.revision), (None, first.revision));
    // What was deleted before and came back later, as a rollback brings it, was not there in
    // between.
    let between = store.current_revision().unwrap();
    let mut back = create(scope, "a");
    back.object.uid = gone;
    commit(&store, [back]).unwrap();
    let query = Query::of(Kind::Connector).within(scope);
    let at = store.list_at(between, &query).unwrap();
    assert_eq!(names(&at.objects), ["b", "c", "cc", "d"]);

    let now = store
        .list_at(
            store.current_revision().unwrap(),
            &Query::of(Kind::Connector).within(scope),
        )
        .unwrap();
    assert_eq!(names(&now.objects), ["a", "b", "c", "cc", "d"]);
    assert_eq!(
        now.objects,
        store
            .list(&Query::of(Kind::Connector).within(scope))
            .unwrap()
            .objects
    );
}

#[test]
fn a_list_of_a_revision_that_is_gone_is_refused() {
    let (store, database, scope) = new();
    for name in ["a", "b"] {
        made(&store, scope, name);
    }
    let query = Query::of(Kind::Connector).within(scope);
    assert_eq!(
        (
            store.oldest_revision().unwrap(),
            store.current_revision().unwrap()
        ),
        (1, 3)
    );
    database.execute("DELETE FROM revision WHERE revision < 3");
    assert_eq!(names(&store.list_at(2, &query).unwrap().objects), ["a"]);
    assert!(matches!(store.list_at(1, &query), Err(Error::Gone(_))));
}

#[test]
fn the_log_tells_what_happened() {
    let (store, _, scope) = new();
    let start = store.current_revision().unwrap();
    let object = made(&store, scope, "git");
    commit(&store, [update(&object, json!({"v": 2}))]).unwrap();
    let current = store
        .object(scope, Kind::Connector, &ObjectRef::Uid(object.uid))
        .unwrap();
    commit(
        &store,
        [Change::delete(current.clone(), NOW.plus_seconds(2))],
    )
    .unwrap();

    for (kinds, scope) in [
        (vec![], None),
        (vec![Kind::Connector], None),
        (vec![Kind::Connector, Kind::Class], Some(scope)),
    ] {
        let log = store.revisions_after(&kinds, scope, start, 10).unwrap();
        let operations: Vec<_> = log.iter().map(|one| one.operation).collect();
        assert_eq!(operations, [Action::Create, Action::Update, Action::Delete]);
        assert_eq!(
            (&log[0].object, &log[1].object, log[0].actor.as_str()),
            (&object, &current, "tester")
        );
        assert_eq!(
            (log[2].object.id, &log[2].object.doc),
            (object.id, &json!({"v": 2}))
        );
    }
    assert_eq!(
        store
            .revisions_after(&[Kind::Class], Some(scope), start, 10)
            .unwrap(),
        []
    );
    assert_eq!(
        store
            .revisions_after(&[], Some(scope), start, 2)
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn the_history_of_a_scope_is_told_without_documents() {
    let (store, _, scope) = new();
    let (first, second) = (made(&store, scope, "first"), made(&store, scope, "second"));
    commit(&store, [update(&first, json!({"v": 1}))]).unwrap();
    let query = history::Query {
        kinds: vec![Kind::Connector, Kind::Secret],
        object: None,
        name: None,
        after: 0,
        limit: 2,
    };
    let page = store.scope_history(scope, &query).unwrap();
    assert_eq!((page.count, page.entries.len()), (3, 2));
    let rest = history::Query {
        after: page.next.unwrap(),
        ..query.clone()
    };
    let rest = store.scope_history(scope, &rest).unwrap();
    assert_eq!((rest.count, rest.next), (3, None));
    assert_eq!(rest.entries[0].operation, Action::Update);
    let own = history::Query {
        object: Some(second.uid),
        ..query.clone()
    };
    assert_eq!(store.scope_history(scope, &own).unwrap().count, 1);
    let named = history::Query {
        name: Some("first".to_owned()),
        ..query.clone()
    };
    assert_eq!(store.scope_history(scope, &named).unwrap().count, 2);
    assert_eq!(store.scope_history(scope + 1, &query).unwrap().count, 0);
}

#[test]
fn a_key_finds_its_scope_and_remembers_its_use() {
    let (store, database, scope) = new();
    let key = Change::create(Kind::Key, scope, "ci", json!({}), Uniqueness::Name, NOW).unwrap();
    let uid = key.object.uid;
    commit(&store, [key]).unwrap();
    let caller = store.enter(Entry::Key(uid), None).unwrap().unwrap();
    assert_eq!(
        (
            caller.object.uid,
            caller.scope.id,
            caller.scope.name.as_str()
        ),
        (uid, scope, "default")
    );
    assert_eq!(caller.last_used, None);
    assert_eq!(caller.scope, store.scope(scope).unwrap());

    let revision = store.current_revision().unwrap();
    block_on(store.touch_key(&caller, NOW)).unwrap();
    block_on(store.touch_key(&caller, NOW.plus_seconds(59))).unwrap();
    let caller = store.enter(Entry::Key(uid), None).unwrap().unwrap();
    assert_eq!(
        (caller.last_used, store.current_revision().unwrap()),
        (Some(NOW), revision)
    );
    block_on(store.touch_key(&caller, NOW.plus_seconds(60))).unwrap();
    assert_eq!(
        store
            .enter(Entry::Key(uid), None)
            .unwrap()
            .unwrap()
            .last_used,
        Some(NOW.plus_seconds(60))
    );

    commit(&store, [Change::delete(caller.object.clone(), NOW)]).unwrap();
    block_on(store.touch_key(&caller, NOW.plus_seconds(600))).unwrap();
    assert_eq!(store.enter(Entry::Key(uid), None).unwrap(), None);
    assert_eq!(database.sql::<i64>("SELECT count(*) FROM key_use"), 0);
    assert_eq!(
        store
            .enter(Entry::Key(made(&store, scope, "no key").uid), None)
            .unwrap(),
        None
    );
}

#[test]
fn a_request_begins_with_its_subject_and_the_age_of_the_classes() {
    let (store, _, scope) = new();
    let connector = made(&store, scope, "Sales");
    let (slug, name) = (
        ObjectRef::Slug("sales".into()),
        ObjectRef::Name("sales".into()),
    );
    let enter = |entry, by| store.enter(entry, Some((Kind::Connector, by))).unwrap();
    let of_scope = Entry::Scope("default");
    let entered = enter(of_scope, &slug).unwrap();
    assert_eq!(entered.subject.as_ref(), Some(&connector));
    assert_eq!(entered.scope, store.scope(scope).unwrap());
    assert_eq!((entered.object.id, entered.classes_at), (scope, 0));
    assert_eq!(enter(of_scope, &name).unwrap().subject, None);
    assert_eq!(enter(Entry::Scope("red"), &slug), None);

    let mut class = create(scope, "git");
    class.object.kind = Kind::Class;
    let written = commit(&store, [class]).unwrap()[0];
    let key = Change::create(Kind::Key, scope, "ci", json!({}), Uniqueness::Name, NOW).unwrap();
    let of_key = Entry::Key(key.object.uid);
    commit(&store, [key]).unwrap();
    let entered = enter(of_key, &slug).unwrap();
    assert_eq!(entered.subject, Some(connector));
    assert_eq!(
        (entered.object.kind, entered.classes_at),
        (Kind::Key, written)
    );

    let class = store
        .object(scope, Kind::Class, &ObjectRef::Slug("git".into()))
        .unwrap();
    commit(&store, [Change::delete(class, NOW)]).unwrap();
    assert!(enter(of_key, &slug).unwrap().classes_at > written);
}

#[test]
fn a_class_of_the_scope_comes_before_one_of_the_default_scope() {
    let (store, _, scope) = new();
    let class = |scope, name: &str| {
        let mut change = create(scope, name);
        change.object.kind = Kind::Class;
        change
    };
    let tenant = Scope::new("red", &OneDialect, NOW).unwrap();
    let other = Change::create(
        Kind::Scope,
        store::ROOT,
        "red",
        tenant.doc().unwrap(),
        Uniqueness::Slug,
        NOW,
    )
    .unwrap();
    let red = commit(&store, [other]).unwrap()[0];
    assert_eq!(store.class(red, "Git").unwrap(), None);
    let shared = commit(&store, [class(scope, "Git")]).unwrap()[0];
    for name in ["Git", "git"] {
        assert_eq!(store.class(red, name).unwrap().unwrap().id, shared);
    }
    let own = commit(&store, [class(red, "Git")]).unwrap()[0];
    assert_eq!(store.class(red, "git").unwrap().unwrap().id, own);
    assert_eq!(store.class(scope, "git").unwrap().unwrap().id, shared);
}
