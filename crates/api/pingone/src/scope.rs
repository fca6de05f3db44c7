//! A scope is an environment.

use api::scope::ScopeName;
use hub::error::Result;
use hub::id::Uid;
use hub::scope::Scope;
use hub::time::Timestamp;

/// The id of an environment: a UUID, in either case.
pub(crate) struct Environment;

impl ScopeName for Environment {
    fn part(&self) -> Option<&'static str> {
        Some("environment")
    }

    fn field(&self) -> &'static str {
        "environmentId"
    }

    fn generate(&self, _scope_name: &str, now: Timestamp) -> Result<String> {
        Uid::new(now).map(Uid::uuid)
    }

    fn parse(&self, text: &str) -> Option<String> {
        Uid::parse_hex(text).map(Uid::uuid)
    }

    fn form(&self) -> &'static str {
        "a UUID"
    }

    /// An environment that is not the caller's is 403, as an unknown one is.
    fn unknown_is_not_found(&self) -> bool {
        true
    }
}

/// The environment that a scope is.
pub(crate) fn environment_id(scope: &Scope) -> &str {
    scope.name_in("pingone")
}
