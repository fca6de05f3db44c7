//! `Status`: what an API server answers where it shows no object (meta/v1, Status).

use hub::object::Object;
use serde::Serialize;

use crate::resource::Resource;

/// A `Status`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    kind: &'static str,
    api_version: &'static str,
    metadata: NoMetadata,
    status: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Details>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u16>,
}

/// The metadata of what is no object.
#[derive(Debug, Default, Serialize)]
pub(super) struct NoMetadata {}

/// What a `Status` is about.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Details {
    /// The name of the object.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The group of its resource.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub group: &'static str,
    /// Its resource, or its kind where it is not valid.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub kind: &'static str,
    /// Its uid.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// Each cause of a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub causes: Option<Vec<Cause>>,
    /// When to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u32>,
}

/// One cause of a failure.
#[derive(Debug, Serialize)]
pub(super) struct Cause {
    /// Its reason, in CamelCase.
    pub reason: &'static str,
    /// What is wrong.
    pub message: String,
    /// With which field.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
}

impl Status {
    /// A success, about one object or about all of a collection.
    pub(super) fn success(resource: &Resource, object: Option<&Object>) -> Self {
        let name = object.map(|object| object.slug.clone()).unwrap_or_default();
        let uid = object.map(|object| object.uid.uuid()).unwrap_or_default();
        Self {
            status: "Success",
            details: Some(Details {
                uid,
                ..Details::of(resource, name)
            }),
            ..Self::empty()
        }
    }

    pub(super) fn failure(code: u16, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            status: "Failure",
            message: message.into(),
            reason,
            code: Some(code),
            ..Self::empty()
        }
    }

    /// The failure of a watch that cannot go on: what it would have to tell is not to be had.
    pub(super) fn expired(message: &str) -> Self {
        Self::failure(410, "Expired", message)
    }

    /// A fault of ours.
    pub(super) fn internal() -> Self {
        let message = "Internal error occurred: see the server's log";
        Self::failure(500, "InternalError", message)
    }

    /// The same about something.
    #[must_use]
    pub(super) fn about(self, details: impl Into<Option<Details>>) -> Self {
        Self {
            details: details.into(),
            ..self
        }
    }

    /// Its HTTP status code.
    pub(super) fn code(&self) -> u16 {
        self.code.unwrap_or(200)
    }

    const fn empty() -> Self {
        Self {
            kind: "Status",
            api_version: "v1",
            metadata: NoMetadata {},
            status: "",
            message: String::new(),
            reason: "",
            details: None,
            code: None,
        }
    }
}

impl Details {
    /// About an object of a resource, or all of it.
    pub(super) fn of(resource: &Resource, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            group: resource.group,
            kind: resource.plural,
            ..Self::default()
        }
    }

    /// With nothing but when to try again.
    pub(super) fn retry_after(seconds: u32) -> Self {
        Self {
            retry_after_seconds: Some(seconds),
            ..Self::default()
        }
    }
}
