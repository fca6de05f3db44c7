//! OpenAPI documents (version 3.0 and 3.1) as what a version of a connector is made of: operations
//! become actions, webhooks triggers, schemas definitions and security schemes auth scheme configs.

use hub::error::{FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use serde_json::{Value, json};

use super::operation::Reader;
use super::parts::{definition, members};
use crate::message::Message;
use crate::rules;
use crate::text::Members;

/// What a document says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Imported {
    /// Its title.
    pub title: String,
    /// What it says of itself.
    pub description: Option<String>,
    /// Its own version.
    pub version: String,
    /// Its first server.
    pub base_url: Option<String>,
    /// Configs for its security schemes, of the published form, by the names of those.
    pub configs: Vec<(String, Value)>,
    /// Its operations.
    pub actions: Vec<Value>,
    /// Its webhooks.
    pub triggers: Vec<Value>,
    /// Its schemas.
    pub definitions: Vec<Value>,
    /// What could not be taken over, and why.
    pub messages: Vec<Message>,
}

/// Reads a document, which `field` of the request has or leads to.
///
/// # Errors
/// [`hub::error::Error::Invalid`] when it is none of OpenAPI 3, or has too many parts.
pub(crate) fn read(document: &Value, field: &str) -> Result<Imported> {
    let mut faults = FieldErrors::default();
    let Some(fields) = faults.object(field, document) else {
        return faults.finish(Imported::default());
    };
    let version = fields
        .optional_string("openapi", &mut faults)
        .unwrap_or_default();
    if !version.starts_with("3.") {
        let message = "must be 3.0 or 3.1: convert documents of other versions first";
        faults.push(FieldError::new(
            fields.path("openapi"),
            FieldCode::Unsupported,
            message,
        ));
    }
    let mut imported = Imported::default();
    if let Some(info) = fields.optional_object("info", &mut faults) {
        imported.title = info
            .string("title", &mut faults)
            .unwrap_or_default()
            .to_owned();
        rules::length(&info, "title", rules::NAME_MAX, &mut faults);
        imported.version = info
            .optional_string("version", &mut faults)
            .unwrap_or_default()
            .to_owned();
        imported.description = info
            .optional_string("description", &mut faults)
            .map(str::to_owned);
    } else {
        faults.push(FieldError::required(fields.path("info")));
    }
    imported.base_url = base_url(document, &mut imported.messages);
    let mut reader = Reader::new(document, definitions(document));
    imported.actions = reader.operations("/paths")?;
    imported.triggers = reader.operations("/webhooks")?;
    imported.definitions = reader.definitions;
    imported.messages.append(&mut reader.messages);
    imported.configs = configs(document, &mut imported.messages);
    if imported.actions.is_empty() && imported.triggers.is_empty() {
        let message = Message::warning("the document has neither paths nor webhooks");
        imported.messages.push(message);
    }
    for (name, parts) in [
        ("paths", &imported.actions),
        ("components.schemas", &imported.definitions),
    ] {
        if parts.len() > rules::PARTS_MAX {
            rules::too_many(&fields.path(name), rules::PARTS_MAX, &mut faults);
        }
    }
    faults.finish(imported)
}

/// The first server, with the defaults of its variables (OpenAPI 3.1, Server Object).
fn base_url(document: &Value, messages: &mut Vec<Message>) -> Option<String> {
    let server = document.pointer("/servers/0")?;
    let mut url = server.text_at("url")?.to_owned();
    let variables = server.get("variables").and_then(Value::as_object);
    for (name, variable) in variables.into_iter().flatten() {
        let default = variable.text_at("default").unwrap_or_default();
        url = url.replace(&format!("{{{name}}}"), default);
    }
    if url.starts_with("http://") || url.starts_with("https://") {
        return Some(url);
    }
    messages.push(Message::warning(format!(
        "servers[0].url {url:?} is not absolute: set the baseUrl of the connector"
    )));
    None
}

fn definitions(document: &Value) -> Vec<Value> {
    let schemas = members(document, "/components/schemas");
    schemas
        .map(|(name, schema)| definition(name, "application/json", schema))
        .collect()
}

fn configs(document: &Value, messages: &mut Vec<Message>) -> Vec<(String, Value)> {
    let mut configs = Vec::new();
    for (id, scheme) in members(document, "/components/securitySchemes") {
        match config(id, scheme) {
            Ok(config) => configs.push((id.clone(), config)),
            Err(reason) => messages.push(Message::warning(format!(
                "security scheme {id:?} is left out: {reason}"
            ))),
        }
    }
    configs
}

/// The config of a security scheme (OpenAPI 3.1, Security Scheme Object), or why there is none.
fn config(id: &str, scheme: &Value) -> std::result::Result<Value, String> {
    let text = |name: &str| scheme.text_at(name).unwrap_or_default();
    let description = text("description");
    let lower = text("scheme").to_ascii_lowercase();
    match (text("type"), lower.as_str()) {
        ("apiKey", _) => Ok(json!({
            "id": id, "description": description, "schemeType": "api-key", "name": text("name"), "in": text("in"),
        })),
        ("http", "basic") => {
            Ok(json!({"id": id, "description": description, "schemeType": "basic-auth"}))
        }
        ("http", "bearer") => Ok(json!({
            "id": id, "description": description, "schemeType": "api-key", "name": "Authorization", "in": "header",
        })),
        ("mutualTLS", _) => {
            Ok(json!({"id": id, "description": description, "schemeType": "certificate"}))
        }
        ("oauth2", _) => oauth2_config(id, description, scheme),
        (kind, _) => Err(format!(
            "type {kind:?} has no counterpart: add an auth scheme config by hand"
        )),
    }
}

