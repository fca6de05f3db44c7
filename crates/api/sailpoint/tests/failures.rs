//! Imports: what fails, with what, and what is told of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod native;

use hub::job::Status;
use native::{World, config, import, import_with, preview, profile, source, told};
use serde_json::{Value, json};

#[test]
fn what_fails_takes_what_needs_it_along_and_nothing_else() {
    let world = World::new();
    let scope = world.scope("a");
    let mut broken = source("s", "AD");
    broken["object"]["owner"] = json!({"type": "RULE", "id": "7", "name": "none"});
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
            text.contains("[type: RULE, id: 7, name: none]")
                && text.contains("[type: SOURCE, id: s, name: null]"),
            "{text}"
        );
        assert!(text.contains("There was an error importing 'IDENTITY_PROFILE' with name 'p2' and id 'p2': $.authoritativeSource"), "{text}");
        if job.task == "import" {
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
fn types_that_cannot_be_imported_are_left_out_with_a_warning() {
    let world = World::new();
    let scope = world.scope("a");
    let (job, results) = world.import(
        &scope,
        vec![config("ROLE", "r", "role", json!({})), source("s", "AD")],
    );
    assert_eq!((job.status, job.applied), (Status::Complete, 1));
    assert!(told(&results).contains("Objects of type ROLE cannot be imported"));
}

#[test]
fn one_broken_object_fails_alone() {
    let world = World::new();
    let scope = world.scope("a");
    let nameless = |kind: &str| json!({"self": {"type": kind, "id": "1"}, "object": {}});
    let file = vec![
        nameless("ATTR_SYNC_SOURCE_CONFIG"),
        json!({"object": {"name": "n"}}),
        json!({"self": {"type": "SOURCE", "id": "s", "name": "AD"}, "object": null}),
        nameless("ROLE"),
        source("s", "AD"),
        profile("p", json!({"type": "SOURCE", "id": "s"})),
    ];
    for (new, status) in [
        (preview(file.clone()), Status::Complete),
        (import(file), Status::Failed),
    ] {
        let (job, told) = world.download(&scope, new);
        assert_eq!(job.status, status, "{told}");
        for (kind, index) in [
            ("ATTR_SYNC_SOURCE_CONFIG", 0),
            ("UNKNOWN", 1),
            ("SOURCE", 2),
            ("ROLE", 3),
        ] {
            let text = told["results"][kind]["errors"][0]["text"].as_str().unwrap();
            assert!(
                text.contains(&format!("objects[{index}].")),
                "{kind}: {text}"
            );
        }
        if status == Status::Failed {
            assert!(
                job.message
                    .unwrap()
                    .contains("4 objects failed, 2 were imported")
            );
        }
    }
    assert_eq!(world.objects(&scope).len(), 2);
}

#[test]
fn a_file_of_broken_objects_only_fails() {
    let world = World::new();
    let (job, told) = world.download(&world.scope("a"), import(vec![json!(7)]));
    assert_eq!((job.status, job.total), (Status::Failed, Some(0)));
    assert_eq!(
        told["results"]["UNKNOWN"]["errors"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn identities_are_kept_as_they_are_with_a_warning() {
    let world = World::new();
    let scope = world.scope("a");
    let owner = json!({"type": "IDENTITY", "id": "7", "name": "somebody"});
    let mut owned = source("s", "AD");
    owned["object"]["owner"] = owner.clone();
    let kept = |options: Value| import_with(vec![owned.clone()], &options, false);
    for new in [
        preview(vec![owned.clone()]),
        kept(json!({"excludeBackup": true})),
        kept(json!({"defaultReferences": ["IDENTITY"]})),
    ] {
        let (job, told) = world.download(&scope, new);
        let told = &told["results"]["SOURCE"];
        assert_eq!(
            (job.status, &told["errors"]),
            (Status::Complete, &json!([]))
        );
        assert_eq!(told["warnings"][0]["key"], "UNRESOLVED_IDENTITY");
        let text = told["warnings"][0]["text"].as_str().unwrap();
        assert!(
            text.contains("$.owner") && text.contains("[type: IDENTITY, id: 7, name: somebody]"),
            "{text}"
        );
    }
    assert_eq!(world.export(&scope)[0]["object"]["owner"], owner);
    let whole = json!({"type": "IDENTITY", "id": "1", "name": "admin"});
    let (_, told) = world.download(&scope, kept(json!({"defaultReferences": [whole]})));
    assert_eq!(told["results"]["SOURCE"]["warnings"], json!([]));
    assert_eq!(world.export(&scope)[0]["object"]["owner"], whole);
}

#[test]
fn an_ambiguous_default_names_the_two() {
    let world = World::new();
    let scope = world.scope("a");
    world.import(&scope, vec![source("one", "first")]);
    let lost = profile("p", json!({"type": "SOURCE", "id": "none", "name": "none"}));
    let with_default = |file| {
        let options = json!({"defaultReferences": ["SOURCE"], "excludeBackup": true});
        world.download(&scope, import_with(file, &options, false))
    };
    let (job, told) = with_default(vec![lost.clone(), source("two", "second")]);
    assert_eq!(job.failed, 1);
    let told = told["results"]["IDENTITY_PROFILE"]["errors"].to_string();
    for part in [
        "SOURCE is ambiguous",
        "there are two",
        "[one, first]",
        "[two, second]",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

/// It has another id in the file than in the scope, and is one object all the same.
#[test]
fn a_default_that_is_in_the_file_and_in_the_scope_is_one() {
    let world = World::new();
    let scope = world.scope("a");
    world.import(&scope, vec![source("target", "AD")]);
    let lost = profile("p", json!({"type": "SOURCE", "id": "none", "name": "none"}));
    let options = json!({"defaultReferences": ["SOURCE"], "excludeBackup": true});
    let file = vec![lost, source("elsewhere", "AD")];
    let (job, told) = world.download(&scope, import_with(file, &options, false));
    assert_eq!((job.status, job.applied), (Status::Complete, 2), "{told}");
}

#[test]
fn a_scope_that_takes_no_secrets_refuses_the_object_that_brings_one() {
    let world = World::new();
    let mut scope = world.scope("a");
    scope.secret_store = hub::scope::SecretStore::Kubernetes;
    let mut with = source("s", "AD");
    with["object"]["connectorAttributes"]["password"] = json!("hunter2");
    let (job, told) = world.download(&scope, import(vec![with, source("t", "other")]));
    assert_eq!((job.failed, job.applied), (1, 1), "{told}");
    let text = told["results"]["SOURCE"]["errors"][0]["text"]
        .as_str()
        .unwrap();
    assert!(
        text.contains("$.connectorAttributes.password must be a reference"),
        "{text}"
    );
    for table in ["job_item", "object", "revision"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE doc LIKE '%hunter2%'");
        assert_eq!(world.count(&sql), 0, "{table}");
    }
}
