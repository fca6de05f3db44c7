//! A scope is a realm here.

use api::scope::ScopeName;
use hub::error::Result;
use hub::id::random_bytes;
use hub::time::Timestamp;

/// The name of a realm: `R-` and eight hex digits, in either case.
pub(crate) struct Realm;

impl ScopeName for Realm {
    fn part(&self) -> Option<&'static str> {
        Some("realm")
    }

    fn field(&self) -> &'static str {
        "realm"
    }

    fn generate(&self, _scope_name: &str, _now: Timestamp) -> Result<String> {
        let number = u32::from_le_bytes(random_bytes()?);
        Ok(format!("R-{number:08X}"))
    }

    fn parse(&self, text: &str) -> Option<String> {
        let name = text.to_ascii_uppercase();
        let digits = name.strip_prefix("R-")?;
        let is_hex = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then_some(name)
    }

    fn form(&self) -> &'static str {
        "R- and eight hex digits"
    }
}
