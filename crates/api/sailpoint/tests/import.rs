//! Imports: what is matched, resolved, ordered and told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod native;

use hub::job::Status;
use hub::object::Kind;
use native::{World, config, import, import_with, preview, profile, source, told};
use serde_json::{Value, json};

#[test]
fn objects_are_created_then_left_alone_then_updated() {
    let (world, mut changed) = (World::new(), source("s", "AD"));
    let scope = world.scope("a");
    let (job, results) = world.import(&scope, vec![source("s", "AD")]);
    assert_eq!((job.status, job.applied), (Status::Complete, 1));
    assert!(
        told(&results).contains(r#""importedObjects":[{"type":"SOURCE","id":"s","name":"AD"}]"#)
    );
    let first = world.objects(&scope).remove(0);
    assert_eq!(
        (first.kind, first.doc["class"].as_str()),
        (Kind::Connector, Some("ldap"))
    );

    world.import(&scope, vec![source("s", "AD")]);
    assert_eq!(world.objects(&scope), std::slice::from_ref(&first));

    changed["object"]["connectorAttributes"]["n"] = json!(2);
    changed["object"]["description"] = json!("new");
    let (_, results) = world.run(&scope, preview(vec![changed.clone()]));
    let text = told(&results);
    assert!(text.contains("IMPORT_PREVIEW_UPDATE"), "{text}");
    assert!(
        text.contains("/object/connectorAttributes/n") && text.contains("/object/description"),
        "{text}"
    );
    assert_eq!(world.objects(&scope), std::slice::from_ref(&first));

    world.import(&scope, vec![changed]);
    let updated = world.objects(&scope).remove(0);
    assert_eq!((updated.uid, updated.generation), (first.uid, 2));
}

#[test]
fn references_lead_to_the_file_the_scope_or_a_default() {
    let world = World::new();
    let scope = world.scope("a");
    let by_id = profile("p1", json!({"type": "SOURCE", "id": "s", "name": "other"}));
    let by_name = profile(
        "p2",
        json!({"type": "SOURCE", "id": "unknown", "name": "AD"}),
    );
    let nowhere = profile(
        "p3",
        json!({"type": "SOURCE", "id": "unknown", "name": "none"}),
    );
    let (job, results) = world.run(
        &scope,
        preview(vec![
            by_id.clone(),
            by_name.clone(),
            nowhere.clone(),
            source("s", "AD"),
        ]),
    );
    assert_eq!((job.status, job.failed), (Status::Complete, 1));
    let text = told(&results);
    assert!(
        text.contains(
            "$.authoritativeSource to object [type: SOURCE, id: s, name: other] is resolved by id"
        ),
        "{text}"
    );
    assert!(
        text.contains("is resolved by name to object [type: SOURCE, id: s, name: AD]"),
        "{text}"
    );
    assert!(
        text.contains(
            "Unable to resolve reference for object [type: SOURCE, id: unknown, name: none]"
        ),
        "{text}"
    );
    assert!(world.objects(&scope).is_empty());

    let file = vec![by_id, by_name, nowhere, source("s", "AD")];
    let defaults = import_with(file, &json!({"defaultReferences": ["SOURCE"]}), false);
    let (job, _) = world.run(&scope, defaults);
    assert_eq!((job.status, job.applied), (Status::Complete, 4));
    for object in world
        .objects(&scope)
        .iter()
        .filter(|object| object.kind == Kind::ConfigObject)
    {
        assert_eq!(
            object.doc["object"]["authoritativeSource"],
            json!({"type": "SOURCE", "id": "s", "name": "AD"})
        );
    }
}

#[test]
fn cycles_and_long_chains_are_applied() {
    let world = World::new();
    let scope = world.scope("a");
    let link = |n: usize, to: usize| {
        let object =
            json!({"name": format!("n{n}"), "owner": {"type": "SOURCE", "id": format!("i{to}")}});
        config("SOURCE", &format!("i{n}"), &format!("n{n}"), object)
    };
    let mut items: Vec<_> = (0..1200).map(|n| link(n, n + 1)).collect();
    items.push(link(1200, 0));
    let (job, results) = world.import(&scope, items);
    assert_eq!(
        (job.status, job.applied),
        (Status::Complete, 1201),
        "{}",
        told(&results[..3])
    );
}

#[test]
fn the_members_of_a_cycle_are_applied_together_or_not_at_all() {
    let world = World::new();
    let scope = world.scope("a");
    let refers = |id: &str, to: Value| {
        let object = json!({"name": id, "owner": to, "accountCorrelationRule": {"type": "SOURCE", "id": "one"}});
        config("SOURCE", id, id, object)
    };
    let two = json!({"type": "SOURCE", "id": "two"});
    let lost = json!({"type": "RULE", "id": "7"});
    let broken = vec![
        refers("one", two.clone()),
        refers("two", lost),
        profile("p", two.clone()),
        source("alone", "alone"),
    ];
    for new in [preview(broken.clone()), import(broken)] {
        let (job, results) = world.run(&scope, new);
        let text = told(&results);
        assert_eq!((job.failed, job.applied), (3, 1), "{text}");
        assert!(
            text.contains("importing 'SOURCE' with name 'one' and id 'one': it is in a cycle of references with SOURCE [two, two]"),
            "{text}"
        );
    }
    assert_eq!(world.objects(&scope).len(), 1);
    let whole = vec![
        refers("one", two.clone()),
        refers("two", Value::Null),
        profile("p", two),
    ];
    let (job, _) = world.import(&scope, whole);
    assert_eq!((job.status, job.applied), (Status::Complete, 3));
}

#[test]
fn a_name_finds_an_object_that_has_another_id_there() {
    let world = World::new();
    let scope = world.scope("b");
    world.import(&scope, vec![source("target", "AD")]);
    let mut moved = source("elsewhere", "AD");
    moved["object"]["id"] = json!("elsewhere");
    let referring = profile("p", json!({"type": "SOURCE", "id": "elsewhere"}));
    let (job, results) = world.import(&scope, vec![moved, referring]);
    assert_eq!(
        (job.status, world.objects(&scope).len()),
        (Status::Complete, 2),
        "{}",
        told(&results)
    );
    assert!(told(&results).contains(r#"{"type":"SOURCE","id":"target","name":"AD"}"#));
    let exported = world.export(&scope);
    assert_eq!(exported[0]["object"]["authoritativeSource"]["id"], "target");
    assert_eq!(exported[1]["self"]["id"], "target");
    assert_eq!(exported[1]["object"]["id"], "target");
}

#[test]
fn two_objects_of_one_name_stay_two() {
    let world = World::new();
    let (one, two) = (world.scope("a"), world.scope("bb"));
    world.import(
        &one,
        vec![
            source("1", "AD"),
            source("2", "AD"),
            config("TRANSFORM", "1", "AD", json!({"name": "AD"})),
        ],
    );
    assert_eq!(world.objects(&one).len(), 3);
    world.import(&two, vec![source("0", "AD")]);
    world.import(&two, vec![source("1", "AD"), source("2", "AD")]);
    assert_eq!(world.objects(&two).len(), 3);
}

#[test]
fn signed_objects_must_be_signed_and_stay_as_they_are() {
    let world = World::new();
    let scope = world.scope("a");
    let mut rule = config(
        "RULE",
        "r",
        "rule",
        json!({"name": "rule", "password": "not one"}),
    );
    let (job, results) = world.import(&scope, vec![rule.clone()]);
    assert_eq!(job.failed, 1);
    assert!(told(&results).contains("jwsSignature is missing"));
    rule["jwsHeader"] = json!("h");
    rule["jwsSignature"] = json!("s");
    world.import(&scope, vec![rule.clone()]);
    assert_eq!(world.export(&scope), [rule.clone()]);
    rule["object"]["password"] = json!("changed");
    let (job, results) = world.import(&scope, vec![rule]);
    assert_eq!(job.failed, 1, "{}", told(&results));
}

#[test]
fn one_object_a_tenant_is_the_same_whatever_its_id() {
    let world = World::new();
    let scope = world.scope("a");
    let config =
        |id: &str, value: i32| config("IDENTITY_OBJECT_CONFIG", id, id, json!({"v": value}));
    world.import(&scope, vec![config("one", 1)]);
    world.import(&scope, vec![config("two", 2)]);
    let objects = world.objects(&scope);
    assert_eq!(
        (objects.len(), &objects[0].doc["object"]),
        (1, &json!({"v": 2}))
    );
}

#[test]
fn secrets_are_kept_and_never_told() {
    let world = World::new();
    let scope = world.scope("a");
    let mut with = source("s", "AD");
    with["object"]["connectorAttributes"]["password"] = json!("hunter2");
    let (_, results) = world.run(&scope, preview(vec![with.clone()]));
    assert!(!told(&results).contains("hunter2"));
    world.import(&scope, vec![with]);
    let exported = world.export(&scope);
    assert_eq!(
        exported[0]["object"]["connectorAttributes"]["password"],
        "******"
    );
    let connector = world.objects(&scope).remove(0);
    let secret = world
        .store
        .children(connector.uid, Kind::Secret)
        .unwrap()
        .remove(0);
    let entry = connector.doc["params"][1]["secret"].as_str().unwrap();
    assert!(secret.doc["data"][entry].is_string());

    world.import(&scope, vec![exported[0].clone()]);
    assert_eq!(world.objects(&scope), [connector]);
    for table in ["revision", "object"] {
        assert_eq!(
            world.count(&format!(
                "SELECT count(*) FROM {table} WHERE doc LIKE '%hunter2%'"
            )),
            0
        );
    }
    assert_eq!(
        world.count("SELECT count(*) FROM job_item WHERE doc LIKE '%hunter2%'"),
        0
    );
}

#[test]
fn an_export_imported_elsewhere_and_exported_again_is_equal() {
    let world = World::new();
    let (one, two) = (world.scope("a"), world.scope("bb"));
    let mut items: Vec<_> = (0..700)
        .map(|n| source(&format!("s{n}"), &format!("n{}", n / 2)))
        .collect();
    items.extend((0..700).map(|n| {
        profile(
            &format!("p{n}"),
            json!({"type": "SOURCE", "id": format!("s{n}")}),
        )
    }));
    world.import(&one, items);
    let exported = world.export(&one);
    assert_eq!(exported.len(), 1400);
    world.import(&two, exported.clone());
    assert_eq!(
        json!(world.export(&two)).to_string(),
        json!(exported).to_string()
    );
}

#[test]
fn an_import_has_a_backup_of_what_was_there() {
    let world = World::new();
    let scope = world.scope("a");
    world.import(&scope, vec![source("s", "AD")]);
    let new = import_with(vec![source("t", "other")], &json!({}), false);
    let (job, told) = world.download(&scope, new);
    let backup = job.backup().unwrap();
    assert_eq!(told["exportJobId"], backup.uuid());
    assert_eq!(world.store.artifacts(backup, true).unwrap().len(), 1);
    let (job, told) = world.download(&scope, import(vec![]));
    assert_eq!((job.backup(), told.get("exportJobId")), (None, None));
}
