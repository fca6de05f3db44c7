//! Group commit: requests of an instance that arrive while a statement runs share the next one,
//! each with its own verdict. A commit to disk costs the same for one plan as for a hundred.
//!
//! A request that finds nobody writing is the leader: it writes its own plans and those of all that
//! wait, in one batch. Afterwards it makes the first one that came meanwhile the leader, so nobody
//! serves others for long and a lone writer waits for nobody. Leadership is a value, `Leader`:
//! dropped in any way, with a request that is given up or with an unread message, it goes on to the
//! next.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::backoff::Backoff;
use crate::batch::{self, Outcome};
use crate::database::{Columns, Database, Failure};
use crate::reply::{self, Receiver, Sender};
use crate::statements::{Encoded, NEWEST_REVISION};

/// The most plans in a statement: beyond it the commit to disk is no longer what a plan costs most.
pub(crate) const BATCH_PLANS: usize = 256;
/// The most bytes in a statement made of several requests: the guest, the host and SQLite each hold
/// a copy.
pub(crate) const BATCH_BYTES: usize = 4 << 20;
/// How long a request waits for its turn and for other instances before it is told to come back,
/// unless said otherwise.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The requests of an instance that want to write.
pub struct Queue {
    timeout: Duration,
    state: RefCell<State>,
}

impl Default for Queue {
    fn default() -> Self {
        Self::with_timeout(TIMEOUT)
    }
}

#[derive(Default)]
struct State {
    /// A revision that is there: whatever is written from now on is newer.
    floor: Option<i64>,
    /// Whether there is a [`Leader`].
    has_leader: bool,
    waiting: VecDeque<Job>,
}

/// The plans of one request.
struct Job {
    plans: Rc<[Encoded]>,
    deadline: Instant,
    reply: Sender<Message>,
}

enum Message {
    /// The leader did it.
    Done(Vec<Outcome>),
    /// Nobody did it yet: do it, and what else waits.
    Lead(Leader, Instant),
}

/// The right and the duty to write, of which there is one an instance.
struct Leader(Rc<Queue>);

impl Drop for Leader {
    fn drop(&mut self) {
        let next = self.0.next();
        if let Some(job) = next {
            // If it has just gone, the unread message is dropped, and the leader in it goes on from
            // here.
            job.reply
                .send(Message::Lead(Self(self.0.clone()), job.deadline));
        }
    }
}

impl Queue {
    /// A queue whose requests wait this long at most.
    pub fn with_timeout(timeout: Duration) -> Self {
        Self {
            timeout,
            state: RefCell::default(),
        }
    }

    /// Writes the plans of one request, which are bounded by [`BATCH_PLANS`] and are not empty. One
    /// outcome a plan.
    pub(crate) async fn submit<D: Database>(
        self: &Rc<Self>,
        database: &D,
        plans: Rc<[Encoded]>,
    ) -> Vec<Outcome> {
        let deadline = Instant::now() + self.timeout;
        let floor = match self.floor(database) {
            Ok(floor) => floor,
            Err(failure) => return vec![Outcome::Failed(failure); plans.len()],
        };
        let message = match self.join(&plans, deadline) {
            Joined::Leading(leader) => Some(Message::Lead(leader, deadline)),
            Joined::Waiting(message) => message.receive().await,
        };
        match message {
            Some(Message::Lead(leader, deadline)) => {
                leader.carry_out(database, &plans, floor, deadline).await
            }
            Some(Message::Done(outcomes)) => outcomes,
            // The leader was given up in the middle. What it began goes on in the host.
            None => {
                let plans: Vec<&Encoded> = plans.iter().collect();
                let reason = "the request that wrote for others was given up";
                batch::what_became_of(database, &plans, floor, reason).await
            }
        }
    }

