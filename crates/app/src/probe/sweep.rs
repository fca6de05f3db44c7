//! Probes what is due, some at a time, under leases.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::{Either, select};
use futures::stream::FuturesUnordered;
use hub::error::{Error, Result};
use hub::object::{Object, ScopeId};
use hub::probing::Sweep;
use hub::time::Timestamp;
use prober::findings::Findings;
use prober::schedule;
use store::probes::{Bounds, LeasedProbe, SilentHost, Wanted};

use super::observe::Probing;
use crate::outbound::Outbound;

/// How long a sweep begins new probes. One that is to be called often need not do everything.
const TIME_MAX: Duration = Duration::from_secs(20);
/// How many finished probes are written and given back together, and how long the first of them
/// waits for others.
const FINISHED_MAX: usize = 32;
const GATHERING: Duration = Duration::from_millis(20);
/// How long a sweep of what changed waits between batches: after a burst of writes, other writers
/// come first.
const PACE: Duration = Duration::from_millis(250);

thread_local! {
    /// Whether this instance is at what changed, and whether it was told of more meanwhile.
    static CHANGED: Cell<(bool, bool)> = const { Cell::new((false, false)) };
    /// The scopes that this instance probes in the background.
    static IN_BACKGROUND: RefCell<BTreeSet<ScopeId>> = const { RefCell::new(BTreeSet::new()) };
}

/// Probes what changed. Every instance that writes tells of it, so one sweep an instance answers
/// all who come meanwhile.
///
/// # Errors
/// Those of [`run`].
pub(super) async fn changed<P: Outbound>(probing: &Probing<P>) -> Result<Sweep> {
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

/// One probe that is over, and what it found.
struct Done {
    claimed: LeasedProbe,
    found: Result<Findings>,
}

/// Probes all that is wanted and due, until nothing is left or the time is over. What it holds at a
/// time is bounded by the concurrency.
///
/// # Errors
/// Those of the store's leases. What was probed until then is written.
pub(super) async fn run<P: Outbound>(probing: &Probing<P>, wanted: Wanted) -> Result<Sweep> {
    let deadline = Instant::now() + TIME_MAX;
    let concurrency = probing.settings.concurrency;
    let mut sweep = Sweep::default();
    let mut running = FuturesUnordered::new();
    let mut finished = Vec::new();
    let mut may_be_more = true;
    let mut failure = None;
    let is_paced = wanted == Wanted::Changed;
    loop {
        let is_full = running.len() > concurrency / 2 || (is_paced && !running.is_empty());
        if may_be_more && !is_full && failure.is_none() && Instant::now() < deadline {
            if is_paced && sweep.probed > 0 {
                // Nothing runs that would have to wait with us.
                probing.platform.sleep(PACE).await;
            }
            let room = u32::try_from(concurrency.saturating_sub(running.len())).unwrap_or(1);
            match claim(probing, wanted, room).await {
                Ok(claimed) => {
                    may_be_more = !claimed.is_empty();
                    running.extend(claimed.into_iter().map(|claimed| one(probing, claimed)));
                }
                // What runs is still written and given back.
                Err(error) => failure = Some(error),
            }
        }
        if running.is_empty() && finished.is_empty() {
            break;
        }
        let next = next(&probing.platform, &mut running, !finished.is_empty()).await;
        let is_quiet = next.is_none();
        finished.extend(next);
        if is_quiet || finished.len() >= FINISHED_MAX {
            match give_back(probing, &mut finished, &mut sweep).await {
                // Those that gave their place on a host back may let others in.
                Ok(()) => may_be_more = true,
                Err(error) => {
                    // Their leases end by themselves.
                    finished.clear();
                    failure = Some(error);
                }
            }
        }
    }
    if let Some(error) = failure {
        return Err(error);
    }
    let scope = match wanted {
        Wanted::Due(scope) => scope,
        Wanted::Changed | Wanted::Object(_) => None,
    };
    sweep.due = probing.store.due_probes(scope, Timestamp::now())?;
    Ok(sweep)
}

async fn claim<P: Outbound>(
    probing: &Probing<P>,
    wanted: Wanted,
    limit: u32,
) -> Result<Vec<LeasedProbe>> {
    let bounds = Bounds {
        limit,
        per_host: probing.settings.per_host,
    };
    let now = Timestamp::now();
    probing.store.lease_probes(wanted, bounds, now).await
}

/// The next that is over; nothing when none runs, or when others that are over have waited for it
/// long enough.
async fn next<P: Outbound>(
    platform: &P,
    running: &mut FuturesUnordered<impl Future<Output = Done>>,
    others_wait: bool,
) -> Option<Done> {
    if !others_wait {
        return running.next().await;
    }
    let waiting = std::pin::pin!(platform.sleep(GATHERING));
    match select(running.next(), waiting).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => None,
    }
}

