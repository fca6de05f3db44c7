//! What is uploaded for one of the next requests.

use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::fetch::{FetchResult, Fetched};
use hub::id::Uid;
use hub::time::Timestamp;

use crate::Call;
use crate::jobs::after_response;

/// Keeps what is uploaded. Once something was, nothing else can be in its place.
///
/// # Errors
/// [`Error::Conflict`] when something was uploaded before; those of the store.
pub async fn put(call: &Call, uid: Uid, content: &[u8]) -> Result<Outcome> {
    if !call.store.put_upload(uid, content).await? {
        return Err(Error::Conflict {
            kind: "upload",
            name: uid.ulid(),
            message: "the link was used before: ask for another".to_owned(),
        });
    }
    let store = call.store.clone();
    after_response("expire_uploads", async move {
        store.expire_uploads(Timestamp::now()).await
    });
    Ok(Outcome::Done)
}

/// What was uploaded.
///
/// # Errors
/// [`Error::NotFound`] when nothing was, or it has expired.
pub async fn download(call: &Call, uid: Uid) -> Result<Outcome> {
    let found = call.store.upload(uid, Timestamp::now()).await?;
    found.map(Outcome::Uploaded).ok_or_else(|| Error::NotFound {
        kind: "upload",
        name: uid.ulid(),
    })
}

/// What was uploaded, for an operation.
///
/// # Errors
/// Those of the store.
pub async fn get(call: &Call, uid: Uid) -> Result<FetchResult> {
    let found = call.store.upload(uid, Timestamp::now()).await?;
    let reply = |content: Vec<u8>| Fetched {
        status: 200,
        text: String::from_utf8_lossy(&content).into_owned(),
    };
    let nothing = || "nothing was uploaded there, or it has expired".to_owned();
    Ok(found.map(reply).ok_or_else(nothing))
}
