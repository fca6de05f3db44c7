//! What the INSERT and its triggers do, on the real statements.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use hub::command::ObjectRef;
use hub::error::{Error, FieldError};
use hub::object::Kind;
use hub::plan::{Action, Change, Plan, Uniqueness};
use hub::query::Query;
use hub::scope::Scope;
use serde_json::json;
use store::{Entry, ROOT};
use support::{NOW, OneDialect, child, claiming, commit, create, made, new, steps, update};

#[test]
fn a_create_is_read_back_as_it_was_written() {
    let (store, _, scope) = new();
    let mut change = create(scope, "My Connector");
    change.object.doc =
        json!({"b": 1.0, "a": [null, "\u{0}é\"\\"], "n": 18_446_744_073_709_551_615_u64});
    let revision = commit(&store, [change.clone()]).unwrap()[0];
    let object = store
        .object(
            scope,
            Kind::Connector,
            &ObjectRef::Name("My Connector".to_owned()),
        )
        .unwrap();
    let expected = hub::object::Object {
        id: revision,
        revision,
        ..change.object
    };
    assert_eq!(object, expected);
    assert_eq!(object.slug, "my-connector");
    assert_eq!(object.doc.to_string(), expected.doc.to_string());
    for by in [
        ObjectRef::Uid(object.uid),
        ObjectRef::Slug(object.slug.clone()),
        ObjectRef::Id(object.id),
    ] {
        assert_eq!(store.object(scope, Kind::Connector, &by).unwrap(), object);
        assert_eq!(store.find(scope, Kind::Class, &by).unwrap(), None);
        assert_eq!(store.find(scope + 1, Kind::Connector, &by).unwrap(), None);
    }
}

#[test]
fn a_unique_name_is_given_once() {
    let (store, _, scope) = new();
    commit(&store, [claiming(scope, "Git", Uniqueness::Name)]).unwrap();
    let error = commit(&store, [claiming(scope, "Git", Uniqueness::Name)]).unwrap_err();
    assert_eq!(
        error,
        Error::AlreadyExists {
            kind: "connector",
            name: "Git".to_owned(),
            field: "name"
        }
    );
    let error = commit(&store, [claiming(scope, "git", Uniqueness::Slug)]).unwrap_err();
    assert_eq!(
        error,
        Error::AlreadyExists {
            kind: "connector",
            name: "git".to_owned(),
            field: "slug"
        }
    );
    let mut class = claiming(scope, "Git", Uniqueness::Name);
    class.object.kind = Kind::Class;
    commit(&store, [class]).unwrap();
}

#[test]
fn a_taken_slug_gets_the_end_of_the_uid() {
    let (store, _, scope) = new();
    let long = format!("{}.b", "a".repeat(243));
    let longest = "c".repeat(253);
    for name in ["git", &long, &longest] {
        let first = made(&store, scope, name);
        let second = made(&store, scope, name);
        assert_eq!(first.slug, name);
        assert!(
            second
                .slug
                .ends_with(&format!("-{}", &second.uid.hex()[24..])),
            "{}",
            second.slug
        );
        assert!(hub::text::is_dns_name(&second.slug), "{}", second.slug);
        let log = store.revisions_after(&[], Some(scope), second.id - 1, 9);
        assert_eq!(log.unwrap()[0].object, second);
    }
}

#[test]
fn a_stale_or_missing_object_is_refused() {
    let (store, _, scope) = new();
    let object = made(&store, scope, "git");
    commit(&store, [update(&object, json!({"v": 2}))]).unwrap();
    for change in [
        update(&object, json!({"v": 3})),
        Change::delete(object.clone(), NOW),
    ] {
        assert!(matches!(
            commit(&store, [change]),
            Err(Error::Conflict { .. })
        ));
    }
    let now = store
        .object(scope, Kind::Connector, &ObjectRef::Uid(object.uid))
        .unwrap();
    assert_eq!(
        (now.generation, &now.doc, now.id),
        (2, &json!({"v": 2}), object.id)
    );
    assert_eq!(now.updated_at, NOW.plus_seconds(1));
    let mut elsewhere = update(&now, json!({}));
    elsewhere.object.scope += 1;
    assert!(matches!(
        commit(&store, [elsewhere]),
        Err(Error::NotFound { .. })
    ));
    commit(&store, [Change::delete(now.clone(), NOW)]).unwrap();
    assert!(matches!(
        commit(&store, [update(&now, json!({}))]),
        Err(Error::NotFound { .. })
    ));
    assert_eq!(
        store
            .find(scope, Kind::Connector, &ObjectRef::Uid(now.uid))
            .unwrap(),
        None
    );
}

