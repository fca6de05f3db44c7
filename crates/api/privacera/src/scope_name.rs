//! A scope is a runtime plane here.

use hub::error::Result;
use hub::id::random_bytes;
use hub::scope::{DEFAULT_SCOPE, Scope, ScopeName};
use hub::time::Timestamp;
use serde_json::Value;

/// The id of a runtime plane: a positive integer.
pub struct RuntimePlane;

impl ScopeName for RuntimePlane {
    fn dialect(&self) -> &'static str {
        "privacera"
    }

    fn member(&self) -> &'static str {
        "runtimePlaneId"
    }

    fn form(&self) -> &'static str {
        "a positive integer"
    }

    fn parse(&self, given: &Value) -> Option<Value> {
        let id = given.as_i64().filter(|id| *id > 0)?;
        Some(Value::from(id))
    }

    /// One that fits the integers of every client. Where it is taken, the scope is not created.
    fn generate(&self, scope: &str, _now: Timestamp) -> Result<Value> {
        if scope == DEFAULT_SCOPE {
            return Ok(Value::from(1));
        }
        let random = u32::from_le_bytes(random_bytes()?) >> 1;
        Ok(Value::from(random.max(1)))
    }
}

/// The runtime plane that a scope is; 0 for none.
pub fn runtime_plane_id(scope: &Scope) -> i64 {
    let id = scope.name_in(RuntimePlane.dialect());
    id.and_then(Value::as_i64).unwrap_or_default()
}
