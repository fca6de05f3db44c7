//! Group commit: who shares a statement, and what becomes of everybody when something fails.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::collections::HashSet;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use futures::executor::block_on;
use futures::future::{FutureExt as _, join_all};
use hub::error::{Error, Result};
use hub::object::{Kind, ScopeId};
use hub::plan::{Plan, Uniqueness};
use hub::query::Query;
use store::commit::Queue;
use store::database::Failure;
use store::{Committed, Store};
use support::{Faulty, OneDialect, claiming, commit, create, new};

type Writing<'a> = Pin<Box<dyn Future<Output = Result<Vec<Committed>>> + 'a>>;

fn writing<'a>(store: &'a Store<Faulty>, scope: ScopeId, name: &str) -> Writing<'a> {
    let plan = Plan::of(create(scope, name));
    Box::pin(store.commit(plan, "tester"))
}

fn count(store: &Store<Faulty>, scope: ScopeId) -> i64 {
    store
        .count(&Query::of(Kind::Connector).within(scope))
        .unwrap()
}

#[test]
fn writers_at_once_share_statements_and_keep_their_own_verdicts() {
    let (store, database, scope) = new();
    commit(&store, [claiming(scope, "taken", Uniqueness::Name)]).unwrap();
    let before = database.inserts();
    let results = block_on(join_all((0..256).map(|n| {
        let name = if n % 4 == 0 {
            "taken".to_owned()
        } else {
            format!("c{n}")
        };
        store.commit(Plan::of(claiming(scope, &name, Uniqueness::Name)), "tester")
    })));
    let revisions: HashSet<i64> = results
        .iter()
        .flatten()
        .map(|done| done[0].revision)
        .collect();
    assert_eq!(revisions.len(), 192);
    for (n, result) in results.iter().enumerate() {
        assert_eq!(
            matches!(result, Err(Error::AlreadyExists { .. })),
            n % 4 == 0,
            "{n} {result:?}"
        );
    }
    assert_eq!(count(&store, scope), 193);
    // The first by itself, since nobody was there yet; then all the others.
    assert_eq!(database.inserts() - before, 2);
}

#[test]
fn a_busy_database_is_tried_again_until_its_time_is_over() {
    let (store, database, scope) = new();
    database.fail(vec![Failure::Busy; 5]);
    block_on(writing(&store, scope, "patient")).unwrap();
    assert_eq!(database.inserts(), 6);

    let hasty = Store::over(
        database.clone(),
        &OneDialect,
        Rc::new(Queue::with_timeout(Duration::ZERO)),
    );
    database.fail(vec![Failure::Busy; 9]);
    let results = block_on(join_all(
        (0..9).map(|n| writing(&hasty, scope, &format!("c{n}"))),
    ));
    assert!(
        results
            .iter()
            .all(|one| *one == Err(Error::Unavailable { retry_after: 1 })),
        "{results:?}"
    );
    assert_eq!(count(&store, scope), 1);
}

#[test]
fn a_failure_of_the_database_is_told_to_all_and_to_nobody_else() {
    let (store, database, scope) = new();
    database.fail([
        Failure::Other("disk I/O error".to_owned()),
        Failure::Other("disk I/O error".to_owned()),
    ]);
    let results = block_on(join_all(
        (0..9).map(|n| writing(&store, scope, &format!("c{n}"))),
    ));
    assert!(
        results
            .iter()
            .all(|one| matches!(one, Err(Error::Internal(_)))),
        "{results:?}"
    );
    assert_eq!((database.reconnects(), count(&store, scope)), (2, 0));
    block_on(writing(&store, scope, "later")).unwrap();
}

#[test]
fn what_was_done_before_the_answer_was_lost_is_told_as_done() {
    let (store, database, scope) = new();
    database.fail_late();
    database.fail([Failure::Other("connection lost".to_owned())]);
    let revision = block_on(writing(&store, scope, "done")).unwrap()[0].revision;
    assert_eq!(
        (revision, count(&store, scope)),
        (store.current_revision().unwrap(), 1)
    );
}

#[test]
fn a_leader_that_is_given_up_leaves_nobody_behind() {
    let (store, database, scope) = new();
    let mut leader = writing(&store, scope, "leader");
    assert!(leader.as_mut().now_or_never().is_none());
    let mut second = writing(&store, scope, "second");
    let mut third = writing(&store, scope, "third");
    assert!(second.as_mut().now_or_never().is_none() && third.as_mut().now_or_never().is_none());
    // Before it wrote anything: the next one leads.
    drop(leader);
    // The next one is given up before it learns of it.
    drop(second);
    block_on(third).unwrap();
    assert_eq!((count(&store, scope), database.inserts()), (1, 1));

    // In the middle of writing for others: they are told that it failed, and nothing hangs or is
    // done twice.
    let mut first = writing(&store, scope, "first");
    assert!(first.as_mut().now_or_never().is_none());
    let mut leader = writing(&store, scope, "leader");
    let mut follower = writing(&store, scope, "follower");
    assert!(leader.as_mut().now_or_never().is_none() && follower.as_mut().now_or_never().is_none());
    block_on(first).unwrap();
    assert!(leader.as_mut().now_or_never().is_none());
    let mut late = writing(&store, scope, "late");
    assert!(late.as_mut().now_or_never().is_none());
    drop(leader);
    let (follower, late) = block_on(futures::future::join(follower, late));
    assert!(matches!(follower, Err(Error::Internal(_))), "{follower:?}");
    late.unwrap();
    assert_eq!(count(&store, scope), 3);
}

#[test]
fn a_large_lot_goes_in_parts() {
    let (store, database, scope) = new();
    let plans = (0..600)
        .map(|n| Plan::of(create(scope, &format!("c{n}"))))
        .collect();
    let results = block_on(store.commit_all(plans, "tester"));
    assert!(results.len() == 600 && results.iter().all(Result::is_ok));
    assert_eq!(database.inserts(), 3);
    let plans = (0..6).map(|n| {
        let mut change = create(scope, &format!("d{n}"));
        change.object.doc = serde_json::json!("x".repeat(1_500_000));
        Plan::of(change)
    });
    let results = block_on(store.commit_all(plans.collect(), "tester"));
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(database.inserts(), 6);
}
