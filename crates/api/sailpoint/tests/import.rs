//! Imports: what is matched, resolved, ordered and told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod native;

use futures::executor::block_on;
use hub::command::ObjectRef;
use hub::job::Status;
use hub::object::{Kind, Object};
use hub::plan::{Change, Plan};
use hub::scope::Scope;
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
    let slot = &connector.doc["params"][1]["value"];
    let entry = slot["$secret"].as_str().unwrap();
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

/// A connector of another dialect, as it is stored.
fn stored(world: &World, scope: &Scope, doc: Value) -> Object {
    let now = hub::time::Timestamp::now();
    let change = Change::create(Kind::Connector, scope.id, "c", doc, Default::default(), now);
    block_on(world.store.commit(Plan::of(change.unwrap()), "tester")).unwrap();
    let mut objects = world.objects(scope);
    objects.remove(0)
}

/// Of a connector of PingOne: decorated rows, nested properties, an application, credentials.
fn of_pingone() -> Value {
    json!({
        "class": "pingone-like", "address": "https://a",
        "params": [
            {"name": "region", "value": "eu", "bare": true, "type": "string"},
            {"name": "oauth2", "properties": {"clientSecret": {"secure": true, "value": {"$secret": "one"}}, "x": {"value": 1}}},
            {"name": "plain", "value": {"deep": [1]}},
            {"name": "pin", "sensitive": true, "value": {"$secret": "two"}},
        ],
        "auth": {"name": "basic", "params": [{"name": "password", "value": {"$secret": null}}]},
        "applications": [{"appType": "A", "appConfigs": [{"name": "TOKEN", "value": {"$secret": "three"}}], "deployConfigs": []}],
        "extensions": {"other": {"x": 1, "uid": "u", "items": [{"id": "i", "credential": "c"}]}},
        "status": {"phase": "Ready"},
    })
}

#[test]
fn a_connector_of_another_dialect_is_edited_by_its_attributes() {
    let world = World::new();
    let scope = world.scope("a");
    let before = stored(&world, &scope, of_pingone());
    let exported = world.export(&scope).remove(0);
    let object = &exported["object"];
    assert_eq!(
        object["connectorAttributes"],
        json!({"url": "https://a", "region": "eu", "plain": {"deep": [1]}, "pin": "******"})
    );
    let nested = "/patchbay/params/1/properties/clientSecret/value";
    assert_eq!(object.pointer(nested).unwrap(), "******");
    assert_eq!(
        object["patchbay"]["extensions"],
        json!({"other": {"x": 1, "items": [{"id": "i"}]}})
    );
    assert!(!exported.to_string().contains("$secret"));

    world.import(&scope, vec![exported.clone()]);
    assert_eq!(world.objects(&scope), std::slice::from_ref(&before));

    let mut edited = exported;
    edited["object"]["connectorAttributes"]["region"] = json!("us");
    world.import(&scope, vec![edited.clone()]);
    let mut expected = of_pingone();
    expected["params"][0]["value"] = json!("us");
    let mut doc = world.objects(&scope).remove(0).doc;
    doc["extensions"]
        .as_object_mut()
        .unwrap()
        .remove("sailpoint");
    assert_eq!(doc, expected);

    let attributes = edited["object"]["connectorAttributes"].as_object_mut();
    attributes.unwrap().remove("region");
    world.import(&scope, vec![edited]);
    let doc = world.objects(&scope).remove(0).doc;
    assert_eq!(doc["params"].as_array().unwrap().len(), 3, "{doc}");
    assert_eq!(doc["params"][0]["name"], "oauth2");
}

#[test]
fn a_secret_is_put_back_in_anywhere_and_never_in_the_clear() {
    let places = [
        "/connectorAttributes/pin",
        "/patchbay/params/1/properties/clientSecret/value",
        "/patchbay/auth/params/0/value",
        "/patchbay/applications/0/appConfigs/0/value",
    ];
    for place in places {
        let world = World::new();
        let scope = world.scope("a");
        stored(&world, &scope, of_pingone());
        let mut edited = world.export(&scope).remove(0);
        *edited["object"].pointer_mut(place).unwrap() = json!("hunter2");
        let (job, results) = world.import(&scope, vec![edited]);
        assert_eq!(job.status, Status::Complete, "{place} {}", told(&results));
        let connector = world.objects(&scope).remove(0);
        let entries = hub::slot::entries(&connector.doc);
        let secret = world.store.children(connector.uid, Kind::Secret).unwrap();
        let data = secret[0].doc["data"].as_object().unwrap();
        assert!(data.keys().all(|entry| entries.contains(entry)), "{place}");
        assert_eq!(data.len(), 1, "{place}");
        let exported = world.export(&scope).remove(0);
        assert_eq!(exported["object"].pointer(place).unwrap(), "******");
        for table in ["revision", "object", "job_item"] {
            let sql = format!("SELECT count(*) FROM {table} WHERE doc LIKE '%hunter2%'");
            assert_eq!(world.count(&sql), 0, "{place} {table}");
        }
    }
}

