//! A scope is an environment here.

use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::Kind;
use hub::scope::{Scope, ScopeName};
use hub::time::Timestamp;
use serde_json::Value;

/// The id of an environment: a UUID.
pub struct Environment;

impl ScopeName for Environment {
    fn dialect(&self) -> &'static str {
        "pingone"
    }

    fn member(&self) -> &'static str {
        "environmentId"
    }

    fn parameter(&self) -> Option<&'static str> {
        Some("environment")
    }

    fn form(&self) -> &'static str {
        "a UUID"
    }

    fn parse(&self, given: &Value) -> Option<Value> {
        Some(Value::String(Uid::parse_hex(given.as_str()?)?.uuid()))
    }

    fn generate(&self, _scope: &str, now: Timestamp) -> Result<Value> {
        Ok(Value::String(Uid::new(now)?.uuid()))
    }

    /// As if it were not there: PingOne does not tell the two apart.
    fn of_another(&self, name: &str) -> Error {
        Error::not_found(Kind::Scope, name)
    }
}

/// The environment that a scope is.
pub fn environment_id(scope: &Scope) -> &str {
    scope.text_in(Environment.dialect())
}