#[test]
fn status_leaves_what_is_wanted_alone() {
    let (store, _, scope) = new();
    let object = made(&store, scope, "git");
    let mut status = update(&object, json!({"ready": true}));
    status.operation = Action::Status;
    status.expected = None;
    status.object.name = "other".to_owned();
    commit(&store, [status]).unwrap();
    let now = store
        .object(scope, Kind::Connector, &ObjectRef::Uid(object.uid))
        .unwrap();
    assert_eq!(
        (now.generation, now.name.as_str(), now.doc),
        (1, "git", json!({"ready": true}))
    );
}

#[test]
fn a_refused_first_change_takes_the_others_along() {
    let (store, database, scope) = new();
    commit(&store, [claiming(scope, "git", Uniqueness::Name)]).unwrap();
    let before = store.current_revision().unwrap();
    let first = claiming(scope, "git", Uniqueness::Name);
    let step = child(&first.object, Kind::Secret, "s");
    assert!(matches!(
        commit(&store, [first, step]),
        Err(Error::AlreadyExists { field: "name", .. })
    ));
    // Nor a step that could be carried out by itself, whatever stands before it in the statement.
    let orphaned = steps([
        claiming(scope, "git", Uniqueness::Name),
        create(scope, "orphan"),
    ]);
    let plans = vec![
        Plan::of(create(scope, "before")),
        orphaned,
        Plan::of(create(scope, "after")),
    ];
    let inserts = database.inserts();
    let results = futures::executor::block_on(store.commit_all(plans, "tester"));
    assert!(results[0].is_ok() && results[1].is_err() && results[2].is_ok());
    assert_eq!(database.inserts(), inserts + 1);
    assert_eq!(store.current_revision().unwrap(), before + 2);
    assert_eq!(
        database.sql::<i64>("SELECT count(*) FROM object WHERE kind = 'secret' OR name = 'orphan'"),
        0
    );
}

#[test]
fn a_refused_step_undoes_its_plan_and_no_other() {
    let (store, database, scope) = new();
    let object = made(&store, scope, "old");
    let stale = update(&object, json!({"v": 2}));
    commit(&store, [stale.clone()]).unwrap();
    let mut plans: Vec<Plan> = (0..40)
        .map(|n| Plan::of(create(scope, &format!("c{n}"))))
        .collect();
    plans.insert(17, steps([create(scope, "guilty"), stale]));
    plans.insert(30, Plan::of(claiming(scope, "old", Uniqueness::Name)));
    let inserts = database.inserts();
    let results = futures::executor::block_on(store.commit_all(plans, "tester"));
    for (index, result) in results.iter().enumerate() {
        match index {
            17 => assert!(
                matches!(result, Err(Error::Conflict { name, .. }) if name == "old"),
                "{result:?}"
            ),
            30 => assert!(
                matches!(result, Err(Error::AlreadyExists { .. })),
                "{result:?}"
            ),
            _ => assert!(result.is_ok(), "{index} {result:?}"),
        }
    }
    assert_eq!(
        store
            .count(&Query::of(Kind::Connector).within(scope))
            .unwrap(),
        41
    );
    // Halving: far fewer statements than plans.
    assert!(
        database.inserts() - inserts <= 14,
        "{}",
        database.inserts() - inserts
    );
}

