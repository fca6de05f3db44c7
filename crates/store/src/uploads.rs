//! What is uploaded for one of the next requests. It is in key-value: it is gone after a few
//! minutes, and nobody is hurt when it is gone before.

use hub::error::Result;
use hub::fetch::UPLOAD_SECONDS;
use hub::id::Uid;
use hub::time::Timestamp;
use spin_sdk::key_value;

use crate::Store;

/// What the keys begin with; a uid follows. That begins with the time at which the links were given
/// out.
const PREFIX: &str = "upload/";
/// The most that is removed at once.
const EXPIRE: usize = 100;

impl Store {
    /// Keeps what is uploaded under an id. False when something is there already.
    ///
    /// # Errors
    /// [`Error::Internal`] when the store fails, as in everything here.
    pub async fn put_upload(&self, uid: Uid, content: &[u8]) -> Result<bool> {
        let (store, key) = (open().await?, key(uid));
        if store
            .exists(&key)
            .await
            .map_err(crate::internal::internal)?
        {
            return Ok(false);
        }
        let written = store.set(&key, content).await;
        written.map_err(crate::internal::internal).map(|()| true)
    }

    /// What was uploaded under an id and has not expired.
    ///
    /// # Errors
    /// As [`Store::put_upload`].
    pub async fn upload(&self, uid: Uid, now: Timestamp) -> Result<Option<Vec<u8>>> {
        if key(uid) < oldest(now) {
            return Ok(None);
        }
        let found = open().await?.get(key(uid)).await;
        found.map_err(crate::internal::internal)
    }

    /// Removes what has expired, some of it at a time.
    ///
    /// # Errors
    /// As [`Store::put_upload`].
    pub async fn expire_uploads(&self, now: Timestamp) -> Result<()> {
        let (store, oldest) = (open().await?, oldest(now));
        let keys = store.get_keys().await.collect().await;
        let keys = keys.map_err(crate::internal::internal)?.into_iter();
        let expired = keys.filter(|key| key.starts_with(PREFIX) && *key < oldest);
        for key in expired.take(EXPIRE) {
            store.delete(key).await.map_err(crate::internal::internal)?;
        }
        Ok(())
    }
}

async fn open() -> Result<key_value::Store> {
    let store = key_value::Store::open_default().await;
    store.map_err(crate::internal::internal)
}

fn key(uid: Uid) -> String {
    format!("{PREFIX}{}", uid.hex())
}

/// The key that what has not expired comes after: the time is the first 48 bits of a uid.
fn oldest(now: Timestamp) -> String {
    let begin = now.plus_seconds(i64::from(UPLOAD_SECONDS).saturating_neg());
    format!("{PREFIX}{:012x}", begin.millis())
}
