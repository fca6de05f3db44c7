//! Single statements that wait for other writers.

use std::time::{Duration, Instant};

use crate::batch::Patience;
use crate::database::{Database, Failure, Row};

/// How long a statement waits for other writers before its caller is told to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// Repeats a statement that finds another writer at work, for as long as [`PATIENCE`] lasts.
///
/// # Errors
/// [`Failure::Busy`] when others keep writing, and whatever else the database says.
pub(crate) async fn patiently<D, W>(
    database: &D,
    statement: impl Fn() -> W,
) -> Result<Vec<Row>, Failure>
where
    D: Database,
    W: Future<Output = Result<Vec<Row>, Failure>>,
{
    let (deadline, mut patience) = (Instant::now() + PATIENCE, Patience::default());
    loop {
        match statement().await {
            Err(Failure::Busy) if Instant::now() < deadline => patience.wait(database).await,
            answer => return answer,
        }
    }
}
