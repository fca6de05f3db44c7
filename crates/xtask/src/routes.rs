//! The route table as JSON, for suites that walk it.

use anyhow::Result;
use registry::routes;
use serde_json::{Value, json};

pub(crate) fn table() -> Value {
    let row = |route: &api::route::Route| {
        json!({
            "operation": route.operation,
            "method": route.method.as_str(),
            "path": route.pattern,
            "dialect": route.dialect.name(),
            "function": route.function().name(),
            "access": route.access.needs(),
            "success": route.success.status.as_u16(),
            "mediaType": route.success.media_type,
        })
    };
    routes().map(row).collect()
}

/// Prints the table.
pub(crate) fn print() -> Result<()> {
    println!("{}", serde_json::to_string_pretty(&table())?);
    Ok(())
}
