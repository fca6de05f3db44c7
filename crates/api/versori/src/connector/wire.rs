//! Connectors as they are sent and answered (Connector and ConnectorUpdate of the published form).

use hub::class::{Class, Classes};
use hub::error::{FieldCode, FieldError};
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::object::{Kind, Object};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::document::{self, BIGQUERY, HTTP, OPTIONAL};
use crate::auth::config;
use crate::connection::variables;
use crate::connection::wire::{self as connection, ConnectionBody};
use crate::family::Family;
use crate::rules;
use crate::secrets;
use crate::text::Members;
use crate::version::wire::{self as version, VersionBody};

/// How an update is merged: the published description of UpdateConnector and ConnectorUpdate. What
/// is not named here is replaced, or unset when it is left out.
pub(crate) const UPDATE_RULES: &str = r#"{
    "immutable": [{"path": "/id"}, {"path": "/organisationId"}, {"path": "/protocol"}],
    "keep": ["/connectionVariables"],
    "reorder_only": [{"path": "/authSchemeConfigIds"}]
}"#;

/// A Connector.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectorBody {
    #[serde(flatten)]
    head: Head,
    auth_scheme_configs: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    connection_variables: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    categories: Vec<Value>,
    connections: Vec<ConnectionBody>,
    versions: Vec<VersionBody>,
    created_at: String,
    updated_at: String,
}

/// What all forms of a connector begin with.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    id: String,
    organisation_id: String,
    name: String,
    public: bool,
    #[serde(rename = "documentationURL", skip_serializing_if = "Option::is_none")]
    documentation_url: Option<Value>,
    #[serde(rename = "imageURL", skip_serializing_if = "Option::is_none")]
    image_url: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Value>,
    #[serde(flatten)]
    protocol: Protocol,
}

/// What only connectors of one protocol have.
#[derive(Debug, Serialize)]
#[serde(
    tag = "protocol",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
enum Protocol {
    Http { base_url: String },
    Bigquery { dataset_id: Value },
}

/// What an update can change of a connector, and what it must repeat.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Editable {
    #[serde(flatten)]
    head: Head,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_variables: Option<Value>,
    auth_scheme_config_ids: Vec<Value>,
}

impl Editable {
    /// Of a connector.
    pub(crate) fn of(connector: &Object, organisation: &str, classes: &Classes) -> Self {
        let class = secrets::class_of(connector, classes);
        let connector = &secrets::shown_object(connector, class);
        let configs = document::list(connector, "authSchemeConfigs").iter();
        Self {
            head: Head::of(connector, organisation, class),
            connection_variables: document::extension(connector, "connectionVariables").cloned(),
            auth_scheme_config_ids: configs
                .filter_map(|config| config.get("id").cloned())
                .collect(),
        }
    }
}

impl Head {
    /// Of a connector as it may be shown.
    fn of(connector: &Object, organisation: &str, class: Option<&Class>) -> Self {
        let optional = |name| document::extension(connector, name).cloned();
        Self {
            id: connector.uid.ulid(),
            organisation_id: organisation.to_owned(),
            name: connector.name.clone(),
            public: document::is_public(connector),
            documentation_url: optional("documentationURL"),
            image_url: optional("imageURL"),
            tags: optional("tags"),
            protocol: match document::protocol(connector) {
                BIGQUERY => Protocol::Bigquery {
                    dataset_id: document::dataset(connector, class),
                },
                _ => Protocol::Http {
                    base_url: document::base_url(connector, class).to_owned(),
                },
            },
        }
    }
}

/// A connector as it is read.
pub(crate) fn print(family: &Family, organisation: &str, classes: &Classes) -> ConnectorBody {
    let class = secrets::class_of(&family.connector, classes);
    let connector = &secrets::shown_object(&family.connector, class);
    let credentials = family.credentials();
    let list = |name| document::list(connector, name).to_vec();
    let configs = document::list(connector, "authSchemeConfigs").iter();
    let connections = family.of(Kind::Connection);
    let versions = family.of(Kind::Version);
    ConnectorBody {
        head: Head::of(connector, organisation, class),
        auth_scheme_configs: configs
            .filter_map(Value::as_object)
            .map(|stored| config::print(stored, &credentials, organisation))
            .collect(),
        connection_variables: list("connectionVariables"),
        categories: list("categories"),
        connections: connections
            .map(|one| connection::print(one, &credentials, organisation))
            .collect(),
        versions: versions.map(|one| version::print(one, family)).collect(),
        created_at: connector.created_at.rfc3339_millis(),
        updated_at: connector.updated_at.rfc3339_millis(),
    }
}

