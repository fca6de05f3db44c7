//! The rate limit of the dialects that publish one.
//!
//! Requests are counted in the store, so all instances on one database count together: a client
//! never gets more than its limit through in a period. A request that cannot be counted because
//! others write to the store for seconds is refused as such (503), and not let through. What is not
//! promised: periods are not sliding, so twice the limit can pass around the end of one.

use api::route::Route;
use app::Caller;
use hub::error::{Error, Result};
use hub::time::Timestamp;
use store::Store;

use crate::config::{Config, RATE_PERIOD_SECONDS};

/// Counts the request, and refuses it above the limit.
///
/// # Errors
/// [`Error::RateLimited`] with the seconds until the period ends; those of
/// [`Store::count_request`].
pub(crate) async fn check(
    route: &Route,
    caller: &Caller,
    config: &Config,
    store: &Store,
) -> Result<()> {
    let Some(group) = route.rate_group else {
        return Ok(());
    };
    if config.rate_limit <= 0 {
        return Ok(());
    }
    let (client, now) = (format!("{group} {}", caller.name), Timestamp::now());
    let (requests, ends_at) = store
        .count_request(&client, RATE_PERIOD_SECONDS, now)
        .await?;
    if requests <= config.rate_limit {
        return Ok(());
    }
    let wait = ends_at.millis().saturating_sub(now.millis());
    let retry_after = u32::try_from(wait.saturating_add(999) / 1000).unwrap_or(1);
    Err(Error::RateLimited {
        retry_after: retry_after.max(1),
    })
}
