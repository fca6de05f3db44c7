//! What jobs leave to be fetched for some time. It can be made again, so key-value is good enough for it.

use hub::error::{Error, Result};
use hub::id::Uid;
use hub::time::Timestamp;
use spin_sdk::key_value;

/// The longest artifact. Hosts trap on values above about 128 MiB.
pub const LONGEST_ARTIFACT: usize = 64 << 20;

/// The bytes of the time of expiry, before the artifact's own.
const HEAD: usize = 8;

/// Keeps an artifact under the uid of its job until `expires`, in the place of an older one.
///
/// # Errors
/// [`Error::TooLarge`] above [`LONGEST_ARTIFACT`], [`Error::Internal`] when the store fails.
pub async fn set(job: Uid, bytes: &[u8], expires: Timestamp) -> Result<()> {
    if bytes.len() > LONGEST_ARTIFACT {
        return Err(Error::TooLarge {
            limit: u64::try_from(LONGEST_ARTIFACT).unwrap_or(u64::MAX),
        });
    }
    open()
        .await?
        .set(key(job), seal(bytes, expires))
        .await
        .map_err(failed)
}

/// An artifact, if it was ever kept and not yet deleted.
///
/// # Errors
/// [`Error::Gone`] once it has expired, [`Error::Internal`] when the store fails.
pub async fn get(job: Uid, now: Timestamp) -> Result<Option<Vec<u8>>> {
    let Some(value) = open().await?.get(key(job)).await.map_err(failed)? else {
        return Ok(None);
    };
    unseal(value, now).map(Some)
}

/// Deletes an artifact, if it is there.
///
/// # Errors
/// [`Error::Internal`] when the store fails.
pub async fn delete(job: Uid) -> Result<()> {
    open().await?.delete(key(job)).await.map_err(failed)
}

/// Whether the store answers.
pub(crate) async fn answers() -> Result<()> {
    open()
        .await?
        .exists("artifact/none")
        .await
        .map(drop)
        .map_err(failed)
}

async fn open() -> Result<key_value::Store> {
    key_value::Store::open_default().await.map_err(failed)
}

fn key(job: Uid) -> String {
    format!("artifact/{}", job.hex())
}

fn seal(bytes: &[u8], expires: Timestamp) -> Vec<u8> {
    let mut value = Vec::with_capacity(HEAD + bytes.len());
    value.extend_from_slice(&expires.millis().to_le_bytes());
    value.extend_from_slice(bytes);
    value
}

fn unseal(mut value: Vec<u8>, now: Timestamp) -> Result<Vec<u8>> {
    let head = value
        .first_chunk::<HEAD>()
        .ok_or_else(|| Error::Internal("an artifact is cut short".to_owned()))?;
    if Timestamp::from_millis(i64::from_le_bytes(*head)) <= now {
        return Err(Error::Gone(
            "the result has expired: start the job again".to_owned(),
        ));
    }
    value.drain(..HEAD);
    Ok(value)
}

fn failed(error: key_value::Error) -> Error {
    Error::Internal(format!("key-value: {error:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_artifact_expires() {
        let at = Timestamp::from_millis;
        let value = seal(b"zip", at(1000));
        assert_eq!(unseal(value.clone(), at(999)), Ok(b"zip".to_vec()));
        assert!(matches!(unseal(value, at(1000)), Err(Error::Gone(_))));
        assert!(matches!(unseal(vec![1], at(0)), Err(Error::Internal(_))));
    }
}