#[test]
fn a_plan_makes_an_object_and_what_belongs_to_it() {
    let (store, database, scope) = new();
    let first = create(scope, "git");
    let connection = child(&first.object, Kind::Connection, "prod");
    let secret = child(&connection.object, Kind::Secret, "token");
    let uid = first.object.uid;
    let revisions = commit(&store, [first, connection, secret]).unwrap();
    assert!(revisions.is_sorted() && revisions.len() == 3);
    let (top, below) = store
        .with_children(scope, Kind::Connector, &ObjectRef::Uid(uid))
        .unwrap();
    assert_eq!(
        (top.id, below.len(), below[0].kind),
        (revisions[0], 1, Kind::Connection)
    );
    assert_eq!(store.children(uid, Kind::Connection).unwrap(), below);

    let mut stranger = child(&top, Kind::Secret, "x");
    stranger.object.parent = Some(hub::id::Uid::new(NOW).unwrap());
    assert!(matches!(
        commit(&store, [stranger]),
        Err(Error::NotFound {
            kind: "parent object",
            ..
        })
    ));

    // Two levels go with it, each with a revision, in this one statement; then a step of the same
    // plan follows.
    let gone = commit(&store, [Change::delete(top, NOW), create(scope, "git")]).unwrap();
    let log = store.revisions_after(&[], None, gone[0] - 1, 10).unwrap();
    let told: Vec<_> = log
        .iter()
        .map(|one| (one.operation, one.object.kind, one.plan == log[0].plan))
        .collect();
    assert_eq!(
        told,
        [
            (Action::Delete, Kind::Connector, true),
            (Action::Delete, Kind::Connection, true),
            (Action::Delete, Kind::Secret, true),
            (Action::Create, Kind::Connector, true),
        ]
    );
    assert_eq!(gone.len(), 2);
    assert_eq!(
        database.sql::<i64>("SELECT count(*) FROM object WHERE kind <> 'scope'"),
        1
    );
}

/// By no path could it be named again.
#[test]
fn an_object_without_a_slug_is_refused() {
    let (store, database, scope) = new();
    let object = made(&store, scope, "git");
    let unnamed = |mut change: Change| {
        change.object.slug.clear();
        change
    };
    let expected = Err(Error::Invalid(vec![FieldError::required("name")]));
    let plans = [
        vec![unnamed(create(scope, "new"))],
        vec![unnamed(update(&object, json!({"v": 2})))],
        vec![create(scope, "first"), unnamed(create(scope, "second"))],
    ];
    for plan in plans {
        assert_eq!(commit(&store, plan), expected);
    }
    assert_eq!(
        database.sql::<i64>("SELECT count(*) FROM object WHERE kind = 'connector'"),
        1
    );
}

#[test]
fn a_class_is_deleted_whatever_it_is_called_and_says() {
    let (store, database, scope) = new();
    let connector = made(&store, scope, "without a class");
    for (name, doc) in [
        ("", json!({})),
        ("tool", json!({"class": "tool"})),
        ("tool", json!({"class": ""})),
    ] {
        let class = Change::create(Kind::Class, scope, name, doc, Uniqueness::Slug, NOW).unwrap();
        let by = ObjectRef::Uid(class.object.uid);
        commit(&store, [class]).unwrap();
        let address = json!({"class": name, "address": {"default": "https://tool.example"}});
        let class = store.object(scope, Kind::Class, &by).unwrap();
        commit(&store, [update(&class, address)]).unwrap();
        let uid = connector.uid.hex();
        let host = format!("SELECT host FROM probe WHERE object = '{uid}'");
        assert_eq!(database.sql::<String>(&host), "", "it is of no class");
        let class = store.object(scope, Kind::Class, &by).unwrap();
        commit(&store, [Change::delete(class, NOW)]).unwrap();
    }
    assert_eq!(database.sql::<i64>("SELECT count(*) FROM probe"), 1);
}

fn tenant(name: &str, plane: i64) -> Change {
    let mut scope = Scope::new(name, &OneDialect, NOW).unwrap();
    let names = json!({"runtimePlaneId": plane});
    scope
        .rename(names.as_object().unwrap(), &OneDialect)
        .unwrap();
    let doc = scope.doc().unwrap();
    Change::create(Kind::Scope, ROOT, name, doc, Uniqueness::Slug, NOW).unwrap()
}

