//! A scope is a tenant here.

use hub::error::Result;
use hub::scope::{Scope, ScopeName};
use hub::time::Timestamp;
use serde_json::Value;

/// The name of a tenant.
pub struct Tenant;

impl ScopeName for Tenant {
    fn dialect(&self) -> &'static str {
        "sailpoint"
    }

    fn member(&self) -> &'static str {
        "tenant"
    }

    fn form(&self) -> &'static str {
        "a text that is not empty"
    }

    fn parse(&self, given: &Value) -> Option<Value> {
        let name = given.as_str().filter(|name| !name.trim().is_empty())?;
        Some(Value::from(name))
    }

    fn generate(&self, scope: &str, _now: Timestamp) -> Result<Value> {
        Ok(Value::from(scope))
    }
}

/// The tenant that a scope is.
pub fn tenant(scope: &Scope) -> &str {
    scope.text_in(Tenant.dialect())
}