#[test]
fn what_is_still_to_be_set_is_told_after_a_promotion() {
    let world = World::new();
    let (dev, prod) = (world.scope("dev"), world.scope("prod"));
    stored(&world, &dev, of_pingone());
    let file = world.export(&dev);
    for new in [preview(file.clone()), import(file)] {
        let (_, results) = world.run(&prod, new);
        let text = told(&results);
        assert!(text.contains("SECRETS_STILL_TO_BE_SET"), "{text}");
        assert!(
            text.contains("Secrets still to be set: 3 of object"),
            "{text}"
        );
    }
    let exported = world.export(&prod).remove(0);
    assert_eq!(exported["object"]["connectorAttributes"]["pin"], "");
    let before = world.objects(&prod);
    world.import(&prod, vec![exported.clone()]);
    assert_eq!(world.objects(&prod), before);
    let mut edited = exported;
    edited["object"]["connectorAttributes"]["region"] = json!("us");
    world.import(&prod, vec![edited]);
    let doc = world.objects(&prod).remove(0).doc;
    assert_eq!(hub::slot::still_to_be_set(&doc).len(), 3, "{doc}");
}

#[test]
fn a_file_brings_no_bookkeeping_and_what_is_stored_of_it_stays() {
    let world = World::new();
    let (one, two) = (world.scope("a"), world.scope("bb"));
    stored(&world, &one, of_pingone());
    let mut file = world.export(&one);
    file[0]["object"]["patchbay"]["extensions"]["other"] =
        json!({"x": 2, "uid": "elsewhere", "items": [{"id": "i", "credential": "d"}]});
    let (_, results) = world.import(&two, file.clone());
    assert!(told(&results).contains("PARTS_NOT_CARRIED"));
    let doc = world.objects(&two).remove(0).doc;
    assert_eq!(
        doc["extensions"]["other"],
        json!({"x": 2, "items": [{"id": "i"}]})
    );
    world.import(&one, file);
    let doc = world.objects(&one).remove(0).doc;
    assert_eq!(
        doc["extensions"]["other"],
        json!({"x": 2, "uid": "u", "items": [{"id": "i", "credential": "c"}]})
    );
}

#[test]
fn secrets_of_other_objects_have_slots_whatever_they_look_like() {
    let world = World::new();
    let scope = world.scope("a");
    let object = json!({"name": "t", "attributes": {
        "password": "{{$.x}}", "token": "$.token", "credentials": ["hunter2"], "header": {"Authorization": "Bearer hunter2"},
    }});
    world.import(&scope, vec![config("TRANSFORM", "t", "t", object)]);
    let stored = world.objects(&scope).remove(0);
    assert_eq!(hub::slot::entries(&stored.doc).len(), 4, "{}", stored.doc);
    let mut exported = world.export(&scope);
    assert!(!exported[0].to_string().contains("$secret"));
    world.import(&scope, exported.clone());
    assert_eq!(world.objects(&scope), std::slice::from_ref(&stored));
    exported[0]["object"]["attributes"]["token"] = json!("new");
    world.import(&scope, exported);
    let changed = world.objects(&scope).remove(0);
    let (before, after) = (
        hub::slot::entries(&stored.doc),
        hub::slot::entries(&changed.doc),
    );
    assert_eq!(before.intersection(&after).count(), 3);
    let secret = world.store.children(changed.uid, Kind::Secret).unwrap();
    assert_eq!(secret[0].doc["data"].as_object().unwrap().len(), 4);
}

/// For every class of the catalogue: a value for each parameter comes back, and changes where it is
/// changed.
#[test]
fn parameters_of_every_class_go_by_their_names() {
    for class in hub::class::Class::catalogue() {
        let world = World::new();
        let scope = world.scope("a");
        let mut object = json!({"name": "c", "connector": class.name, "connectorAttributes": {}});
        for known in class
            .parameters
            .iter()
            .filter(|known| !known.name.contains('.'))
        {
            let value = match known.kind.as_str() {
                "number" => json!(7),
                "boolean" => json!(true),
                "array" => json!(["a"]),
                "object" => json!({"a": 1}),
                _ if known.is_address => json!("https://a"),
                _ => json!("a"),
            };
            object["connectorAttributes"][known.name_in("sailpoint")] = value;
        }
        let (job, results) = world.import(&scope, vec![config("SOURCE", "c", "c", object.clone())]);
        assert_eq!(job.status, Status::Complete, "{}", told(&results));
        let stored = world.objects(&scope).remove(0);
        if class.address().is_some() {
            assert_eq!(stored.doc["address"], "https://a", "{}", class.name);
        }
        let exported = world.export(&scope);
        let shown = exported[0]["object"]["connectorAttributes"]
            .as_object()
            .unwrap();
        for (name, value) in object["connectorAttributes"].as_object().unwrap() {
            assert!(
                shown[name] == *value || shown[name] == "******",
                "{} {name} {exported:?}",
                class.name
            );
        }
        assert_eq!(
            exported[0]["object"].get("patchbay"),
            None,
            "{}",
            class.name
        );
        world.import(&scope, exported);
        assert_eq!(world.objects(&scope), [stored], "{}", class.name);
    }
}

