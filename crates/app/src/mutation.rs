//! The one way to change things: a mutation is computed over a view of what is there, and what it
//! comes to is committed, all of it or nothing, together with the record of the request's
//! idempotency key.

use hub::command::{ObjectRef, Outcome};
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::operation::Computed;
use hub::plan::{Action, Plan, Uniqueness};
use hub::scope::Scope;
use hub::time::Timestamp;
use store::Committed;

use crate::answer::{Answer, of_action};
use crate::call::Call;
use crate::class_check;
use crate::idempotency::Probing;
use crate::ports::Platform;
use crate::retry::{Attempt, until_done};

/// A change that is asked for. It is computed as often as somebody else writes first.
pub(crate) trait Mutation {
    /// What changes and what is answered, as things stand.
    ///
    /// # Errors
    /// Whatever is wrong with the request, seen together with what is there.
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated>;

    /// Whether the plan is the answer, and is not carried out.
    fn is_preview(&self) -> bool {
        false
    }
}

/// What a mutation comes to.
pub(crate) struct Mutated {
    /// What changes. It may be nothing.
    pub plan: Plan,
    /// What is answered once that is done.
    pub answer: Answer,
}

impl Mutated {
    /// One that is answered with the object of its first change.
    pub(crate) fn object(plan: Plan) -> Self {
        Self {
            plan,
            answer: Answer::Object,
        }
    }

    /// One that is answered with nothing.
    pub(crate) fn done(plan: Plan) -> Self {
        Self {
            plan,
            answer: Answer::Done,
        }
    }
}

/// Carries out a mutation, or answers its plan where it is a preview.
///
/// # Errors
/// Those of the mutation and of [`store::Store::commit`]; [`Error::Conflict`] when others keep
/// coming first.
pub(crate) async fn carry_out<P: Platform>(
    call: &Call<P>,
    mutation: &impl Mutation,
) -> Result<Outcome> {
    let mut refused: Option<Refusal> = None;
    until_done(async || {
        let Mutated { mut plan, answer } = mutation.compute(call, Timestamp::now())?;
        if let Some(refusal) = refused.take().filter(|refusal| refusal.is_of(&plan)) {
            return Err(refusal.error);
        }
        class_check::check(call, &plan).await?;
        if mutation.is_preview() {
            return match foretell(call, &plan) {
                Err(error @ Error::AlreadyExists { .. }) => {
                    refused = action_of(&plan).and_then(|action| Refusal::of(action, &error));
                    Ok(Attempt::Overtaken(error))
                }
                foretold => foretold.map(|()| Attempt::Done(previewed(plan, answer))),
            };
        }
        if let Some(idempotency) = &call.idempotency {
            idempotency.record(&mut plan, &answer)?;
        }
        let action = action_of(&plan);
        match commit(call, plan, answer).await {
            Err(error) if may_be_otherwise(&error) => {
                refused = action.and_then(|action| Refusal::of(action, &error));
                Ok(Attempt::Overtaken(error))
            }
            outcome => outcome.map(Attempt::Done),
        }
    })
    .await
}

/// Whether the mutation, computed again, sees what the store refused it for. A request with the
/// same idempotency key that was quicker is no such thing: it is what is answered.
fn may_be_otherwise(error: &Error) -> bool {
    match error {
        Error::Conflict { kind, .. }
        | Error::AlreadyExists { kind, .. }
        | Error::NotFound { kind, .. } => *kind != Kind::IdempotencyRecord.as_str(),
        _ => false,
    }
}

/// What the store refused because of what is there, rather than because it was changed meanwhile.
struct Refusal {
    action: Action,
    error: Error,
}

impl Refusal {
    fn of(action: Action, error: &Error) -> Option<Self> {
        matches!(error, Error::AlreadyExists { .. } | Error::NotFound { .. }).then(|| Self {
            action,
            error: error.clone(),
        })
    }

