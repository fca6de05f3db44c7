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
use hub::job::Status;
use hub::scope::SecretStore;
use jobs::Core;
use native::{TASKS, World, copy, create, item};
use proptest::prelude::*;
use store::Store;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However often and wherever the work dies: every object has one revision.
    #[test]
    fn work_that_dies_is_done_once(deaths in proptest::collection::vec(1_usize..12, 0..20), with_backup in any::<bool>()) {
        let world = World::new();
        let scope = world.scope("a");
        world.run_for(&world.start(&scope, create(1)), usize::MAX);
        let mut new = create(2300);
        new.backup = with_backup.then(|| Box::new(copy()));
        let job = world.start(&scope, new);
        for polls in deaths {
            world.run_for(&job, polls);
            world.leases_end();
        }
        world.run_for(&job, usize::MAX);
        let (ended, results) = (world.job(&job), world.store.artifacts(job.uid, false).unwrap());
        prop_assert_eq!((ended.status, ended.applied, results.len()), (Status::Complete, 2300, 2300));
        prop_assert_eq!(world.created(), (2300, 2300));
        prop_assert_eq!(ended.backup().is_some(), with_backup);
        if let Some(backup) = ended.backup() {
            prop_assert_eq!(world.store.artifacts(backup, true).unwrap().len(), 1);
        }
    }
}

#[test]
fn two_workers_do_not_get_in_each_others_way() {
    let world = World::new();
    let scope = world.scope("a");
    let job = world.start(&scope, create(2300));
    world.run_for(&job, 4);
    world.leases_end();
    let work = || jobs::run::one(&world.store, &Core, TASKS, &job);
    let (one, two) = block_on(join(work(), work()));
    one.unwrap();
    two.unwrap();
    assert_eq!(world.job(&job).applied, 2300);
    assert_eq!(world.created(), (2300, 2300));
}

/// Without the check of the job's revision, it would put the job back to where it was.
#[test]
fn a_worker_that_lost_the_job_changes_nothing() {
    let world = World::new();
    let scope = world.scope("a");
    let job = world.start(&scope, create(2300));
    let mut slow = std::pin::pin!(jobs::run::one(&world.store, &Core, TASKS, &job));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..5 {
        assert!(slow.as_mut().poll(&mut context).is_pending());
    }
    world.leases_end();
    // Another instance, which shares no queue with it.
    let elsewhere = Store::over(world.database.clone(), &native::Registry, Rc::default());
    block_on(jobs::run::one(&elsewhere, &Core, TASKS, &job)).unwrap();
    let ended = world.object(scope.id, job.uid);
    while slow.as_mut().poll(&mut context).is_pending() {}
    assert_eq!(world.object(scope.id, job.uid), ended);
    assert_eq!(world.job(&job).applied, 2300);
    assert_eq!(world.created(), (2300, 2300));
}

#[test]
fn jobs_at_the_same_time_do_not_corrupt_each_other() {
    let world = World::new();
    let scope = world.scope("a");
    let (one, two) = (
        world.start(&scope, create(2300)),
        world.start(&scope, create(2300)),
    );
    let work = |job| jobs::run::one(&world.store, &Core, TASKS, job);
    let (first, second) = block_on(join(work(&one), work(&two)));
    first.unwrap();
    second.unwrap();
    for job in [one, two] {
        assert_eq!(world.job(&job).status, Status::Complete);
    }
    assert_eq!(world.created(), (2300, 2300));
}

#[test]
fn a_job_that_does_not_get_on_fails_in_the_end() {
    let world = World::new();
    let scope = world.scope("a");
    let job = world.start(&scope, create(3));
    for _ in 0..40 {
        world.run_for(&job, 2);
        world.leases_end();
    }
    let ended = world.job(&job);
    assert_eq!(ended.status, Status::Failed);
    assert!(ended.message.unwrap().contains("did not get on"));
}

#[test]
fn what_was_left_is_taken_up_and_what_expired_goes() {
    let world = World::new();
    let scope = world.scope("a");
    let left = world.start(&scope, create(3));
    block_on(jobs::run::all(&world.store, &Core, TASKS, 604_800)).unwrap();
    assert_eq!(world.job(&left).status, Status::Complete);
    world.set_in_jobs("$.expires");
    block_on(jobs::run::all(&world.store, &Core, TASKS, -10)).unwrap();
    assert_eq!(
        world.count("SELECT count(*) FROM object WHERE kind = 'job'"),
        0
    );
    assert_eq!(world.count("SELECT count(*) FROM job_item"), 0);
    assert_eq!(world.created(), (3, 3));
}

#[test]
fn a_job_says_how_far_it_is() {
    let world = World::new();
    let scope = world.scope("a");
    let job = world.start(&scope, create(2300));
    let mut seen = std::collections::BTreeSet::new();
    for polls in 1..12 {
        world.run_for(&job, polls);
        world.leases_end();
        seen.insert(world.job(&job).done);
    }
    assert!(seen.range(1..2300).count() >= 2, "{seen:?}");
    assert!(seen.contains(&2300), "{seen:?}");
}

#[test]
fn a_job_whose_task_is_not_known_is_told_in_the_log() {
    let world = World::new();
    let job = world.start(&world.scope("a"), create(1));
    let unknown = block_on(jobs::run::one(
        &world.store,
        &Core,
        jobs::Tasks {
            find: |_| None,
            ..TASKS
        },
        &job,
    ));
    assert!(matches!(unknown, Err(hub::error::Error::Internal(_))));
    let other = block_on(jobs::run::snapshot(&world.store, TASKS, &job));
    assert!(
        matches!(other, Err(hub::error::Error::Internal(_))),
        "it has no snapshot"
    );
}

#[test]
fn a_job_that_copies_says_what_its_task_says() {
    let world = World::new();
    let scope = world.scope("a");
    world.run_for(&world.start(&scope, create(700)), usize::MAX);
    let job = world.start(&scope, copy());
    block_on(jobs::run::snapshot(&world.store, TASKS, &job)).unwrap();
    let ended = world.job(&job);
    assert_eq!(
        (ended.total, ended.done, ended.message.as_deref()),
        (Some(700), 700, Some("copied"))
    );
    assert_eq!(world.store.artifacts(job.uid, true).unwrap().len(), 700);
}

#[test]
fn secrets_are_sealed_or_only_named() {
    for (secret_store, kept) in [(SecretStore::Values, true), (SecretStore::Cloud, false)] {
        let world = World::new();
        let mut scope = world.scope("a");
        scope.secret_store = secret_store;
        let mut new = create(0);
        let mut with = item("with");
        with.doc["secret"] = "hunter2".into();
        new.items = vec![with, item("without")];
        let job = world.start(&scope, new);
        let items = world.store.job_items(job.uid, 0, 9).unwrap();
        let sealed = &items[0].1.secrets.as_ref().unwrap()["with"];
        assert_eq!(sealed.is_string(), kept);
        assert_eq!(items[1].1.secrets, None);
        assert!(!format!("{items:?}").contains("hunter2"));
    }
}