#[test]
fn a_scope_says_who_stands_in_for_identities() {
    let world = World::new();
    let scope = world.scope("a");
    let by = ObjectRef::Slug("a".to_owned());
    let object = world.store.object(0, Kind::Scope, &by).unwrap();
    let mut own = scope.clone();
    own.identities.default_owner = Some(json!({"type": "IDENTITY", "id": "d", "name": "default"}));
    own.identities.identities = serde_json::from_value(json!({
        "1": {"id": "one", "name": "One"}, "bob": {"id": "b", "name": "Bob"},
    }))
    .unwrap();
    let change = Change::update(object, own.doc().unwrap(), hub::time::Timestamp::now());
    block_on(world.store.commit(Plan::of(change), "tester")).unwrap();
    for (wanted, found) in [
        (json!({"type": "IDENTITY", "id": "1", "name": "x"}), "one"),
        (json!({"type": "IDENTITY", "id": "1"}), "one"),
        (json!({"type": "IDENTITY", "id": "9", "name": "bob"}), "b"),
        (json!({"type": "IDENTITY", "name": "bob"}), "b"),
        (json!({"type": "IDENTITY", "id": "7", "name": "y"}), "d"),
    ] {
        let mut file = source("s", "AD");
        file["object"]["owner"] = wanted.clone();
        let (job, results) = world.import(&scope, vec![file]);
        let text = told(&results);
        assert_eq!(job.status, Status::Complete, "{text}");
        assert!(!text.contains("UNRESOLVED_IDENTITY"), "{wanted} {text}");
        let exported = world.export(&scope);
        assert_eq!(exported[0]["object"]["owner"]["id"], found, "{wanted}");
    }
}

#[test]
fn what_the_hub_cannot_read_is_refused_by_its_name() {
    let world = World::new();
    let scope = world.scope("a");
    for (hub, place) in [
        (json!("x"), "$.patchbay must"),
        (json!({"params": {}}), "$.patchbay.params must"),
        (json!({"params": [{"value": 1}]}), "$.patchbay.params must"),
        (json!({"applications": [1]}), "$.patchbay.applications must"),
        (json!({"auth": []}), "$.patchbay.auth must"),
        (json!({"extensions": null}), "$.patchbay.extensions must"),
    ] {
        let mut file = source("s", "AD");
        file["object"]["patchbay"] = hub;
        let (job, results) = world.import(&scope, vec![file]);
        assert_eq!(job.failed, 1, "{place}");
        assert!(told(&results).contains(place), "{}", told(&results));
    }
}

#[test]
fn a_secret_stays_with_its_item_when_a_list_is_changed() {
    let world = World::new();
    let scope = world.scope("a");
    let item =
        |domain: &str, password: &str| json!({"domain": domain, "login": {"password": password}});
    let mut file = source("s", "AD");
    let attributes = "/object/connectorAttributes";
    file.pointer_mut(attributes).unwrap()["domainSettings"] =
        json!([item("a", "hunter2"), item("b", "hunter3")]);
    world.import(&scope, vec![file]);
    let slot = |index: usize| {
        let doc = world.objects(&scope).remove(0).doc;
        let rows = doc["params"].as_array().unwrap().clone();
        let row = rows.into_iter().find(|row| row["name"] == "domainSettings");
        row.unwrap()["value"][index]["login"]["password"].clone()
    };
    let second = slot(1);
    let mut exported = world.export(&scope).remove(0);
    let list = exported.pointer_mut(attributes).unwrap()["domainSettings"].as_array_mut();
    list.unwrap().remove(0);
    world.import(&scope, vec![exported]);
    assert_eq!(slot(0), second);
}

#[test]
fn an_attribute_goes_before_its_row_unless_it_is_a_mask() {
    let world = World::new();
    let scope = world.scope("a");
    stored(&world, &scope, of_pingone());
    let mut file = world.export(&scope).remove(0);
    file["object"]["connectorAttributes"]["region"] = json!("us");
    let rows = file["object"]["patchbay"]["params"].as_array_mut().unwrap();
    for row in rows.iter_mut().filter(|row| row["name"] != "oauth2") {
        row["value"] = json!("hunter2");
    }
    world.import(&scope, vec![file]);
    let doc = world.objects(&scope).remove(0).doc;
    assert_eq!(doc["params"][0]["value"], "us");
    let entry = doc["params"][3]["value"]["$secret"].as_str().unwrap();
    assert_ne!(entry, "two");
    assert!(!doc.to_string().contains("hunter2"));
}
