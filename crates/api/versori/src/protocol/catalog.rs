//! Protocols: the classes that say which one they are, in the member `versori` of their documents.

use hub::class::Class;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::operation::View;
use serde::Serialize;
use serde_json::Value;

use crate::auth::scheme::SCHEMES;

/// A protocol.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Protocol {
    /// What paths and connectors call it.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Where its icon is.
    pub icon_url: String,
    /// The schemes that its connectors can sign in with.
    pub auth_schemes: Vec<String>,
}

impl Protocol {
    /// The protocol of a class.
    fn of(class: &Class) -> Option<Self> {
        let text = |pointer: &str| class.doc.pointer(pointer).and_then(Value::as_str);
        let schemes = class
            .doc
            .pointer("/versori/authSchemes")
            .and_then(Value::as_array);
        let schemes = schemes.into_iter().flatten().filter_map(Value::as_str);
        Some(Self {
            slug: text("/versori/protocol")?.to_owned(),
            name: text("/displayName").unwrap_or(&class.name).to_owned(),
            description: text("/description").unwrap_or_default().to_owned(),
            icon_url: text("/versori/iconURL").unwrap_or_default().to_owned(),
            auth_schemes: schemes.map(str::to_owned).collect(),
        })
    }

    /// All of them, one a slug.
    ///
    /// # Errors
    /// Those of the store.
    pub(crate) fn all(view: &dyn View) -> Result<Vec<Self>> {
        let mut protocols: Vec<Self> = Vec::new();
        for protocol in view.classes()?.all().into_iter().filter_map(Self::of) {
            if !protocols.iter().any(|known| known.slug == protocol.slug) {
                protocols.push(protocol);
            }
        }
        Ok(protocols)
    }

    /// The one of that slug.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; those of the view.
    pub(crate) fn find(slug: &str, view: &dyn View) -> Result<Self> {
        // The classes of the two protocols that connectors can have are called as these are.
        if let Some(protocol) = view.classes()?.get(slug).and_then(Self::of) {
            return Ok(protocol);
        }
        let found = Self::all(view)?
            .into_iter()
            .find(|protocol| protocol.slug == slug);
        found.ok_or_else(|| Error::NotFound {
            kind: "protocol",
            name: slug.to_owned(),
        })
    }

    /// As it is read.
    pub(crate) fn print(&self) -> ProtocolBody<'_> {
        ProtocolBody {
            id: Uid::derived(&["protocol", &self.slug]).ulid(),
            slug: &self.slug,
            name: &self.name,
            description: &self.description,
            icon_url: &self.icon_url,
        }
    }

    /// Its schemes as they are read.
    pub(crate) fn print_schemes(&self) -> Vec<AuthSchemeBody<'_>> {
        let kinds = self.auth_schemes.iter();
        kinds.map(|kind| AuthSchemeBody::of(kind)).collect()
    }
}

/// A Protocol of the published form.
#[derive(Debug, Serialize)]
pub(crate) struct ProtocolBody<'p> {
    id: String,
    slug: &'p str,
    name: &'p str,
    description: &'p str,
    #[serde(rename = "iconURL")]
    icon_url: &'p str,
}

/// An AuthScheme of the published form.
#[derive(Debug, Serialize)]
pub(crate) struct AuthSchemeBody<'p> {
    id: String,
    r#type: &'p str,
    name: &'p str,
    description: &'p str,
}

impl<'p> AuthSchemeBody<'p> {
    fn of(kind: &'p str) -> Self {
        let known = SCHEMES.iter().find(|scheme| scheme.kind == kind);
        Self {
            id: Uid::derived(&["auth scheme", kind]).ulid(),
            r#type: kind,
            name: known.map_or(kind, |scheme| scheme.name),
            description: known.map_or("", |scheme| scheme.description),
        }
    }
}
