//! A scope is an organisation.

use api::scope::ScopeName;
use hub::error::Result;
use hub::id::Uid;
use hub::scope::Scope;
use hub::time::Timestamp;

/// The id of an organisation: a ULID, in either case.
pub(crate) struct Organisation;

impl ScopeName for Organisation {
    fn part(&self) -> Option<&'static str> {
        Some("organisation")
    }

    fn field(&self) -> &'static str {
        "organisationId"
    }

    fn generate(&self, _scope_name: &str, now: Timestamp) -> Result<String> {
        Uid::new(now).map(Uid::ulid)
    }

    fn parse(&self, text: &str) -> Option<String> {
        Uid::parse_ulid(text).map(Uid::ulid)
    }

    fn form(&self) -> &'static str {
        "a ULID"
    }
}

/// The organisation that a scope is.
pub(crate) fn organisation_id(scope: &Scope) -> &str {
    scope.name_in("versori")
}