fn taken(name: &str, field: &'static str) -> Error {
    Error::AlreadyExists {
        kind: "scope",
        name: name.to_owned(),
        field,
    }
}

#[test]
fn every_name_of_a_scope_is_its_own() {
    let (store, _, _) = new();
    let enter = |entry| {
        let entered = store.enter(entry, None).unwrap();
        entered.map(|entered| entered.scope)
    };
    let id = commit(&store, [tenant("red", 9)]).unwrap()[0];
    let red = store.scope(id).unwrap();
    assert_eq!(red.name_in("pingone"), "environment of red");
    for entry in [
        Entry::Scope("red"),
        Entry::ScopeIn("pingone", "environment of red"),
        Entry::ScopeIn("privacera", "9"),
    ] {
        assert_eq!(enter(entry).as_ref(), Some(&red), "{entry:?}");
    }
    for entry in [
        Entry::Scope("9"),
        Entry::ScopeIn("pingone", "9"),
        Entry::ScopeIn("nosuch", "9"),
    ] {
        assert_eq!(enter(entry), None, "{entry:?}");
    }
    assert_eq!(store.scopes().unwrap().len(), 2);
    let error = commit(&store, [tenant("red", 8)]).unwrap_err();
    assert_eq!(error, taken("red", "slug"));
    let error = commit(&store, [tenant("blue", 9)]).unwrap_err();
    assert_eq!(error, taken("9", "runtimePlaneId"));
    // One of several that are written together.
    let plans = [tenant("green", 3), tenant("grey", 9), tenant("gold", 4)].map(Plan::of);
    let results = futures::executor::block_on(store.commit_all(plans.into(), "tester"));
    assert_eq!(results[1], Err(taken("9", "runtimePlaneId")));
    assert!(results[0].is_ok() && results[2].is_ok());

    let blue = commit(&store, [tenant("blue", 5)]).unwrap()[0];
    let object = store
        .object(ROOT, Kind::Scope, &ObjectRef::Id(blue))
        .unwrap();
    let mut doc = object.doc.clone();
    doc["names"]["pingone"] = json!("environment of red");
    let error = commit(&store, [update(&object, doc.clone())]).unwrap_err();
    assert_eq!(error, taken("environment of red", "environmentId"));
    doc["names"]["pingone"] = json!("azure");
    commit(&store, [update(&object, doc)]).unwrap();
    assert_eq!(enter(Entry::ScopeIn("pingone", "azure")).unwrap().id, blue);
    assert_eq!(
        enter(Entry::ScopeIn("pingone", "environment of blue")),
        None
    );
}

#[test]
fn a_scope_takes_all_that_is_in_it() {
    let (store, database, scope) = new();
    let red = commit(&store, [tenant("red", 9)]).unwrap()[0];
    let object = made(&store, red, "git");
    commit(&store, [child(&object, Kind::Secret, "s")]).unwrap();
    made(&store, scope, "git");
    let tenant = store
        .object(ROOT, Kind::Scope, &ObjectRef::Id(red))
        .unwrap();
    commit(&store, [Change::delete(tenant, NOW)]).unwrap();
    assert_eq!(database.sql::<i64>("SELECT count(*) FROM object"), 2);
    assert_eq!(
        database.sql::<i64>("SELECT count(DISTINCT scope) FROM scope_name"),
        1
    );
    assert!(matches!(
        commit(&store, [create(red, "late")]),
        Err(Error::NotFound { kind: "scope", .. })
    ));
}

#[test]
fn an_empty_plan_and_no_plan_do_nothing() {
    let (store, _, scope) = new();
    let before = store.current_revision().unwrap();
    assert_eq!(commit(&store, []), Ok(Vec::new()));
    let plans = vec![steps([]), Plan::of(create(scope, "git")), steps([])];
    let results = futures::executor::block_on(store.commit_all(plans, "tester"));
    assert!(results.iter().all(Result::is_ok) && results.len() == 3);
    assert_eq!(
        futures::executor::block_on(store.commit_all(Vec::new(), "tester")),
        []
    );
    assert_eq!(store.current_revision().unwrap(), before + 1);
}
