//! Carries out a command: what was done for the same idempotency key before, or else the use case
//! that it is for.

use api::request::Request;
use hub::command::{Export, Import, Invocation, Outcome, Probe, Update};
use hub::error::Result;
use hub::time::Timestamp;

use crate::call::Call;
use crate::idempotency::Idempotency;
use crate::mutation::carry_out;
use crate::operating::Operating;
use crate::outbound::Outbound;
use crate::ports::Platform;
use crate::world::Live;
use crate::{change, classes, create, jobs, probe, read, uploads};

/// A command that can be carried out.
pub trait Perform<P: Platform>: Sized {
    /// Carries it out.
    ///
    /// # Errors
    /// Those of its use case.
    fn perform(self, call: Call<P>) -> impl Future<Output = Result<Outcome>>;
}

/// Carries out what a dialect made of a request.
///
/// # Errors
/// Those of the use case and of the idempotency key.
pub async fn perform<P: Platform, C: Perform<P>>(
    request: &Request,
    invocation: Invocation<C>,
    mut call: Call<P>,
) -> Result<Outcome> {
    let (store, caller) = (call.store.clone(), &call.caller);
    let with_classes = caller.scope.as_ref().filter(|_| invocation.with_classes);
    let with_classes = with_classes.map(|scope| (scope.id, caller.classes_at));
    let mut idempotency = Idempotency::of(request, caller, &call.settings.vault)?;
    let replayed = match &mut idempotency {
        Some(idempotency) => idempotency.replay(&store)?,
        None => None,
    };
    let outcome = match replayed {
        Some(outcome) => outcome,
        None => {
            call.manager = invocation.manager;
            call.idempotency.clone_from(&idempotency);
            match (invocation.command.perform(call).await, idempotency) {
                // A request with the same key may have been quicker.
                (Err(error), Some(mut idempotency)) => idempotency.replay(&store)?.ok_or(error)?,
                (outcome, _) => outcome?,
            }
        }
    };
    Ok(match with_classes {
        Some((scope, at)) => {
            Outcome::WithClasses(Box::new(outcome), classes::of(&store, scope, at)?)
        }
        None => outcome,
    })
}

impl<P: Platform> Perform<P> for Import {
    async fn perform(self, call: Call<P>) -> Result<Outcome> {
        match self {
            Self::Connector(connector) => carry_out(&call, &*connector).await,
            Self::Object(object) => carry_out(&call, &*object).await,
            Self::Clone(clone) => carry_out(&call, &clone).await,
            Self::Scope { name, settings } => {
                carry_out(&call, &create::PutScope { name, settings }).await
            }
            Self::Key(key) => carry_out(&call, &create::CreateKey::new(key)?).await,
            Self::Class { name, doc } => carry_out(&call, &create::PutClass { name, doc }).await,
            Self::Operate(operate) => operating(&call, &operate).await,
            Self::Upload(uid, content) => uploads::put(&call, uid, &content).await,
            Self::StartJob(job) => jobs::start(&call, *job).await,
            Self::GetJob(tasks, uid) => jobs::status(&call, tasks, uid),
            Self::GetArtifact(tasks, uid) => jobs::artifact(&call, tasks, uid),
            Self::RunJobs => jobs::run(&call).await,
        }
    }
}

impl<P: Platform> Perform<P> for Export {
    async fn perform(self, call: Call<P>) -> Result<Outcome> {
        match self {
            Self::Health => Ok(Outcome::Healthy),
            Self::IssueToken {
                client_id,
                client_secret,
            } => read::keys::token(&call, &client_id, &client_secret),
            Self::GetScope => Ok(Outcome::Scope(call.scope()?.clone(), false)),
            Self::ListScopes => call.store.scopes().map(Outcome::Scopes),
            Self::History(query) => {
                let history = call.store.scope_history(call.scope()?.id, &query)?;
                Ok(Outcome::History(history))
            }
            Self::Fingerprints(kind, by) => read::fingerprints::of(&call, kind, &by),
            Self::ListKeys => call.store.keys(call.scope()?.id).map(Outcome::Keys),
            Self::GetKey(uid) => read::keys::get(&call, uid),
            Self::GetClass(name) => read::classes::get(&call, name),
            Self::ListClasses => read::classes::list(&call),
            Self::Get(kind, by) => read::objects::get(call, kind, &by),
            Self::Describe => Ok(Outcome::Describe),
            Self::ListSelected(wanted) => read::select_seen(&call, &wanted).map(Outcome::ListPage),
            Self::Watch(watch) => read::watch::begin(call, *watch),
            Self::List(query) => read::objects::list(&call, query),
            Self::Read(reading) => {
                let computed = reading
                    .0
                    .answer(&Live::new(&call, &[], Timestamp::now())?)?;
                Ok(Outcome::Answered(Box::new(computed)))
            }
            Self::Upload(uid) => uploads::download(&call, uid).await,
            Self::StartJob(job) => jobs::start_export(&call, *job).await,
            Self::GetJob(tasks, uid) => jobs::status_of_export(&call, tasks, uid),
            Self::GetArtifact(tasks, uid) => jobs::artifact(&call, tasks, uid),
        }
    }
}

impl<P: Platform> Perform<P> for Update {
    async fn perform(self, call: Call<P>) -> Result<Outcome> {
        match self {
            Self::RevokeKey(uid) => carry_out(&call, &change::RevokeKey(uid)).await,
            Self::DeleteClass(name) => carry_out(&call, &change::DeleteClass(name)).await,
            Self::Purge(batch) => change::purge(&call, batch).await,
            Self::Object(update) => carry_out(&call, &*update).await,
            Self::Objects(each) => change::update_each(&call, &each).await,
            Self::Delete(delete) => carry_out(&call, &delete).await,
            Self::Operate(operate) => operating(&call, &operate).await,
        }
    }
}

impl<P: Outbound> Perform<P> for Probe {
    async fn perform(self, call: Call<P>) -> Result<Outcome> {
        probe::perform(&call, self).await
    }
}

async fn operating<P: Platform>(
    call: &Call<P>,
    operate: &hub::command::Operate,
) -> Result<Outcome> {
    carry_out(call, &Operating::prepare(call, operate).await?).await
}
