//! A scope is an organisation here.

use hub::error::Result;
use hub::id::Uid;
use hub::scope::{Scope, ScopeName};
use hub::time::Timestamp;
use serde_json::Value;

/// The id of an organisation: a ULID.
pub struct Organisation;

impl ScopeName for Organisation {
    fn dialect(&self) -> &'static str {
        "versori"
    }

    fn member(&self) -> &'static str {
        "organisationId"
    }

    fn parameter(&self) -> Option<&'static str> {
        Some("organisation")
    }

    fn form(&self) -> &'static str {
        "a ULID"
    }

    fn parse(&self, given: &Value) -> Option<Value> {
        Some(Value::String(Uid::parse_ulid(given.as_str()?)?.ulid()))
    }

    fn generate(&self, _scope: &str, now: Timestamp) -> Result<Value> {
        Ok(Value::String(Uid::new(now)?.ulid()))
    }
}

/// The organisation that a scope is.
pub fn organisation_id(scope: &Scope) -> &str {
    scope.text_in(Organisation.dialect())
}
