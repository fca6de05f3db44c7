//! What was stored in the clear goes: from the log, from items of jobs, and from the file.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod support;

use futures::executor::block_on;
use hub::id::Uid;
use hub::job::Item;
use hub::object::Kind;
use hub::purge::without_secrets;
use serde_json::json;
use store::{Native, Store};
use support::{Faulty, OneDialect, commit, create, made, new, update};

const CANARY: &str = "c4n4ry";

fn has_canary(file: &std::path::Path) -> bool {
    let bytes = std::fs::read(file).unwrap_or_default();
    bytes
        .windows(CANARY.len())
        .any(|part| part == CANARY.as_bytes())
}

#[test]
fn no_byte_is_left_in_the_file_or_its_write_ahead_log() {
    let directory = std::env::temp_dir().join(format!("purge-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("patchbay.db");
    let log = directory.join("patchbay.db-wal");
    let database = Faulty::over(Native::open(&file, &OneDialect).unwrap());
    let store = Store::over(database.clone(), &OneDialect, Default::default());
    let scope = store.scope_named("default").unwrap().unwrap().id;
    let object = made(&store, scope, "one");
    let clear = json!({"params": [{"name": "password", "value": CANARY}]});
    commit(&store, [update(&object, clear)]).unwrap();
    assert!(has_canary(&file) || has_canary(&log));

    block_on(store.overwrite_freed());
    let purge = || {
        let revisions = store
            .revisions_after(&[Kind::Connector], None, 0, 100)
            .unwrap();
        for revision in revisions {
            if let Some(doc) = without_secrets(&revision.object.doc, None) {
                block_on(store.rewrite_revision(revision.object.revision, &doc)).unwrap();
            }
        }
    };
    purge();
    let current = store
        .anywhere(Kind::Connector, object.uid)
        .unwrap()
        .unwrap();
    let doc = without_secrets(&current.doc, None).unwrap();
    commit(&store, [update(&current, doc.clone())]).unwrap();
    assert!(block_on(store.compact()).unwrap());
    assert!(!has_canary(&file) && !has_canary(&log));
    let purged: i64 = database.sql("SELECT count(*) FROM revision WHERE doc LIKE '%$secret%'");
    assert_eq!(purged, 2);
    purge();
    let current = store
        .anywhere(Kind::Connector, object.uid)
        .unwrap()
        .unwrap();
    assert_eq!(current.doc, doc);
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn items_of_jobs_that_go_on_are_left_alone() {
    let (store, _, scope) = new();
    let mut jobs: Vec<Uid> = Vec::new();
    for doc in [json!({}), json!({"completed": "2026-01-01T00:00:00.000Z"})] {
        let mut job = create(scope, "job");
        job.object.kind = Kind::Job;
        job.object.doc = doc;
        jobs.push(job.object.uid);
        commit(&store, [job]).unwrap();
    }
    // Of a job that is gone, too.
    jobs.push(Uid::derived(&["gone"]));
    for job in &jobs {
        let item = Item {
            kind: "SOURCE".to_owned(),
            id: None,
            name: "one".to_owned(),
            doc: json!({"password": CANARY}),
            secrets: None,
        };
        block_on(store.put_job_items(*job, &[(1, item)])).unwrap();
    }
    let items = store.ended_items(0, 10).unwrap();
    assert_eq!(items.len(), 2);
    for (place, doc) in &items {
        let doc = without_secrets(doc, None).unwrap();
        block_on(store.rewrite_item(*place, &doc)).unwrap();
    }
    let docs: Vec<bool> = jobs
        .iter()
        .map(|job| store.job_items(*job, 0, 10).unwrap())
        .map(|items| items[0].1.doc["password"] == CANARY)
        .collect();
    assert_eq!(docs, [true, false, false]);
    let (first, _) = items[0];
    assert_eq!(store.ended_items(first, 10).unwrap().len(), 1);
}
