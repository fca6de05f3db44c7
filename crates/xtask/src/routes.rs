//! The route table as JSON, for suites that walk it.

use anyhow::Result;
use dialects::route::{Access, routes};
use serde_json::{Value, json};

/// The table.
pub fn table() -> Value {
    let row = |route: &dialects::route::Route| {
        let access = match route.access {
            Access::Public => "public".to_owned(),
            Access::Installation => "installation".to_owned(),
            Access::Scope(permission)
            | Access::Everywhere(permission)
            | Access::Shared(permission) => format!("{permission:?}").to_lowercase(),
            Access::Functions => "functions".to_owned(),
            Access::ScopeAny(permissions) => {
                let names = permissions
                    .iter()
                    .map(|permission| format!("{permission:?}").to_lowercase());
                names.collect::<Vec<_>>().join(" or ")
            }
        };
        json!({
            "method": route.method.as_str(),
            "path": route.pattern,
            "dialect": route.dialect.name(),
            "function": route.function.name(),
            "access": access,
        })
    };
    routes().map(row).collect()
}

/// Prints the table.
pub fn print() -> Result<()> {
    println!("{}", serde_json::to_string_pretty(&table())?);
    Ok(())
}
