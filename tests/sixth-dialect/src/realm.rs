//! A scope is a realm here.

use hub::error::Result;
use hub::id::random_bytes;
use hub::scope::ScopeName;
use hub::time::Timestamp;
use serde_json::Value;

/// The name of a realm: `R-` and eight hex digits, in either case.
pub struct Realm;

impl ScopeName for Realm {
    fn dialect(&self) -> &'static str {
        "sixth"
    }

    fn member(&self) -> &'static str {
        "realm"
    }

    fn parameter(&self) -> Option<&'static str> {
        Some("realm")
    }

    fn form(&self) -> &'static str {
        "R- and eight hex digits"
    }

    fn parse(&self, given: &Value) -> Option<Value> {
        let name = given.as_str()?.to_ascii_uppercase();
        let digits = name.strip_prefix("R-")?;
        let is_hex = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then_some(Value::String(name))
    }

    fn generate(&self, _scope: &str, _now: Timestamp) -> Result<Value> {
        let number = u32::from_le_bytes(random_bytes()?);
        Ok(Value::String(format!("R-{number:08X}")))
    }
}