    /// Whether a plan that was computed since does the same again: it has not made up another name,
    /// and has not found that there is something to change now.
    fn is_of(&self, plan: &Plan) -> bool {
        let Some(first) = plan.changes.first() else {
            return false;
        };
        let object = &first.object;
        first.operation == self.action
            && match &self.error {
                Error::AlreadyExists {
                    name,
                    field: "name" | "slug",
                    ..
                } => object.name == *name || object.slug == *name,
                _ => true,
            }
    }
}

fn action_of(plan: &Plan) -> Option<Action> {
    plan.changes.first().map(|change| change.operation)
}

fn previewed(plan: Plan, answer: Answer) -> Outcome {
    match answer {
        Answer::Computed(computed) => Outcome::Previewed(Box::new(Computed { plan, ..*computed })),
        _ => Outcome::Planned(plan),
    }
}

/// Refuses a plan whose claims others have, as its commit would.
fn foretell<P: Platform>(call: &Call<P>, plan: &Plan) -> Result<()> {
    for change in &plan.changes {
        let object = &change.object;
        let (by, field) = match change.claim {
            Uniqueness::None => continue,
            Uniqueness::Name => (ObjectRef::Name(object.name.clone()), "name"),
            Uniqueness::Slug => (ObjectRef::Slug(object.slug.clone()), "slug"),
        };
        if call.store.find(object.scope, object.kind, &by)?.is_some() {
            let (kind, name) = (object.kind.as_str(), by.to_string());
            return Err(Error::AlreadyExists { kind, name, field });
        }
    }
    Ok(())
}

/// Carries out a plan, all of it or nothing, and answers. Every change that a request makes is made
/// here.
async fn commit<P: Platform>(call: &Call<P>, plan: Plan, answer: Answer) -> Result<Outcome> {
    let before = plan.before.clone();
    let first = plan.changes.first();
    let first = first.map(|change| (change.operation, change.object.clone()));
    let first = first.filter(|(_, object)| object.kind != Kind::IdempotencyRecord);
    let committed = if plan.changes.is_empty() {
        Vec::new()
    } else {
        call.store.commit(plan, &call.caller.name).await?
    };
    outcome(answer, first, before, &committed)
}

fn outcome(
    answer: Answer,
    first: Option<(Action, Object)>,
    before: Option<Object>,
    committed: &[Committed],
) -> Result<Outcome> {
    let revision = committed.first().map_or(0, |first| first.revision);
    let nothing = || Error::Internal("a plan without a change".to_owned());
    let written = first.map(|(action, object)| {
        let id = match action {
            Action::Create => revision,
            Action::Update | Action::Status | Action::Delete => object.id,
        };
        let object = Object {
            id,
            revision,
            ..object
        };
        (action, object)
    });
    Ok(match answer {
        Answer::Done => Outcome::Done,
        Answer::Object => match written {
            Some((action, object)) => of_action(action, object),
            None => Outcome::Updated(before.ok_or_else(nothing)?),
        },
        Answer::Computed(mut computed) => {
            if !committed.is_empty() {
                computed.note_written();
            }
            Outcome::Answered(computed)
        }
        Answer::Class { name, doc, is_new } => Outcome::Class(name, doc, is_new),
        Answer::Scope { scope, is_new } => {
            let id = if is_new { revision } else { scope.id };
            Outcome::Scope(Scope { id, ..scope }, is_new)
        }
        Answer::Key(secret) => Outcome::NewKey(written.ok_or_else(nothing)?.1, secret),
    })
}

/// Records what probing came to, which no plan says, where the request has an idempotency key.
///
/// # Errors
/// Those of [`store::Store::commit`]; [`Error::AlreadyExists`] when a request with the same key was
/// quicker.
pub(crate) async fn record_probing<P: Platform>(
    call: &Call<P>,
    probing: &Probing<'_>,
) -> Result<()> {
    let Some(idempotency) = &call.idempotency else {
        return Ok(());
    };
    let plan = idempotency.record_probing(probing)?;
    commit(call, plan, Answer::Done).await.map(drop)
}
