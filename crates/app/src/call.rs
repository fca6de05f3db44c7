//! A request that may be carried out, and what use cases need for that.

use std::rc::Rc;

use hub::class::Classes;
use hub::error::{Error, Result};
use hub::scope::Scope;
use store::Store;

use crate::caller::Caller;
use crate::classes;
use crate::idempotency::Idempotency;
use crate::ports::Platform;
use crate::seen_classes::SeenClasses;
use crate::settings::Settings;

/// A request that may be carried out: who calls, in which scope, and what with.
pub struct Call<P: Platform> {
    /// Who calls.
    pub caller: Caller,
    /// The settings of this deployment.
    pub settings: &'static Settings,
    pub store: Store<P::Database>,
    /// What it runs on.
    pub platform: P,
    /// The dialect of the request.
    pub dialect: &'static str,
    /// The name by which the caller owns what it writes, where the dialect keeps track of that.
    pub(crate) manager: Option<String>,
    /// What the request is to leave behind, so that it can be repeated without being carried out
    /// again.
    pub(crate) idempotency: Option<Idempotency>,
}

impl<P: Platform> Call<P> {
    /// A call of a caller. What else belongs to it, [`perform`] finds in the request.
    pub fn new(
        caller: Caller,
        settings: &'static Settings,
        store: Store<P::Database>,
        platform: P,
        dialect: &'static str,
    ) -> Self {
        Self {
            caller,
            settings,
            store,
            platform,
            dialect,
            manager: None,
            idempotency: None,
        }
    }

    /// The scope that the request acts on.
    ///
    /// # Errors
    /// [`Error::Internal`] for routes that have none.
    pub(crate) fn scope(&self) -> Result<&Scope> {
        self.caller
            .scope
            .as_ref()
            .ok_or_else(|| Error::Internal("the route has no scope".to_owned()))
    }

    /// The classes that connectors of the scope can have.
    ///
    /// # Errors
    /// Those of [`Store::classes`].
    pub(crate) fn classes(&self) -> Result<Rc<Classes>> {
        classes::of(&self.store, self.scope()?.id, self.caller.classes_at)
    }

    /// The same as objects.
    ///
    /// # Errors
    /// Those of [`SeenClasses::of`].
    pub(crate) fn seen_classes(&self) -> Result<SeenClasses<P::Database>> {
        SeenClasses::of(&self.store, self.scope()?)
    }

    /// Does work when the response is out. It ends with the instance.
    pub(crate) fn after_response(
        &self,
        what: &'static str,
        work: impl Future<Output = Result<()>> + 'static,
    ) {
        let platform = self.platform.clone();
        self.platform.spawn(async move {
            match work.await {
                // Others write: whoever comes next goes on.
                Ok(()) | Err(Error::Unavailable { .. }) => {}
                Err(error) => platform.fault(what, &error),
            }
        });
    }
}
