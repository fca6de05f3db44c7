//! Imports: what is matched, resolved, ordered and told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod native;

use hub::job::{NewJob, Status, Task};
use hub::object::Kind;
use native::{World, import, item, preview, told};
use serde_json::{Value, json};

fn source(id: &str, name: &str) -> hub::job::Item {
    let object = json!({"name": name, "connector": "ldap", "connectorAttributes": {"url": "https://a", "n": 1}});
    item("SOURCE", id, name, object)
}

fn profile(id: &str, source: Value) -> hub::job::Item {
    let object = json!({"name": id, "authoritativeSource": source});
    item("IDENTITY_PROFILE", id, id, object)
}

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

    changed.doc["object"]["connectorAttributes"]["n"] = json!(2);
    changed.doc["object"]["description"] = json!("new");
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

    let defaults = NewJob {
        request: json!({"defaultReferences": [{"type": "SOURCE"}], "cycles": []}),
        ..import(vec![by_id, by_name, nowhere, source("s", "AD")])
    };
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
fn what_fails_takes_what_needs_it_along_and_nothing_else() {
    let world = World::new();
    let scope = world.scope("a");
    let mut broken = source("s", "AD");
    broken.doc["object"]["owner"] = json!({"type": "IDENTITY", "id": "7", "name": "nobody"});
    let odd = profile("p2", json!("s"));
    let items = vec![
        profile("p1", json!({"type": "SOURCE", "id": "s"})),
        odd,
        broken,
        source("t", "fine"),
    ];
    for new in [preview(items.clone()), import(items)] {
        let (job, results) = world.run(&scope, new);
        let text = told(&results);
        assert_eq!(job.failed, 3, "{text}");
        assert!(
            text.contains("[type: IDENTITY, id: 7, name: nobody]")
                && text.contains("[type: SOURCE, id: s, name: null]"),
            "{text}"
        );
        assert!(text.contains("There was an error importing 'IDENTITY_PROFILE' with name 'p2' and id 'p2': $.authoritativeSource"), "{text}");
        if job.task == Task::Import {
            assert_eq!(job.status, Status::Failed);
            let message = job.message.unwrap();
            assert!(
                message.starts_with(
                    "Import halted because of errors. Download results for error details."
                ),
                "{message}"
            );
        }
    }
    assert_eq!(world.objects(&scope).len(), 1);
}

#[test]
fn cycles_and_long_chains_are_applied() {
    let world = World::new();
    let scope = world.scope("a");
    let link = |n: usize, to: usize| {
        let object =
            json!({"name": format!("n{n}"), "owner": {"type": "SOURCE", "id": format!("i{to}")}});
        item("SOURCE", &format!("i{n}"), &format!("n{n}"), object)
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
        item("SOURCE", id, id, object)
    };
    let two = json!({"type": "SOURCE", "id": "two"});
    let lost = json!({"type": "IDENTITY", "id": "7"});
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
    moved.doc["object"]["id"] = json!("elsewhere");
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
            item("TRANSFORM", "1", "AD", json!({"name": "AD"})),
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
    let mut rule = item(
        "RULE",
        "r",
        "rule",
        json!({"name": "rule", "password": "not one"}),
    );
    let (job, results) = world.import(&scope, vec![rule.clone()]);
    assert_eq!(job.failed, 1);
    assert!(told(&results).contains("jwsSignature is missing"));
    rule.doc["jwsHeader"] = json!("h");
    rule.doc["jwsSignature"] = json!("s");
    world.import(&scope, vec![rule.clone()]);
    assert_eq!(world.export(&scope), [rule.doc.clone()]);
    rule.doc["object"]["password"] = json!("changed");
    let (job, results) = world.import(&scope, vec![rule]);
    assert_eq!(job.failed, 1, "{}", told(&results));
}

#[test]
fn types_that_cannot_be_imported_are_left_out_with_a_warning() {
    let world = World::new();
    let scope = world.scope("a");
    let (job, results) = world.import(
        &scope,
        vec![item("ROLE", "r", "role", json!({})), source("s", "AD")],
    );
    assert_eq!((job.status, job.applied), (Status::Complete, 1));
    assert!(told(&results).contains("Objects of type ROLE cannot be imported"));
}

#[test]
fn one_object_a_tenant_is_the_same_whatever_its_id() {
    let world = World::new();
    let scope = world.scope("a");
    let config = |id: &str, value: i32| item("IDENTITY_OBJECT_CONFIG", id, id, json!({"v": value}));
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
    with.doc["object"]["connectorAttributes"]["password"] = json!("hunter2");
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

    let again = hub::job::Item {
        doc: exported[0].clone(),
        ..source("s", "AD")
    };
    world.import(&scope, vec![again]);
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
    let again = exported.iter().map(|config| hub::job::Item {
        doc: config.clone(),
        ..item(
            config["self"]["type"].as_str().unwrap(),
            config["self"]["id"].as_str().unwrap(),
            config["self"]["name"].as_str().unwrap(),
            Value::Null,
        )
    });
    world.import(&two, again.collect());
    assert_eq!(
        json!(world.export(&two)).to_string(),
        json!(exported).to_string()
    );
}
