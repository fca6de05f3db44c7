//! Counting requests while others write.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::path::PathBuf;
use std::rc::Rc;
use std::thread;
use std::time::Duration;

use futures::executor::block_on;
use hub::error::Error;
use rusqlite::Connection;
use store::{Native, Store};
use support::{NOW, OneDialect};

/// A database in a file.
fn database(name: &str) -> (PathBuf, Store<Native>) {
    let file = std::env::temp_dir().join(format!("patchbay-{name}-{}", std::process::id()));
    let _ = std::fs::remove_file(&file);
    let native = Native::open(&file, &OneDialect).unwrap();
    (file, Store::over(native, &OneDialect, Rc::default()))
}

/// Somebody who writes for so long.
fn writes_for(file: &PathBuf, time: Duration) -> thread::JoinHandle<()> {
    let other = Connection::open(file).unwrap();
    other.execute("BEGIN IMMEDIATE", []).unwrap();
    thread::spawn(move || {
        thread::sleep(time);
        other.execute("COMMIT", []).unwrap();
    })
}

#[test]
fn a_request_waits_until_it_is_counted() {
    let (file, store) = database("counted");
    let other = writes_for(&file, Duration::from_millis(400));
    let (requests, ends_at) = block_on(store.count_request("client", 10, NOW)).unwrap();
    assert_eq!((requests, ends_at), (1, NOW.plus_seconds(10)));
    assert_eq!(
        block_on(store.count_request("client", 10, NOW)).unwrap().0,
        2
    );
    let later = NOW.plus_seconds(10);
    assert_eq!(
        block_on(store.count_request("client", 10, later))
            .unwrap()
            .0,
        1
    );
    other.join().unwrap();
    std::fs::remove_file(file).unwrap();
}

#[test]
fn a_request_that_cannot_be_counted_is_not_let_through() {
    let (file, store) = database("uncounted");
    let other = writes_for(&file, Duration::from_secs(8));
    let answer = block_on(store.count_request("client", 10, NOW));
    assert_eq!(answer, Err(Error::Unavailable { retry_after: 1 }));
    other.join().unwrap();
    std::fs::remove_file(file).unwrap();
}
