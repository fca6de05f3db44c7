//! Probes what is due, some at a time, under leases.

use std::cell::Cell;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use hub::error::{Error, Result};
use hub::object::{Object, ScopeId};
use hub::probing::Sweep;
use hub::time::Timestamp;
use prober::found::Found;
use prober::schedule;
use store::probes::{Bounds, Claimed, Wanted};

use crate::observe::Probing;

/// How long a sweep begins new probes. One that is to be called often need not do everything.
const TIME_MAX: Duration = Duration::from_secs(20);
/// How many finished probes are given back together.
const FINISHED_MAX: usize = 16;
/// How long a sweep of what changed waits between batches: after a burst of writes, other writers come first.
const PACE: Duration = Duration::from_millis(250);

thread_local! {
    /// Whether this instance is at what changed, and whether it was told of more meanwhile.
    static CHANGED: Cell<(bool, bool)> = const { Cell::new((false, false)) };
}

/// Probes what changed. Every instance that writes tells of it, so one sweep an instance answers all who come meanwhile.
///
/// # Errors
/// Those of [`run`].
pub async fn changed(probing: &Probing) -> Result<Sweep> {
    if CHANGED.get().0 {
        CHANGED.set((true, true));
        return Ok(Sweep::default());
    }
    loop {
        CHANGED.set((true, false));
        let swept = run(probing, Wanted::Changed).await;
        let (_, is_told_of_more) = CHANGED.get();
        if swept.is_err() || !is_told_of_more {
            CHANGED.set((false, false));
            return swept;
        }
    }
}

/// One probe that is over.
struct Done {
    claimed: Claimed,
    due: Timestamp,
    /// Whether the object is ready; nothing when that could not be told or written.
    ready: Option<bool>,
}

/// Probes all that is wanted and due, until nothing is left or the time is over. What it holds at a time is bounded by
/// the concurrency.
///
/// # Errors
/// Those of the store's leases. What was probed until then is written.
pub async fn run(probing: &Probing, wanted: Wanted) -> Result<Sweep> {
    let deadline = Instant::now() + TIME_MAX;
    let concurrency = probing.settings.concurrency;
    let mut sweep = Sweep::default();
    let mut running = FuturesUnordered::new();
    let mut finished = Vec::new();
    let mut may_be_more = true;
    let is_paced = wanted == Wanted::Changed;
    loop {
        let is_full = running.len() > concurrency / 2 || (is_paced && !running.is_empty());
        if may_be_more && !is_full && Instant::now() < deadline {
            if is_paced && sweep.probed > 0 {
                // Nothing runs that would have to wait with us.
                spin_sdk::time::sleep(PACE).await;
            }
            give_back(probing, &mut finished, &mut sweep).await?;
            let room = u32::try_from(concurrency.saturating_sub(running.len())).unwrap_or(1);
            let bounds = Bounds {
                limit: room,
                per_host: probing.settings.per_host,
            };
            let claimed = probing
                .store
                .claim_probes(wanted, bounds, Timestamp::now())
                .await?;
            may_be_more = !claimed.is_empty();
            running.extend(claimed.into_iter().map(|claimed| one(probing, claimed)));
        }
        let Some(done) = running.next().await else {
            break;
        };
        finished.push(done);
        if finished.len() >= FINISHED_MAX || running.is_empty() {
            give_back(probing, &mut finished, &mut sweep).await?;
            // Those that gave their place on a host back may let others in.
            may_be_more = true;
        }
    }
    let scope = match wanted {
        Wanted::Due(scope) => scope,
        Wanted::Changed | Wanted::Object(_) => None,
    };
    sweep.due = probing.store.due_probes(scope, Timestamp::now())?;
    Ok(sweep)
}

/// Probes one object now, whoever else is at it, and answers it as it then is.
///
/// # Errors
/// [`Error::NotFound`] when it was deleted meanwhile. Those of [`Probing::probe`] and [`Probing::write`].
pub async fn now(probing: &Probing, object: Object) -> Result<Object> {
    let bounds = Bounds {
        limit: 1,
        per_host: u32::MAX,
    };
    let claimed = probing
        .store
        .claim_probes(Wanted::Object(object.uid), bounds, Timestamp::now())
        .await?;
    let claimed = claimed
        .into_iter()
        .next()
        .ok_or_else(|| Error::not_found(object.kind, object.name))?;
    let found = probing.probe(&claimed).await?;
    let written = probing.write(claimed.object.clone(), &found).await?;
    let due = settle(probing, &claimed, &found).await?;
    probing.store.finish_probes(&[(claimed, due)]).await?;
    Ok(written)
}

/// What cannot be probed or written because of the store is due again after the usual time.
async fn one(probing: &Probing, claimed: Claimed) -> Done {
    let result = async {
        let found = probing.probe(&claimed).await?;
        probing.write(claimed.object.clone(), &found).await?;
        let due = settle(probing, &claimed, &found).await?;
        Ok::<_, Error>((due, found.is_ready()))
    };
    match result.await {
        Ok((due, ready)) => Done {
            claimed,
            due,
            ready: Some(ready),
        },
        Err(error) => {
            front::fault("probe", &error);
            let due = schedule::due(Timestamp::now(), schedule::INTERVAL_DEFAULT, random());
            Done {
                claimed,
                due,
                ready: None,
            }
        }
    }
}

/// Remembers whether the host answered, and says when the object is due again. A host that is silent is asked again when it
/// is no longer left alone, so that what comes back is seen to.
async fn settle(probing: &Probing, claimed: &Claimed, found: &Found) -> Result<Timestamp> {
    let now = Timestamp::now();
    let due = schedule::due(now, found.interval, random());
    let is_silent = found.host_answers == Some(false);
    if claimed.host.is_empty() {
        return Ok(due);
    }
    if is_silent || found.retry_after.is_some() {
        let failures = if is_silent {
            claimed.failures.saturating_add(1)
        } else {
            0
        };
        let not_before = schedule::backoff(now, failures, found.retry_after);
        probing
            .store
            .note_silent_host(&claimed.host, failures, not_before)
            .await?;
        return Ok(due
            .min(not_before)
            .max(now.plus_seconds(schedule::INTERVAL_MIN)));
    }
    if claimed.failures > 0 && found.host_answers == Some(true) {
        probing.store.note_answering_host(&claimed.host).await?;
    }
    Ok(due)
}

async fn give_back(probing: &Probing, finished: &mut Vec<Done>, sweep: &mut Sweep) -> Result<()> {
    if finished.is_empty() {
        return Ok(());
    }
    for done in finished.iter() {
        sweep.probed = sweep.probed.saturating_add(1);
        sweep.ready = sweep
            .ready
            .saturating_add(u64::from(done.ready == Some(true)));
        sweep.failed = sweep.failed.saturating_add(u64::from(done.ready.is_none()));
    }
    let done: Vec<_> = finished
        .drain(..)
        .map(|done| (done.claimed, done.due))
        .collect();
    probing.store.finish_probes(&done).await
}

fn random() -> u32 {
    hub::id::random_bytes().map_or(0, u32::from_le_bytes)
}

/// Probes what is due of a scope when the answer is out.
pub fn in_background(probing: Probing, scope: ScopeId) {
    spin_sdk::wasip3::spawn(async move {
        if let Err(error) = run(&probing, Wanted::Due(Some(scope))).await {
            front::fault("sweep", &error);
        }
    });
}
