//! A scope is a tenant.

use api::scope::ScopeName;
use hub::error::Result;
use hub::scope::Scope;
use hub::time::Timestamp;

/// The name of a tenant. No path has it: it stands in the files of exports.
pub(crate) struct Tenant;

impl ScopeName for Tenant {
    fn field(&self) -> &'static str {
        "tenant"
    }

    fn generate(&self, scope_name: &str, _now: Timestamp) -> Result<String> {
        Ok(scope_name.to_owned())
    }

    fn parse(&self, text: &str) -> Option<String> {
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn form(&self) -> &'static str {
        "a text that is not empty"
    }
}

/// The tenant that a scope is.
pub(crate) fn tenant(scope: &Scope) -> &str {
    scope.name_in("sailpoint")
}