/// Reads an update: what of it counts, and what is wrong with it. Null is the same as left out, and
/// what is as it is shown is never wrong.
pub(crate) fn read_update(
    body: &Value,
    shown: &Map<String, Value>,
    faults: &mut FieldErrors,
) -> Map<String, Value> {
    let Some(fields) = faults.object("", body) else {
        return Map::new();
    };
    for name in ["id", "organisationId"] {
        fields.string(name, faults);
    }
    read_common(&fields, shown, faults);
    let changed = |name: &str| fields.get(name).is_none() || fields.get(name) != shown.get(name);
    let protocol = fields
        .string("protocol", faults)
        .and_then(|_| fields.optional_choice("protocol", &[HTTP, BIGQUERY], faults));
    let own: &[&str] = match protocol {
        Some(BIGQUERY) => {
            if changed("datasetId") {
                fields.string("datasetId", faults);
                dataset(&fields, faults);
            }
            &["datasetId"]
        }
        Some(_) => {
            if changed("baseUrl") {
                fields.string("baseUrl", faults);
                rules::url(&fields, "baseUrl", faults);
            }
            &["baseUrl", "connectionVariables"]
        }
        None => &[],
    };
    rules::strings(&fields, "authSchemeConfigIds", false, faults);
    let common = [
        "id",
        "organisationId",
        "name",
        "protocol",
        "public",
        "authSchemeConfigIds",
    ];
    let mut known = Map::new();
    for name in common.iter().chain(&OPTIONAL).chain(own) {
        if let Some(value) = fields.get(name) {
            known.insert((*name).to_owned(), value.clone());
        }
    }
    if own.contains(&"connectionVariables")
        && let Some(variables) = variables::read(&fields, "connectionVariables", faults)
    {
        known.insert("connectionVariables".to_owned(), variables.into());
    }
    // An id may be written in lower case.
    for name in ["id", "organisationId"] {
        let uid = known.text_at(name).and_then(Uid::parse_ulid);
        if let Some(uid) = uid {
            known.insert(name.to_owned(), json!(uid.ulid()));
        }
    }
    known
}

/// What a create and an update have in common.
pub(crate) fn read_common(
    fields: &Fields<'_>,
    shown: &Map<String, Value>,
    faults: &mut FieldErrors,
) {
    let changed = |name: &str| fields.get(name).is_none() || fields.get(name) != shown.get(name);
    if changed("name") {
        fields.string("name", faults);
        rules::length(fields, "name", rules::NAME_MAX, faults);
    }
    fields.optional_bool("public", faults);
    for name in ["documentationURL", "imageURL"] {
        if fields.get(name).is_some() && changed(name) {
            rules::url(fields, name, faults);
        }
    }
    if changed("tags")
        && let Some(tags) = fields.optional_object("tags", faults)
    {
        read_tags(&tags, faults);
    }
}

/// Checks tags: lists of texts by key.
pub(crate) fn read_tags(tags: &Fields<'_>, faults: &mut FieldErrors) {
    if tags.members().len() > rules::ENTRIES_MAX {
        rules::too_many("tags", rules::ENTRIES_MAX, faults);
        return;
    }
    for key in tags.members().keys() {
        if key.trim().is_empty() || key.contains([',', ':']) {
            let message = "a tag's key must not be empty and must have neither comma nor colon";
            faults.push(FieldError::new(tags.path(key), FieldCode::Invalid, message));
        }
        rules::strings(tags, key, true, faults);
    }
}

/// `<project>.<dataset>`
pub(crate) fn dataset(fields: &Fields<'_>, faults: &mut FieldErrors) {
    let Some(text) = fields.optional_string("datasetId", faults) else {
        return;
    };
    rules::length(fields, "datasetId", rules::NAME_MAX, faults);
    let allowed = |char: char| char.is_ascii_alphanumeric() || "_-.:".contains(char);
    let whole = text
        .rsplit_once('.')
        .is_some_and(|(project, dataset)| !project.is_empty() && !dataset.is_empty());
    if !whole || !text.chars().all(allowed) {
        let message = "must be the project and the data set: <project>.<dataset>";
        faults.push(FieldError::new(
            fields.path("datasetId"),
            FieldCode::Invalid,
            message,
        ));
    }
}
