//! One batch of plans: the statement, its retries, and what became of each plan.

use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use crate::database::{Columns, Database, Failure, Row};
use crate::statements::{Encoded, INSERT_REVISIONS, LANDED, parameter, places};
use spin_sdk::sqlite::Value;

/// The first wait for another writer is about this long, which is less than a commit to disk takes.
const FIRST_PAUSE: Duration = Duration::from_micros(150);
/// No wait is longer than about this: who waits long must not be overtaken by those who come later.
const LONGEST_PAUSE: Duration = Duration::from_millis(3);

/// What became of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was carried out: the revision of each change.
    Written(Vec<i64>),
    /// Its first change was refused, and nothing was done.
    Refused,
    /// The statement failed because of this plan, or because of nobody in particular.
    Failed(Failure),
}

/// Carries out the plans in one statement if that goes, one outcome a plan.
///
/// When it fails because of one of them, the halves are tried by themselves, and so on: the innocent are written and
/// one guilty plan among many costs few statements.
///
/// `floor` is any revision that was there before.
pub(crate) async fn write<D: Database>(
    database: &D,
    plans: &[&Encoded],
    floor: i64,
    deadline: Instant,
) -> Vec<Outcome> {
    let mut outcomes = vec![Outcome::Failed(Failure::Busy); plans.len()];
    let mut parts: Vec<Range<usize>> = std::iter::once(0..plans.len()).collect();
    while let Some(part) = parts.pop() {
        let Some(some) = plans.get(part.clone()) else {
            continue;
        };
        let result = match execute(database, some, deadline).await {
            // The answer is on disk and no longer holds the lock.
            Ok(()) => match database.read(LANDED, wanted(some, floor)) {
                Ok(rows) => verdicts(some, rows),
                Err(failure) => vec![Outcome::Failed(failure); some.len()],
            },
            Err(Failure::Step | Failure::Unique(..)) if some.len() > 1 => {
                let [first, second] = halves(&part);
                parts.extend([second, first]);
                continue;
            }
            Err(Failure::Other(text)) => {
                database.reconnect();
                what_became_of(database, some, floor, &text).await
            }
            Err(failure) => vec![Outcome::Failed(failure); some.len()],
        };
        if let Some(places) = outcomes.get_mut(part) {
            places
                .iter_mut()
                .zip(result)
                .for_each(|(place, outcome)| *place = outcome);
        }
    }
    outcomes
}

fn halves(part: &Range<usize>) -> [Range<usize>; 2] {
    let middle = part.start.midpoint(part.end);
    [part.start..middle, middle..part.end]
}

/// Waits for other instances, which hold the lock for a commit at a time.
async fn execute<D: Database>(
    database: &D,
    plans: &[&Encoded],
    deadline: Instant,
) -> Result<(), Failure> {
    let text = parameter(plans.iter().copied());
    let mut pause = FIRST_PAUSE;
    loop {
        match database
            .write(INSERT_REVISIONS, vec![Value::Text(text.clone())])
            .await
        {
            Err(Failure::Busy) if Instant::now() < deadline => {
                database.pause(jittered(pause)).await;
                pause = (pause * 5 / 4).min(LONGEST_PAUSE);
            }
            answer => return answer.map(drop),
        }
    }
}

/// Between a third and five thirds, so that instances do not wait in step.
fn jittered(pause: Duration) -> Duration {
    let random = hub::id::random_bytes::<1>().map_or(128, |[byte]| u32::from(byte));
    pause / 3 + pause * 4 / 3 * random / 255
}

/// Looks up plans of which it is not known whether they were carried out. Those that were not are reported as failed for
/// the reason given, and are not tried again: the host may still be at it, and nothing may be done twice.
pub(crate) async fn what_became_of<D: Database>(
    database: &D,
    plans: &[&Encoded],
    floor: i64,
    reason: &str,
) -> Vec<Outcome> {
    // By the connection for writing, which answers after what it is still doing.
    let landed = database.write(LANDED, wanted(plans, floor)).await;
    let landed = landed.unwrap_or_default();
    let mut outcomes = verdicts(plans, landed);
    for outcome in &mut outcomes {
        if *outcome == Outcome::Refused {
            *outcome = Outcome::Failed(Failure::Other(reason.to_owned()));
        }
    }
    outcomes
}

/// What is bound to [`LANDED`].
fn wanted(plans: &[&Encoded], floor: i64) -> Vec<Value> {
    let places = places(plans.iter().copied());
    vec![Value::Text(places), Value::Integer(floor)]
}

/// Sorts the rows `plan, step, revision` by plan. No row: refused.
fn verdicts(plans: &[&Encoded], rows: Vec<Row>) -> Vec<Outcome> {
    let mut written: HashMap<i64, Vec<(i64, i64)>> = HashMap::new();
    for row in rows {
        let mut columns = Columns::new(row);
        if let (Ok(plan), Ok(step), Ok(revision)) =
            (columns.integer(), columns.integer(), columns.integer())
        {
            written.entry(plan).or_default().push((step, revision));
        }
    }
    plans
        .iter()
        .map(|plan| match written.remove(&plan.id) {
            None => Outcome::Refused,
            Some(mut steps) if steps.len() == plan.changes => {
                steps.sort_unstable();
                Outcome::Written(steps.into_iter().map(|(_, revision)| revision).collect())
            }
            Some(_) => Outcome::Failed(Failure::Other("a plan was carried out in part".to_owned())),
        })
        .collect()
}
