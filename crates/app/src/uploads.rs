//! What is uploaded for one of the next requests.

use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::fetch::{FetchResult, Fetched};
use hub::id::Uid;

use crate::call::Call;
use crate::ports::Platform;

/// Keeps what is uploaded. Once something was, nothing else can be in its place.
///
/// # Errors
/// [`Error::Conflict`] when something was uploaded before; those of the store.
pub(crate) async fn put<P: Platform>(call: &Call<P>, uid: Uid, content: &[u8]) -> Result<Outcome> {
    if !call.platform.put_upload(&call.store, uid, content).await? {
        return Err(Error::Conflict {
            kind: "upload",
            name: uid.ulid(),
            message: "the link was used before: ask for another".to_owned(),
        });
    }
    let (platform, store) = (call.platform.clone(), call.store.clone());
    call.after_response("expire_uploads", async move {
        platform.expire_uploads(&store).await
    });
    Ok(Outcome::Done)
}

/// What was uploaded.
///
/// # Errors
/// [`Error::NotFound`] when nothing was, or it has expired.
pub(crate) async fn download<P: Platform>(call: &Call<P>, uid: Uid) -> Result<Outcome> {
    let found = call.platform.upload(&call.store, uid).await?;
    found.map(Outcome::Uploaded).ok_or_else(|| Error::NotFound {
        kind: "upload",
        name: uid.ulid(),
    })
}

/// What was uploaded, for an operation.
///
/// # Errors
/// Those of the store.
pub(crate) async fn get<P: Platform>(call: &Call<P>, uid: Uid) -> Result<FetchResult> {
    let found = call.platform.upload(&call.store, uid).await?;
    let reply = |content: Vec<u8>| Fetched {
        status: 200,
        text: String::from_utf8_lossy(&content).into_owned(),
    };
    let nothing = || "nothing was uploaded there, or it has expired".to_owned();
    Ok(found.map(reply).ok_or_else(nothing))
}
