//! One round: so many clients, each asking again as soon as it is answered, for so long.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::future::try_join_all;
use http::StatusCode;

use crate::client::Call;
use crate::server::Server;

/// The part of a round that is not counted: connections are made and instances are started in it.
const WARM_UP: u32 = 4;

/// What one server did in one round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Round {
    /// Answers a second.
    pub rate: f64,
    /// Half of the answers took no longer than this, in milliseconds.
    pub p50: f64,
    /// All but one of a hundred answers took no longer than this, in milliseconds.
    pub p99: f64,
    /// Answers that were not those expected.
    pub failed: usize,
}

/// Has clients ask a server `call`, again and again, and measures for `time` after a warm-up.
pub(crate) async fn run(
    server: &Server,
    clients: usize,
    time: Duration,
    expected: StatusCode,
    call: &(impl Fn() -> Call + Sync),
) -> Result<Round> {
    let begin = Instant::now() + time / WARM_UP;
    let end = begin + time;
    let client = |_| ask_until(server, begin, end, expected, call);
    let counts = try_join_all((0..clients).map(client)).await?;
    let failed = counts.iter().map(|count| count.failed).sum();
    let mut latencies: Vec<Duration> = counts
        .into_iter()
        .flat_map(|count| count.latencies)
        .collect();
    latencies.sort_unstable();
    Ok(Round {
        rate: in_float(latencies.len()) / time.as_secs_f64(),
        p50: quantile(&latencies, 50),
        p99: quantile(&latencies, 99),
        failed,
    })
}

#[derive(Default)]
struct Count {
    latencies: Vec<Duration>,
    failed: usize,
}

async fn ask_until(
    server: &Server,
    begin: Instant,
    end: Instant,
    expected: StatusCode,
    call: &impl Fn() -> Call,
) -> Result<Count> {
    let mut count = Count::default();
    let mut client = server.connect().await?;
    loop {
        let asked = Instant::now();
        let answer = client.ask(call()).await;
        let answered = Instant::now();
        if answered >= end {
            return Ok(count);
        }
        let expected = answer
            .as_ref()
            .is_ok_and(|answer| answer.status == expected);
        if !expected {
            count.failed = count.failed.saturating_add(1);
        } else if answered >= begin {
            count.latencies.push(answered.duration_since(asked));
        }
        if answer.is_err() {
            client = server.connect().await?;
        }
    }
}

/// In milliseconds, of sorted latencies.
fn quantile(sorted: &[Duration], percent: usize) -> f64 {
    let place = sorted.len().saturating_sub(1) * percent / 100;
    sorted
        .get(place)
        .map_or(f64::NAN, |latency| latency.as_secs_f64() * 1000.0)
}

#[allow(clippy::cast_precision_loss, reason = "counts of requests are small")]
fn in_float(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let values: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(quantile(&values, 50), 50.0);
        assert_eq!(quantile(&values, 99), 99.0);
        assert_eq!(quantile(&values[..1], 99), 1.0);
        assert!(quantile(&[], 50).is_nan());
    }
}
