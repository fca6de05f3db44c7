//! Waiting for other writers.

use std::time::{Duration, Instant};

use crate::database::{Database, Failure, Row};

/// How long a statement waits for other writers before its caller is told to come back.
const DEADLINE: Duration = Duration::from_secs(5);
/// The first wait is about this long, which is less than a commit to disk takes.
const FIRST_PAUSE: Duration = Duration::from_micros(150);
/// No wait is longer than about this.
const LONGEST_PAUSE: Duration = Duration::from_millis(2);
/// What counts as having waited long.
const LONG: Duration = Duration::from_millis(100);

/// Repeats a statement that finds another writer at work, for as long as [`DEADLINE`].
///
/// # Errors
/// [`Failure::Busy`] when others keep writing, and whatever else the database says.
pub(crate) async fn retry_busy<D, W>(
    database: &D,
    statement: impl Fn() -> W,
) -> Result<Vec<Row>, Failure>
where
    D: Database,
    W: Future<Output = Result<Vec<Row>, Failure>>,
{
    let (deadline, mut backoff) = (Instant::now() + DEADLINE, Backoff::default());
    loop {
        match statement().await {
            Err(Failure::Busy) if Instant::now() < deadline => backoff.wait(database).await,
            answer => return answer,
        }
    }
}

/// How long to wait for other writers, which hold the lock for a commit at a time.
pub(crate) struct Backoff {
    since: Instant,
    pause: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            pause: FIRST_PAUSE,
        }
    }
}

impl Backoff {
    /// Waits longer each time, so that many do not spend their time asking; but who has waited long
    /// asks often, and is not overtaken for ever by those who come later.
    pub(crate) async fn wait<D: Database>(&mut self, database: &D) {
        database.pause(jittered(self.pause)).await;
        self.pause = if self.since.elapsed() > LONG {
            FIRST_PAUSE
        } else {
            times(self.pause, 5, 4).min(LONGEST_PAUSE)
        };
    }
}

/// Between a third and five thirds, so that instances do not wait in step.
fn jittered(pause: Duration) -> Duration {
    let random = hub::id::random_bytes::<1>().map_or(128, |[byte]| u32::from(byte));
    times(pause, random.saturating_mul(4).saturating_add(255), 765)
}

fn times(pause: Duration, numerator: u32, denominator: u32) -> Duration {
    let longer = pause.saturating_mul(numerator);
    longer.checked_div(denominator).unwrap_or(longer)
}