/// Probes one object now, whoever else is at it, and answers it as it then is.
///
/// # Errors
/// [`Error::NotFound`] when it was deleted meanwhile. Those of [`Probing::probe`] and
/// [`Probing::write`].
pub(super) async fn now<P: Outbound>(probing: &Probing<P>, object: Object) -> Result<Object> {
    let bounds = Bounds {
        limit: 1,
        per_host: u32::MAX,
    };
    let claimed = probing
        .store
        .lease_probes(Wanted::Object(object.uid), bounds, Timestamp::now())
        .await?;
    let claimed = claimed
        .into_iter()
        .next()
        .ok_or_else(|| Error::not_found(object.kind, object.name))?;
    let found = probing.probe(&claimed).await?;
    let written = probing.write(claimed.object.clone(), &found).await?;
    let mut hosts = Hosts::default();
    let due = hosts.settle(&claimed, &found, Timestamp::now());
    hosts.note(probing).await?;
    probing.store.finish_probes(&[(claimed, due)]).await?;
    Ok(written)
}

async fn one<P: Outbound>(probing: &Probing<P>, claimed: LeasedProbe) -> Done {
    let found = probing.probe(&claimed).await;
    Done { claimed, found }
}

/// Writes what was found and gives the leases back, each for all in one statement. What could not
/// be probed or written because of the store is due again after the usual time.
async fn give_back<P: Outbound>(
    probing: &Probing<P>,
    finished: &mut Vec<Done>,
    sweep: &mut Sweep,
) -> Result<()> {
    if finished.is_empty() {
        return Ok(());
    }
    let written = probing.write_all(finished.iter().filter_map(|done| {
        let found = done.found.as_ref().ok()?;
        Some((&done.claimed.object, found))
    }));
    let mut written = written.await.into_iter();
    let now = Timestamp::now();
    let mut hosts = Hosts::default();
    let mut given_back = Vec::with_capacity(finished.len());
    for Done { claimed, found } in finished.drain(..) {
        let found = found.and_then(|found| written.next().unwrap_or(Ok(())).map(|()| found));
        sweep.probed = sweep.probed.saturating_add(1);
        let due = match found {
            Ok(found) => {
                sweep.ready = sweep.ready.saturating_add(u64::from(found.is_ready()));
                hosts.settle(&claimed, &found, now)
            }
            Err(error) => {
                probing.platform.fault("probe", &error);
                sweep.failed = sweep.failed.saturating_add(1);
                schedule::due(now, schedule::INTERVAL_DEFAULT, random())
            }
        };
        given_back.push((claimed, due));
    }
    hosts.note(probing).await?;
    probing.store.finish_probes(&given_back).await
}

/// What became known of hosts.
#[derive(Default)]
struct Hosts {
    silent: Vec<SilentHost>,
    answering: Vec<String>,
}

impl Hosts {
    /// Remembers whether the host answered, and says when the object is due again. A host that is
    /// silent is asked again when it is no longer left alone, so that what comes back is seen
    /// to.
    fn settle(&mut self, claimed: &LeasedProbe, found: &Findings, now: Timestamp) -> Timestamp {
        let due = schedule::due(now, found.interval, random());
        let host = &claimed.host;
        let is_silent = found.host_answers == Some(false);
        if host.is_empty() {
            return due;
        }
        if is_silent || found.retry_after.is_some() {
            let failures = if is_silent {
                claimed.failures.saturating_add(1)
            } else {
                0
            };
            let not_before = schedule::backoff(now, failures, found.retry_after);
            self.silent.push(SilentHost {
                host: host.clone(),
                failures,
                not_before,
            });
            return due
                .min(not_before)
                .max(now.plus_seconds(schedule::INTERVAL_MIN));
        }
        if claimed.failures > 0 && found.host_answers == Some(true) {
            self.answering.push(host.clone());
        }
        due
    }

    async fn note<P: Outbound>(&self, probing: &Probing<P>) -> Result<()> {
        probing.store.note_answering_hosts(&self.answering).await?;
        probing.store.note_silent_hosts(&self.silent).await
    }
}

fn random() -> u32 {
    hub::id::random_bytes().map_or(0, u32::from_le_bytes)
}

/// Probes what is due of a scope when the answer is out, unless this instance is at it.
pub(super) fn in_background<P: Outbound>(probing: Probing<P>, scope: ScopeId) {
    if !IN_BACKGROUND.with_borrow_mut(|scopes| scopes.insert(scope)) {
        return;
    }
    let platform = probing.platform.clone();
    platform.spawn(async move {
        if let Err(error) = run(&probing, Wanted::Due(Some(scope))).await {
            probing.platform.fault("sweep", &error);
        }
        IN_BACKGROUND.with_borrow_mut(|scopes| scopes.remove(&scope));
    });
}