/// Only client credentials need no credential that the document does not have.
fn oauth2_config(
    id: &str,
    description: &str,
    scheme: &Value,
) -> std::result::Result<Value, String> {
    let Some(flow) = scheme.pointer("/flows/clientCredentials") else {
        return Err(
            "its flows need a client: add an oauth2 config with its grant by hand".to_owned(),
        );
    };
    let url = |name: &str| flow.text_at(name).unwrap_or_default();
    let scopes = flow.get("scopes").and_then(Value::as_object);
    let scopes = scopes.into_iter().flatten();
    let scopes: Vec<Value> = scopes
        .map(|(name, text)| json!({"name": name, "description": text}))
        .collect();
    Ok(json!({
        "id": id, "description": description, "schemeType": "oauth2",
        "authorizeUrl": url("tokenUrl"), "tokenUrl": url("tokenUrl"), "scopes": scopes, "defaultScopes": [],
        "grant": {"grantType": "client_credentials"},
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json_or_yaml::{self, Format};
    use hub::error::Error;

    fn parse(bytes: &[u8]) -> Result<Value> {
        json_or_yaml::parse(bytes, "file", Format::Any)
    }

    fn read(document: &Value) -> Result<Imported> {
        super::read(document, "file")
    }

    const YAML: &str = r##"
openapi: 3.1.0
info: {title: Pets, version: "1.2", description: About pets}
servers:
  - url: https://{region}.example.com/v1
    variables: {region: {default: eu}}
paths:
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true}
      - {name: verbose, in: query}
    get:
      parameters: [{name: verbose, in: query, required: true}]
      responses: {"200": {content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}}
    delete: {operationId: removePet}
webhooks:
  newPet: {post: {operationId: petAdded}}
components:
  schemas: {Pet: {type: object}}
  securitySchemes:
    key: {type: apiKey, name: X-Key, in: header}
    login: {type: http, scheme: Basic}
    token: {type: http, scheme: bearer}
    oidc: {type: openIdConnect, openIdConnectUrl: https://x}
    code: {type: oauth2, flows: {authorizationCode: {}}}
    machine: {type: oauth2, flows: {clientCredentials: {tokenUrl: https://t, scopes: {a: A}}}}
"##;

    #[test]
    fn a_document_becomes_parts() {
        let imported = read(&parse(YAML.as_bytes()).unwrap()).unwrap();
        assert_eq!(imported.title, "Pets");
        assert_eq!(
            imported.base_url.as_deref(),
            Some("https://eu.example.com/v1")
        );
        let names = |parts: &[Value]| -> Vec<String> {
            parts
                .iter()
                .map(|part| part["name"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names(&imported.actions), ["get_pets_id", "removePet"]);
        assert_eq!(names(&imported.triggers), ["petAdded"]);
        assert_eq!(names(&imported.definitions), ["Pet"]);
        let ids: Vec<_> = imported
            .configs
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(ids, ["key", "login", "token", "machine"]);
        assert_eq!(imported.messages.len(), 2, "{:?}", imported.messages);
        let mut faults = FieldErrors::default();
        let configs: Vec<&Value> = imported.configs.iter().map(|(_, config)| config).collect();
        let configs = json!({"c": configs});
        let fields = faults.object("", &configs).unwrap();
        crate::auth::config::read_list(&fields, "c", &mut faults);
        faults.finish(()).unwrap();
    }

    #[test]
    fn json_reads_as_yaml_does() {
        let yaml = parse(YAML.as_bytes()).unwrap();
        assert_eq!(parse(yaml.to_string().as_bytes()).unwrap(), yaml);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        let bomb = format!(
            "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n{}",
            (0..12)
                .map(|n| {
                    let (from, to) = (char::from(b'b' + n), char::from(b'c' + n));
                    format!("{to}: &{to} [{}]\n", vec![format!("*{from}"); 9].join(","))
                })
                .collect::<String>()
        );
        let deep = format!("a: {}{}", "[".repeat(100), "]".repeat(100));
        for text in ["", "a: b: c", "\u{0}", &bomb, &deep] {
            let refused = parse(text.as_bytes()).and_then(|document| read(&document));
            assert!(
                matches!(refused, Err(Error::Invalid(_))),
                "{}",
                &text[..text.len().min(20)]
            );
        }
        for (document, field) in [
            (
                json!({"swagger": "2.0", "info": {"title": "x"}}),
                "file.openapi",
            ),
            (json!({"openapi": "3.0.3"}), "file.info"),
            (json!({"openapi": "3.0.3", "info": {}}), "file.info.title"),
        ] {
            let Err(Error::Invalid(errors)) = read(&document) else {
                panic!("{document}")
            };
            assert_eq!(errors[0].field, field);
        }
    }
}
