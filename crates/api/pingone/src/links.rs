//! `_links`: absolute addresses of what a document is and of what it belongs to.

use hub::object::Object;
use hub::scope::Scope;
use serde::Serialize;
use serde_json::{Value, json};

use crate::scope::environment_id;

use api::request::Request;

/// The addresses of one environment, as the client reaches it. They have the version even if the
/// request had none.
pub(crate) struct Links {
    environment: String,
}

impl Links {
    /// The addresses of the environment of a request.
    pub(crate) fn of(request: &Request, scope: &Scope) -> Self {
        let (origin, id) = (&request.origin, environment_id(scope));
        Self {
            environment: format!("{origin}/v1/environments/{id}"),
        }
    }

    /// The address of a connector instance.
    pub(crate) fn instance(&self, instance: &Object) -> String {
        format!(
            "{}/connectorInstances/{}",
            self.environment,
            instance.uid.hex()
        )
    }

    /// The document of a connector instance with its links, of which the one to clone it is its
    /// own.
    pub(crate) fn with_instance(&self, instance: &Object, document: Value) -> Value {
        let own = self.instance(instance);
        let links = Hrefs {
            own: Href { href: &own },
            environment: Some(self.href()),
            clone: Some(Href { href: &own }),
            next: None,
        };
        with_links(&links, document)
    }

    /// A document that is at `path` in the environment, with its links.
    pub(crate) fn with_path(&self, path: &str, document: Value) -> Value {
        let own = format!("{}{path}", self.environment);
        let links = Hrefs {
            own: Href { href: &own },
            environment: Some(self.href()),
            clone: None,
            next: None,
        };
        with_links(&links, document)
    }

    /// The same of a page of a collection. `next` is the query of the page after it.
    pub(crate) fn with_page(&self, path: &str, next: Option<&str>, document: Value) -> Value {
        let own = format!("{}{path}", self.environment);
        let next = next.map(|next| format!("{own}?{next}"));
        let links = Hrefs {
            own: Href { href: &own },
            environment: Some(self.href()),
            clone: None,
            next: next.as_deref().map(|href| Href { href }),
        };
        with_links(&links, document)
    }

    /// The document of the environment, with its links.
    pub(crate) fn with_environment(&self, document: Value) -> Value {
        let links = Hrefs {
            own: self.href(),
            environment: None,
            clone: None,
            next: None,
        };
        with_links(&links, document)
    }

    fn href(&self) -> Href<'_> {
        Href {
            href: &self.environment,
        }
    }
}

/// The links of a document.
#[derive(Serialize)]
struct Hrefs<'l> {
    #[serde(rename = "self")]
    own: Href<'l>,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<Href<'l>>,
    #[serde(
        rename = "connectorInstance.clone",
        skip_serializing_if = "Option::is_none"
    )]
    clone: Option<Href<'l>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Href<'l>>,
}

#[derive(Serialize)]
struct Href<'l> {
    href: &'l str,
}

/// The links come first, as published.
fn with_links(links: &Hrefs<'_>, mut document: Value) -> Value {
    if let Some(members) = document.as_object_mut() {
        members.shift_insert(0, "_links".to_owned(), json!(links));
    }
    document
}
