//! Watches: one line of JSON an event.

use bytes::Bytes;
use futures::StreamExt;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::Object;
use hub::time::Timestamp;
use hub::watch::{Event, Events, From, Watch};
use serde_json::{Value, json};

use super::resource::Resource;
use super::table::{self, Form, Included};
use super::{error, list, selector, wire};
use api::request::Request;
use api::response::{Response, Stream};

/// What a watch asks for.
///
/// # Errors
/// [`Error::Malformed`] when a selector or a number cannot be read; [`Error::Invalid`] when parameters do not go together.
pub fn parse(request: &Request, resource: &Resource) -> Result<Watch> {
    let flag = |name: &str| matches!(request.query(name), Some("true" | "1"));
    let initial = flag("sendInitialEvents");
    let matches = request.query("resourceVersionMatch").unwrap_or_default();
    if initial != (matches == "NotOlderThan") || !initial && !matches.is_empty() {
        let message = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan, which no other watch may have";
        return Err(Error::field(FieldError::new(
            "resourceVersionMatch",
            FieldCode::Invalid,
            message,
        )));
    }
    let version: i64 = list::number(request, "resourceVersion")?.unwrap_or_default();
    let from = if initial || version == 0 {
        From::Now
    } else {
        From::After(version)
    };
    Ok(Watch {
        kind: resource.hub,
        selector: selector::of_request(request)?,
        from,
        mark_initial: initial && flag("allowWatchBookmarks"),
        bookmarks: flag("allowWatchBookmarks"),
        seconds: list::number(request, "timeoutSeconds")?.filter(|seconds| *seconds > 0),
    })
}

/// Streams events in the form that the request accepts.
pub fn response(request: &Request, resource: &'static Resource, events: Events) -> Response {
    let printer = Printer {
        resource,
        form: table::form(request),
        included: table::included(request),
        began: false,
    };
    let lines = events.0.scan(printer, |printer, event| {
        let line = printer.line(event);
        futures::future::ready(Some(line))
    });
    Response::streamed("application/json", Stream(Box::pin(lines)))
}

struct Printer {
    resource: &'static Resource,
    form: Form,
    included: Included,
    /// Whether a table has been sent: only the first one says what its columns are.
    began: bool,
}

impl Printer {
    fn line(&mut self, event: Event) -> Bytes {
        let (kind, object) = match event {
            Event::Added(object, scope) => ("ADDED", self.object(&object, &scope)),
            Event::Modified(object, scope) => ("MODIFIED", self.object(&object, &scope)),
            Event::Deleted(object, scope) => ("DELETED", self.object(&object, &scope)),
            Event::Bookmark(revision, initial) => ("BOOKMARK", self.bookmark(revision, initial)),
            Event::Expired(message) => ("ERROR", error::expired(&message)),
            Event::Failed => ("ERROR", error::internal()),
        };
        let mut line = json!({"type": kind, "object": object}).to_string();
        line.push('\n');
        line.into()
    }

    fn object(&mut self, object: &Object, scope: &str) -> Value {
        let shown = wire::show(self.resource, object, scope);
        match self.form {
            Form::Whole => shown,
            Form::Metadata(version) => table::metadata(version, &shown),
            Form::Table(version) => {
                let metadata = json!({"resourceVersion": object.revision.to_string()});
                self.table(version, &metadata, &[shown])
            }
        }
    }

    fn table(&mut self, version: &str, metadata: &Value, objects: &[Value]) -> Value {
        let now = Timestamp::now();
        let mut table = table::table(
            self.resource,
            version,
            metadata,
            objects,
            self.included,
            now,
        );
        if let Some(members) = table.as_object_mut().filter(|_| self.began) {
            members.insert("columnDefinitions".to_owned(), Value::Null);
        }
        self.began = true;
        table
    }

    fn bookmark(&mut self, revision: i64, initial: bool) -> Value {
        let mut metadata =
            json!({"resourceVersion": revision.to_string(), "creationTimestamp": null});
        if let Some(members) = metadata.as_object_mut().filter(|_| initial) {
            members.insert(
                "annotations".to_owned(),
                json!({"k8s.io/initial-events-end": "true"}),
            );
        }
        let bookmark = json!({
            "kind": self.resource.kind,
            "apiVersion": self.resource.api_version(),
            "metadata": metadata,
        });
        match self.form {
            Form::Whole => bookmark,
            Form::Metadata(version) => table::metadata(version, &bookmark),
            Form::Table(version) => {
                let metadata = bookmark.get("metadata").cloned().unwrap_or_default();
                self.table(version, &metadata, &[])
            }
        }
    }
}
