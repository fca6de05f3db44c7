//! What rows say of how an application is deployed.

use serde_json::{Map, Value, json};

use super::DEPLOY_CONFIGS;

/// The rows of a deployment that an application shows as members of its own.
pub(super) const REPLICAS: &str = "REPLICAS";
/// The tag of its image.
pub(super) const IMAGE_TAG: &str = "IMAGE_TAG";

/// How many replicas a value of a row asks for. Rows carry numbers as text as often as not.
pub(super) fn replicas(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        _ => u32::try_from(value.as_u64()?).ok(),
    }
}

/// The tag that a value of a row asks for. One like `1.2` may have come as a number.
pub(super) fn image_tag(value: &Value) -> Option<String> {
    match value {
        Value::String(tag) => Some(tag.clone()),
        Value::Number(tag) => Some(tag.to_string()),
        _ => None,
    }
}

/// The value of a row that says how an application is deployed, if it has one.
pub(super) fn row<'a>(application: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let rows = application.get(DEPLOY_CONFIGS)?.as_array()?;
    let row = rows
        .iter()
        .find(|row| row.get("name").and_then(Value::as_str) == Some(name))?;
    row.get("value").filter(|value| **value != json!(""))
}
