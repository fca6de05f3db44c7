//! Requests.

use hub::command::{ClassUse, CreateConnector, Export, Import, Invocation, ObjectRef, Probe};
use hub::object::Kind;
use hub::plan::Uniqueness;

use super::wire;
use api::preview;
use api::request::Request;
use api::route::Parsed;

/// How template and payload are merged (Import connector, "Merge before create"): only the
/// applications of the payload, each over the template of its type, rows by name.
const TEMPLATE_RULES: &str = r#"{"lists": [
    {"path": "/applications", "key": "appType", "select": "payload"},
    {"path": "/applications/*/appConfigs", "key": "name", "select": "union"},
    {"path": "/applications/*/deployConfigs", "key": "name", "select": "union"}
]}"#;

/// What comes of a command is shown as the classes of connectors say.
fn shown<C>(command: C) -> Invocation<C> {
    Invocation::from(command).with_classes()
}

/// `POST /v2/runtime/connector/import`
pub(crate) fn import(request: &Request) -> Parsed<Import> {
    let body = request.declared_json()?;
    let preview = preview::is_wanted(request)?;
    let import = wire::read(body)?;
    Ok(shown(Import::Connector(Box::new(CreateConnector {
        name: import.name,
        class: ClassUse {
            name: import.class,
            given: import.datasource_type,
            field: "datasourceType",
            rules: TEMPLATE_RULES,
        },
        doc: import.doc,
        claim: Uniqueness::Name,
        preview,
    }))))
}

/// `POST /v2/runtime/connector/{name}/probe`
pub(crate) fn probe(request: &Request) -> Parsed<Probe> {
    Ok(shown(Probe::Connector(ObjectRef::Name(
        request.param("name").to_owned(),
    ))))
}

/// `GET /v2/runtime/connector/{name}/export`
pub(crate) fn export(request: &Request) -> Parsed<Export> {
    Ok(shown(Export::Get(
        Kind::Connector,
        ObjectRef::Name(request.param("name").to_owned()),
    )))
}
