//! When a connector is probed again.

use hub::time::Timestamp;

/// How often a connector is probed whose class does not say, in seconds.
pub const INTERVAL_DEFAULT: i64 = 300;
/// The least that a class may say: a tool is not to be kept busy.
pub const INTERVAL_MIN: i64 = 10;
/// The most that a class may say: a day.
pub const INTERVAL_MAX: i64 = 86_400;
/// How long a class is put aside whose code took more work than it may, in seconds.
pub const PUT_ASIDE: i64 = 3600;
/// How long a host is left alone after it did not answer, at first and at most, in seconds.
const BACKOFF: (i64, i64) = (30, 3600);

/// When a connector is due after it was probed: the interval, a tenth earlier or later, so that
/// connectors that were created together do not stay together. `random` is any number.
pub fn due(now: Timestamp, interval: i64, random: u32) -> Timestamp {
    let millis = interval
        .clamp(INTERVAL_MIN, INTERVAL_MAX)
        .saturating_mul(1000);
    let spread = millis / 5;
    let jitter = i64::from(random)
        .checked_rem(spread.saturating_add(1))
        .unwrap_or_default();
    let earliest = now
        .millis()
        .saturating_add(millis.saturating_sub(spread / 2));
    Timestamp::from_millis(earliest.saturating_add(jitter))
}

/// Until when no connector on a host is probed that has not answered this many times in a row. What
/// the host itself asks for by `Retry-After`, in seconds, counts too.
pub fn backoff(now: Timestamp, failures: i64, retry_after: Option<i64>) -> Timestamp {
    let (first, most) = BACKOFF;
    let doubled = u32::try_from(failures.saturating_sub(1).clamp(0, 16)).unwrap_or_default();
    let own = if failures > 0 {
        first.saturating_mul(2_i64.saturating_pow(doubled))
    } else {
        0
    };
    let seconds = own.max(retry_after.unwrap_or_default()).clamp(0, most);
    now.plus_seconds(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    proptest! {
        #[test]
        fn it_is_due_about_an_interval_later(interval in INTERVAL_MIN..=INTERVAL_MAX, random: u32) {
            let after = due(NOW, interval, random).millis().abs_diff(NOW.millis());
            let tenth = interval.unsigned_abs().saturating_mul(100);
            let expected = tenth.saturating_mul(9)..=tenth.saturating_mul(11);
            prop_assert!(expected.contains(&after), "{after}");
        }
    }

    #[test]
    fn a_host_that_does_not_answer_is_asked_less_and_less() {
        let after = |failures, retry_after| {
            (backoff(NOW, failures, retry_after).millis() - NOW.millis()) / 1000
        };
        assert_eq!(
            [0, 1, 2, 3, 20].map(|failures| after(failures, None)),
            [0, 30, 60, 120, 3600]
        );
        assert_eq!(after(0, Some(45)), 45);
        assert_eq!(after(1, Some(45)), 45);
        assert_eq!(after(1, Some(1_000_000)), 3600);
        assert_eq!(after(i64::MAX, Some(-5)), 3600);
    }
}
