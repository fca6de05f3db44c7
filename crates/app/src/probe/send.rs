//! Sends requests, within limits of time, size and redirects. Nothing that a probe reads here
//! leaves this function other than as a verdict.

use std::pin::pin;
use std::time::Duration;

use futures::future::{Either, select};
use http::HeaderMap;
use http::header::{LOCATION, RETRY_AFTER};
use prober::definition::Probe;
use prober::exchange::{Exchange, Unsent, is_redirect};
use prober::expression::Seen;
use prober::findings::Sent;
use prober::network::Network;
use prober::observation::{Answer, ProbeFailure};

use crate::outbound::{Outbound, Received};

/// How long an answer may take, with all its redirects.
const TIME_MAX: Duration = Duration::from_secs(10);
/// How much of a body is read for a probe, in bytes. An expression sees no more of it.
const BODY_MAX: usize = 256 << 10;
/// How many headers of an answer are looked at.
const HEADERS_MAX: usize = 200;

/// What is done of an exchange.
pub(super) struct Limits {
    /// Whether redirects are followed.
    pub follows_redirects: bool,
    /// How much of the body is read, in bytes.
    pub body: usize,
}

/// Asks, follows redirects where the probe does, and reads the answer.
pub(super) async fn ask<P: Outbound>(
    platform: &P,
    probe: &Probe,
    exchange: Result<Exchange, Unsent>,
    allowed: &[Network],
) -> Sent {
    let exchange = match exchange {
        Ok(exchange) => exchange,
        Err(why) => return silent(String::new(), ProbeFailure::Unsent(why)),
    };
    let (follows_redirects, wants_body) = match probe {
        Probe::Http(http) => (http.follows_redirects, http.expression.is_some()),
        Probe::Api(_) => (true, false),
    };
    let limits = Limits {
        follows_redirects,
        body: if wants_body { BODY_MAX } else { 0 },
    };
    let origin = exchange.origin().to_string();
    match self::exchange(platform, exchange, &limits, allowed).await {
        Ok(received) => sent(&received),
        Err(silence) => silent(origin, silence),
    }
}

fn silent(origin: String, silence: ProbeFailure) -> Sent {
    Sent {
        answer: Answer::Failure(origin, silence),
        retry_after: None,
    }
}

fn sent(received: &Received) -> Sent {
    let retry_after = received
        .headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let seen = Seen {
        status: received.status,
        headers: headers(&received.headers),
        text: received.text(),
    };
    Sent {
        answer: Answer::Response(seen),
        retry_after: retry_after.filter(|_| matches!(received.status, 429 | 503)),
    }
}

/// Sends the request and those that redirects lead to, and reads the answer, all of it in
/// [`TIME_MAX`].
///
/// # Errors
/// Why there is no answer.
pub(super) async fn exchange<P: Outbound>(
    platform: &P,
    exchange: Exchange,
    limits: &Limits,
    allowed: &[Network],
) -> Result<Received, ProbeFailure> {
    let asking = pin!(follow(platform, exchange, limits, allowed));
    let waiting = pin!(platform.sleep(TIME_MAX));
    match select(asking, waiting).await {
        Either::Left((received, _)) => received,
        Either::Right(_) => Err(ProbeFailure::Timeout),
    }
}

async fn follow<P: Outbound>(
    platform: &P,
    mut exchange: Exchange,
    limits: &Limits,
    allowed: &[Network],
) -> Result<Received, ProbeFailure> {
    loop {
        let request = exchange.request(allowed).map_err(ProbeFailure::Unsent)?;
        let received = platform.send(request, limits.body).await?;
        let location = received.headers.get(LOCATION);
        let location = location.and_then(|value| value.to_str().ok());
        let is_followed = limits.follows_redirects && is_redirect(received.status);
        match location.filter(|_| is_followed) {
            Some(location) => {
                let next = exchange.redirected(received.status, location);
                exchange = next.map_err(ProbeFailure::Unsent)?;
            }
            None => return Ok(received),
        }
    }
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let texts = headers.iter().take(HEADERS_MAX);
    texts
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}
