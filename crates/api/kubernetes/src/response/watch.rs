//! Watches: one line of JSON an event.

use bytes::Bytes;
use futures::StreamExt;
use hub::class::Classes;
use hub::object::Object;
use hub::time::Timestamp;
use hub::watch::{Event, Events};
use serde::Serialize;
use serde_json::Value;

use super::status::Status;
use super::table::{Metadata, Table};
use crate::object;
use crate::request::accept::{Accept, Form};
use crate::resource::Resource;
use api::response::{Response, Stream};

/// Streams events in the form that the request accepts.
pub(super) fn response(
    resource: &'static Resource,
    classes: Classes,
    accept: Accept,
    events: Events,
) -> Response {
    let printer = Printer {
        resource,
        classes,
        accept,
        began: false,
    };
    let lines = events.0.scan(printer, |printer, event| {
        let line = printer.line(event);
        futures::future::ready(Some(line))
    });
    Response::streamed("application/json", Stream(Box::pin(lines)))
}

#[derive(Serialize)]
struct Line<T> {
    r#type: &'static str,
    object: T,
}

/// What has a resource version and nothing else.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bookmark {
    kind: &'static str,
    api_version: String,
    metadata: BookmarkMeta,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BookmarkMeta {
    resource_version: String,
    /// Null, as of an object that never was.
    creation_timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<InitialEventsEnd>,
}

#[derive(Serialize)]
struct InitialEventsEnd {
    #[serde(rename = "k8s.io/initial-events-end")]
    reached: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionOnly {
    resource_version: String,
}

struct Printer {
    resource: &'static Resource,
    /// The classes of connectors, as they were when the watch began.
    classes: Classes,
    accept: Accept,
    /// Whether a table has been sent: only the first one says what its columns are.
    began: bool,
}

impl Printer {
    fn line(&mut self, event: Event) -> Bytes {
        match event {
            Event::Added(object, scope) => self.object("ADDED", &object, &scope),
            Event::Modified(object, scope) => self.object("MODIFIED", &object, &scope),
            Event::Deleted(object, scope) => self.object("DELETED", &object, &scope),
            Event::Bookmark(revision, initial) => self.bookmark(revision, initial),
            Event::Expired(message) => print("ERROR", Status::expired(&message)),
            Event::Failed => print("ERROR", Status::internal()),
        }
    }

    fn object(&mut self, kind: &'static str, object: &Object, scope: &str) -> Bytes {
        let shown = object::show(
            self.resource,
            object,
            scope,
            object::class_of(object, &self.classes),
        );
        match self.accept.form {
            Form::Whole => print(kind, shown),
            Form::Metadata(version) => print(kind, Metadata::of(version, &shown)),
            Form::Table(version) => {
                let metadata = VersionOnly {
                    resource_version: object.revision.to_string(),
                };
                print(kind, self.table(version, metadata, &[shown]))
            }
        }
    }

    fn table<M: Serialize>(
        &mut self,
        version: &'static str,
        metadata: M,
        objects: &[Value],
    ) -> Table<M> {
        let (included, now) = (self.accept.included, Timestamp::now());
        let table = Table::of(self.resource, version, metadata, objects, included, now);
        let began = std::mem::replace(&mut self.began, true);
        if began {
            table.without_columns()
        } else {
            table
        }
    }

    fn bookmark(&mut self, revision: i64, initial: bool) -> Bytes {
        const KIND: &str = "BOOKMARK";
        let end = InitialEventsEnd { reached: "true" };
        let metadata = BookmarkMeta {
            resource_version: revision.to_string(),
            creation_timestamp: None,
            annotations: initial.then_some(end),
        };
        let bookmark = |kind, api_version, metadata| Bookmark {
            kind,
            api_version,
            metadata,
        };
        match self.accept.form {
            Form::Whole => {
                let version = self.resource.api_version();
                print(KIND, bookmark(self.resource.kind, version, metadata))
            }
            Form::Metadata(version) => {
                let version = format!("meta.k8s.io/{version}");
                print(KIND, bookmark("PartialObjectMetadata", version, metadata))
            }
            Form::Table(version) => print(KIND, self.table(version, metadata, &[])),
        }
    }
}

fn print(kind: &'static str, object: impl Serialize) -> Bytes {
    let line = Line {
        r#type: kind,
        object,
    };
    let mut line = serde_json::to_vec(&line).unwrap_or_default();
    line.push(b'\n');
    line.into()
}
