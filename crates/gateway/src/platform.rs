//! Spin, as what the application runs on.

use std::time::Duration;

use app::ports::{Platform, ProbeFunction, Tasks};
use hub::error::{Error, FieldError, Result};
use hub::fetch::{FetchResult, FetchTarget};
use hub::id::Uid;
use hub::time::Timestamp;
use serde_json::Value;
use store::Store;

use crate::{functions, log};

/// Spin: its SQLite and key-value stores, its tasks, the merge core as a component, and probe over
/// its network.
#[derive(Clone, Copy, Debug)]
pub struct Spin;

impl Platform for Spin {
    type Database = store::Spin;
    type Merge = Self;

    fn merge(&self) -> &Self {
        self
    }

    async fn put_upload(&self, store: &Store, uid: Uid, content: &[u8]) -> Result<bool> {
        store.put_upload(uid, content).await
    }

    async fn upload(&self, store: &Store, uid: Uid) -> Result<Option<Vec<u8>>> {
        store.upload(uid, Timestamp::now()).await
    }

    async fn expire_uploads(&self, store: &Store) -> Result<()> {
        store.expire_uploads(Timestamp::now()).await
    }

    async fn ready(&self, store: &Store) -> Result<()> {
        store.ready().await
    }
}

impl Tasks for Spin {
    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        spin_sdk::wasip3::spawn(work);
    }

    async fn sleep(&self, time: Duration) {
        spin_sdk::time::sleep(time).await;
    }

    fn fault(&self, what: &str, error: &Error) {
        log::fault(what, error);
    }
}

impl ProbeFunction for Spin {
    async fn check_class(&self, doc: &Value) -> Result<Vec<FieldError>> {
        functions::check_class(doc).await
    }

    async fn fetch(&self, target: &FetchTarget) -> Result<FetchResult> {
        functions::fetch(target).await
    }

    fn announce_changes(&self) {
        functions::announce_changes();
    }
}