    /// Read once, then it follows what is written here.
    fn floor<D: Database>(&self, database: &D) -> Result<i64, Failure> {
        if let Some(floor) = self.state.borrow().floor {
            return Ok(floor);
        }
        let row = database
            .read(NEWEST_REVISION, Vec::new())?
            .into_iter()
            .next();
        let revision = row.and_then(|row| Columns::new(row).integer().ok());
        let floor = revision.unwrap_or_default();
        self.state.borrow_mut().floor = Some(floor);
        Ok(floor)
    }

    fn raise_floor(&self, outcomes: &[Outcome]) {
        let newest = outcomes.iter().filter_map(|outcome| match outcome {
            Outcome::Written(revisions) => revisions.last().copied(),
            Outcome::Refused | Outcome::Failed(_) => None,
        });
        let mut state = self.state.borrow_mut();
        state.floor = newest.max().max(state.floor);
    }

    /// The first one that still waits. Nobody leads if there is none.
    fn next(&self) -> Option<Job> {
        let mut state = self.state.borrow_mut();
        while let Some(job) = state.waiting.pop_front() {
            if job.reply.is_awaited() {
                return Some(job);
            }
        }
        state.has_leader = false;
        None
    }

    fn join(self: &Rc<Self>, plans: &Rc<[Encoded]>, deadline: Instant) -> Joined {
        let mut state = self.state.borrow_mut();
        if !state.has_leader {
            state.has_leader = true;
            return Joined::Leading(Leader(self.clone()));
        }
        let (reply, message) = reply::channel();
        state.waiting.push_back(Job {
            plans: plans.clone(),
            deadline,
            reply,
        });
        Joined::Waiting(message)
    }
}

enum Joined {
    Leading(Leader),
    Waiting(Receiver<Message>),
}

impl Leader {
    /// Writes `own` and what waits, and gives the outcomes of `own`.
    async fn carry_out<D: Database>(
        self,
        database: &D,
        own: &Rc<[Encoded]>,
        floor: i64,
        deadline: Instant,
    ) -> Vec<Outcome> {
        let mut backoff = Backoff::default();
        let (others, outcomes) = loop {
            let others = self.others(own);
            let theirs = others.iter().flat_map(|job| job.plans.iter());
            let plans: Vec<&Encoded> = own.iter().chain(theirs).collect();
            match batch::attempt(database, &plans).await {
                Err(Failure::Busy) if Instant::now() < deadline => self.put_back(others),
                answer => {
                    let outcomes = batch::settle(database, &plans, answer, floor, deadline).await;
                    break (others, outcomes);
                }
            }
            // Whoever comes meanwhile is taken along by the next attempt.
            backoff.wait(database).await;
        };
        self.0.raise_floor(&outcomes);
        let mut outcomes = outcomes.into_iter();
        drop(self);
        let own = outcomes.by_ref().take(own.len()).collect();
        for job in others {
            let theirs = outcomes.by_ref().take(job.plans.len()).collect();
            // Whoever gave up waiting does not hear of it.
            job.reply.send(Message::Done(theirs));
        }
        own
    }

    fn put_back(&self, others: Vec<Job>) {
        let mut state = self.0.state.borrow_mut();
        for job in others.into_iter().rev() {
            state.waiting.push_front(job);
        }
    }

    /// The requests that wait, as many as fit into one statement with `own`. Those that gave up are
    /// forgotten.
    fn others(&self, own: &[Encoded]) -> Vec<Job> {
        let size = |plans: &[Encoded]| plans.iter().map(Encoded::bytes).sum::<usize>();
        let mut count = own.len();
        let mut bytes = size(own);
        let mut others = Vec::new();
        let mut state = self.0.state.borrow_mut();
        while let Some(job) = state.waiting.pop_front() {
            if !job.reply.is_awaited() {
                continue;
            }
            count = count.saturating_add(job.plans.len());
            bytes = bytes.saturating_add(size(&job.plans));
            if count > BATCH_PLANS || bytes > BATCH_BYTES {
                state.waiting.push_front(job);
                break;
            }
            others.push(job);
        }
        others
    }
}
