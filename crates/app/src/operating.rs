//! The operations of dialects, as mutations.

use hub::command::Operate;
use hub::error::Result;
use hub::fetch::{FetchRequest, FetchSource, Fetched};
use hub::precondition::Precondition;
use hub::time::Timestamp;

use crate::answer::Answer;
use crate::call::Call;
use crate::mutation::{Mutated, Mutation};
use crate::ports::Platform;
use crate::world::Live;
use crate::{owners, secrets, uploads};

/// An operation of a dialect, with what it asked for.
pub(crate) struct Operating<'o> {
    operate: &'o Operate,
    fetched: Vec<Option<Fetched>>,
}

impl<'o> Operating<'o> {
    /// Asks for what the operation needs from outside of the store.
    ///
    /// # Errors
    /// Those of the operation; [`Error::Invalid`] when there is no answer.
    pub(crate) async fn prepare<P: Platform>(call: &Call<P>, operate: &'o Operate) -> Result<Self> {
        let wanted = operate
            .operation
            .fetches(&Live::new(call, &[], Timestamp::now())?)?;
        let fetched = fetch_all(call, &wanted, operate.preview).await?;
        Ok(Self { operate, fetched })
    }
}

impl Mutation for Operating<'_> {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        let world = Live::new(call, &self.fetched, now)?;
        let precondition = &self.operate.precondition;
        if *precondition != Precondition::default()
            && let Some(subject) = self.operate.operation.subject(&world)?
        {
            precondition.check_tag(subject.kind, subject.tag)?;
        }
        let computed = self.operate.operation.compute(&world)?;
        if let Some(subject) = computed.subject.filter(|subject| subject.exists) {
            precondition.check_tag(subject.kind, subject.tag)?;
        }
        let mut plan = secrets::settle_plan(call, computed.plan.clone(), now)?;
        if !self.operate.preview {
            owners::note_plan(call, &mut plan, now)?;
        }
        Ok(Mutated {
            plan,
            answer: Answer::Computed(Box::new(computed)),
        })
    }

    fn is_preview(&self) -> bool {
        self.operate.preview
    }
}

/// The answers to what an operation asks for.
async fn fetch_all<P: Platform>(
    call: &Call<P>,
    asks: &[FetchRequest],
    preview: bool,
) -> Result<Vec<Option<Fetched>>> {
    let mut fetched = Vec::new();
    for ask in asks {
        if preview && ask.source.changes_something() {
            fetched.push(None);
            continue;
        }
        let reply = match &ask.source {
            FetchSource::Upload(uid) => uploads::get(call, *uid).await?,
            FetchSource::Address(outgoing) => call.platform.fetch(outgoing).await?,
        };
        fetched.push(Some(reply.map_err(|why| ask.refused(&why))?));
    }
    Ok(fetched)
}
