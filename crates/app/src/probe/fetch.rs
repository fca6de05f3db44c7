//! Asks addresses for the other functions, which have no way out.

use hub::fetch::{FetchResult, FetchTarget, Fetched};
use prober::exchange::Exchange;
use prober::observation::ProbeFailure;

use super::observe::Probing;
use super::send::{self, Limits};
use crate::outbound::{End, Outbound};

/// What an address answers, or why nothing, which tells nothing of networks that may not be
/// reached.
pub(super) async fn fetch<P: Outbound>(
    probing: &Probing<P>,
    outgoing: &FetchTarget,
    limit: usize,
) -> FetchResult {
    let limits = Limits {
        follows_redirects: outgoing.form.is_none(),
        body: limit,
    };
    let exchange = Exchange::outgoing(outgoing).map_err(|why| why.to_string())?;
    let received = send::exchange(
        &probing.platform,
        exchange,
        &limits,
        &probing.settings.allowed,
    )
    .await;
    let received = received.map_err(|silence| describe(&silence))?;
    match received.end {
        End::Whole => Ok(Fetched {
            status: received.status,
            text: received.text(),
        }),
        End::Cut => Err(format!("it is larger than {} bytes", limits.body)),
        End::Broken => Err(describe(&ProbeFailure::Broken)),
    }
}

fn describe(silence: &ProbeFailure) -> String {
    match silence {
        ProbeFailure::Unsent(why) => return why.to_string(),
        ProbeFailure::NoSuchHost => "there is no such host",
        ProbeFailure::Refused => "nobody answers there",
        ProbeFailure::Timeout => "there is no answer in time",
        ProbeFailure::Tls => "the certificate or the handshake is not accepted",
        ProbeFailure::Broken => "the connection broke off",
    }
    .to_owned()
}
