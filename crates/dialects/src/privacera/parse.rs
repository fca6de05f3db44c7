//! Requests.

use hub::command::{By, ClassUse, Command, CreateConnector};
use hub::error::Result;
use hub::object::Kind;
use hub::plan::Claim;

use super::wire;
use crate::preview;
use crate::request::Request;

/// How template and payload are merged (reference/privacera.md, "Merge before create"): only the applications of
/// the payload, each over the template of its type, rows by name.
const TEMPLATE_RULES: &str = r#"{"lists": [
    {"path": "/applications", "key": "appType", "select": "payload"},
    {"path": "/applications/*/appConfigs", "key": "name", "select": "union"},
    {"path": "/applications/*/deployConfigs", "key": "name", "select": "union"}
]}"#;

/// `POST /v2/runtime/connector/import`
pub fn import(request: &Request) -> Result<Command> {
    let body = request.declared_json()?;
    let preview = preview::is_wanted(request)?;
    let import = wire::read(body)?;
    Ok(Command::CreateConnector(Box::new(CreateConnector {
        name: import.name,
        class: ClassUse {
            name: import.class,
            field: "datasourceType",
            rules: TEMPLATE_RULES,
        },
        doc: import.doc,
        claim: Claim::Name,
        preview,
    })))
}

/// `POST /v2/runtime/connector/{name}/probe`
pub fn probe(request: &Request) -> Result<Command> {
    Ok(Command::Probe(By::Name(request.param("name").to_owned())))
}

/// `GET /v2/runtime/connector/{name}/export`
pub fn export(request: &Request) -> Result<Command> {
    Ok(Command::Get(
        Kind::Connector,
        By::Name(request.param("name").to_owned()),
    ))
}
