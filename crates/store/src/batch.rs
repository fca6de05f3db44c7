//! One batch of plans: the statement, its retries, and what became of each plan.

use std::collections::HashMap;
use std::time::Instant;

use crate::backoff::Backoff;
use crate::database::{Columns, Database, Failure, Row};
use crate::statements::{Encoded, INSERT_REVISIONS, LANDED, parameter, places};
use spin_sdk::sqlite::Value;

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

/// Tries once to carry out the plans, in one statement.
pub(crate) async fn attempt<D: Database>(
    database: &D,
    plans: &[&Encoded],
) -> Result<Vec<Row>, Failure> {
    let parameters = vec![Value::Text(parameter(plans.iter().copied()))];
    database.write(INSERT_REVISIONS, parameters).await
}

/// What became of each plan, given the answer of [`attempt`].
///
/// When it failed because of one of them, the halves are tried by themselves, and so on: the
/// innocent are written and one guilty plan among many costs few statements.
///
/// `floor` is any revision that was there before.
pub(crate) async fn settle<D: Database>(
    database: &D,
    plans: &[&Encoded],
    answer: Result<Vec<Row>, Failure>,
    floor: i64,
    deadline: Instant,
) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(plans.len());
    let mut parts = vec![(plans, Some(answer))];
    while let Some((part, answer)) = parts.pop() {
        let answer = match answer {
            Some(answer) => answer,
            None => attempt_until(database, part, deadline).await,
        };
        match answer {
            Ok(rows) => outcomes.extend(verdicts(part, rows)),
            Err(Failure::Step | Failure::Unique(..)) if part.len() > 1 => {
                let (first, second) = part.split_at_checked(part.len() / 2).unwrap_or((part, &[]));
                parts.extend([(second, None), (first, None)]);
            }
            Err(Failure::Other(text)) => {
                database.reconnect();
                outcomes.extend(what_became_of(database, part, floor, &text).await);
            }
            Err(failure) => outcomes.extend(all(part, &failure)),
        }
    }
    outcomes
}

async fn attempt_until<D: Database>(
    database: &D,
    plans: &[&Encoded],
    deadline: Instant,
) -> Result<Vec<Row>, Failure> {
    let mut backoff = Backoff::default();
    loop {
        match attempt(database, plans).await {
            Err(Failure::Busy) if Instant::now() < deadline => backoff.wait(database).await,
            answer => return answer,
        }
    }
}

fn all(plans: &[&Encoded], failure: &Failure) -> Vec<Outcome> {
    vec![Outcome::Failed(failure.clone()); plans.len()]
}

/// Looks up plans of which it is not known whether they were carried out. Those that were not are
/// reported as failed for the reason given, and are not tried again: the host may still be at it,
/// and nothing may be done twice.
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
