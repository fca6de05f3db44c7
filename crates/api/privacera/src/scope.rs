//! A scope is a runtime plane.

use api::scope::ScopeName;
use hub::error::Result;
use hub::id::random_bytes;
use hub::scope::{DEFAULT_SCOPE, Scope};
use hub::time::Timestamp;
use serde_json::Value;

/// The id of a runtime plane: a positive integer. No path has it: it stands in what is answered.
pub(crate) struct RuntimePlane;

impl ScopeName for RuntimePlane {
    fn field(&self) -> &'static str {
        "runtimePlaneId"
    }

    /// A number that fits the integers of every client.
    fn generate(&self, scope_name: &str, _now: Timestamp) -> Result<String> {
        if scope_name == DEFAULT_SCOPE {
            return Ok("1".to_owned());
        }
        let number = u32::from_le_bytes(random_bytes()?) >> 1;
        Ok(number.max(1).to_string())
    }

    fn parse(&self, text: &str) -> Option<String> {
        let number: i64 = text.parse().ok()?;
        (number > 0).then(|| number.to_string())
    }

    fn form(&self) -> &'static str {
        "a positive integer"
    }

    fn json(&self, name: &str) -> Value {
        name.parse::<i64>().map_or(Value::Null, Value::from)
    }

    fn parse_json(&self, value: &Value) -> Option<String> {
        let number = value.as_i64()?;
        self.parse(&number.to_string())
    }
}

/// The runtime plane that a scope is; 0 for none.
pub(crate) fn runtime_plane_id(scope: &Scope) -> i64 {
    scope.name_in("privacera").parse().unwrap_or_default()
}
