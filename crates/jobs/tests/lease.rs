//! Leases: death, and two at work at the same time.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod native;

use std::rc::Rc;

use futures::executor::block_on;
use futures::future::join;
use hub::job::{Job, Status};
use jobs::Core;
use native::{World, import, item, preview};
use proptest::prelude::*;
use serde_json::json;
use store::Store;

fn items(count: usize) -> Vec<hub::job::Item> {
    let object = |n: usize| json!({"name": format!("n{n}"), "owner": {"type": "SOURCE", "id": format!("i{}", n / 2)}});
    (0..count)
        .map(|n| item("SOURCE", &format!("i{n}"), &format!("n{n}"), object(n)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However often and wherever the work dies: every object has one revision.
    #[test]
    fn work_that_dies_is_done_once(deaths in proptest::collection::vec(1_usize..12, 0..20), with_backup in any::<bool>()) {
        let world = World::new();
        let scope = world.scope("a");
        world.import(&scope, vec![item("TRANSFORM", "t", "t", json!({}))]);
        let mut new = import(items(2300));
        new.backup = with_backup;
        let job = world.start(&scope, new);
        for polls in deaths {
            world.run_for(&job, polls);
            world.leases_end();
        }
        world.run_for(&job, usize::MAX);
        let (ended, results) = world.ended(&scope, &job);
        prop_assert_eq!((ended.status, ended.applied, results.len()), (Status::Complete, 2300, 2300));
        prop_assert_eq!(world.count("SELECT count(*) FROM revision WHERE kind = 'connector'"), 2300);
        prop_assert_eq!(world.count("SELECT count(*) FROM object WHERE kind = 'connector'"), 2300);
        if let Some(backup) = ended.backup() {
            prop_assert_eq!(world.store.artifacts(backup, true).unwrap().len(), 1);
        }
    }
}

#[test]
fn two_workers_do_not_get_in_each_others_way() {
    let world = World::new();
    let scope = world.scope("a");
    let job = world.start(&scope, import(items(2300)));
    world.run_for(&job, 4);
    world.leases_end();
    let work = || jobs::run::one(&world.store, &Core, &job);
    let (one, two) = block_on(join(work(), work()));
    one.unwrap();
    two.unwrap();
    assert_eq!(world.ended(&scope, &job).0.applied, 2300);
    assert_eq!(
        world.count("SELECT count(*) FROM revision WHERE kind = 'connector'"),
        2300
    );
}

/// Without the check of the job's revision, it would put the job back to where it was.
#[test]
fn a_worker_that_lost_the_job_changes_nothing() {
    let world = World::new();
    let scope = world.scope("a");
    let job = world.start(&scope, import(items(2300)));
    let mut slow = std::pin::pin!(jobs::run::one(&world.store, &Core, &job));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..5 {
        assert!(slow.as_mut().poll(&mut context).is_pending());
    }
    world.leases_end();
    // Another instance, which shares no queue with it.
    let elsewhere = Store::over(world.database.clone(), &registry::Registry, Rc::default());
    block_on(jobs::run::one(&elsewhere, &Core, &job)).unwrap();
    let ended = world.job(scope.id, job.uid);
    while slow.as_mut().poll(&mut context).is_pending() {}
    assert_eq!(world.job(scope.id, job.uid), ended);
    assert_eq!(world.ended(&scope, &job).0.applied, 2300);
    assert_eq!(
        world.count("SELECT count(*) FROM revision WHERE kind = 'connector'"),
        2300
    );
}

#[test]
fn jobs_at_the_same_time_do_not_corrupt_each_other() {
    let world = World::new();
    let scope = world.scope("a");
    let (one, two) = (
        world.start(&scope, import(items(2300))),
        world.start(&scope, import(items(2300))),
    );
    let work = |job| jobs::run::one(&world.store, &Core, job);
    let (first, second) = block_on(join(work(&one), work(&two)));
    first.unwrap();
    second.unwrap();
    for job in [one, two] {
        assert_eq!(world.ended(&scope, &job).0.status, Status::Complete);
    }
    assert_eq!(
        world.count("SELECT count(*) FROM object WHERE kind = 'connector'"),
        2300
    );
    assert_eq!(
        world.count("SELECT count(*) FROM revision WHERE kind = 'connector'"),
        2300
    );
}

#[test]
fn a_job_that_does_not_get_on_fails_in_the_end() {
    let world = World::new();
    let scope = world.scope("a");
    let job = world.start(&scope, preview(items(3)));
    for _ in 0..40 {
        world.run_for(&job, 2);
        world.leases_end();
    }
    let (ended, _) = world.ended(&scope, &job);
    assert_eq!(ended.status, Status::Failed);
    assert!(ended.message.unwrap().contains("did not get on"));
}

#[test]
fn what_was_left_is_taken_up_and_what_expired_goes() {
    let world = World::new();
    let scope = world.scope("a");
    let left = world.start(&scope, import(items(3)));
    block_on(jobs::run::all(&world.store, &Core, 604_800)).unwrap();
    assert_eq!(world.ended(&scope, &left).0.status, Status::Complete);
    world.set_in_jobs("$.expires");
    block_on(jobs::run::all(&world.store, &Core, -10)).unwrap();
    assert_eq!(
        world.count("SELECT count(*) FROM object WHERE kind = 'job'"),
        0
    );
    assert_eq!(world.count("SELECT count(*) FROM job_item"), 0);
    assert_eq!(world.objects(&scope).len(), 3);
}

#[test]
fn a_job_says_how_far_it_is() {
    let world = World::new();
    let scope = world.scope("a");
    let job = world.start(&scope, import(items(2300)));
    let mut seen = std::collections::BTreeSet::new();
    for polls in 1..12 {
        world.run_for(&job, polls);
        world.leases_end();
        seen.insert(Job::of(&world.job(scope.id, job.uid)).unwrap().done);
    }
    assert!(seen.contains(&1000) && seen.contains(&2000), "{seen:?}");
}
