//! Responses.

pub(crate) mod error;
mod status;
mod table;
mod watch;

use std::rc::Rc;
use std::sync::Arc;

use http::StatusCode;
use http::header::HeaderName;
use hub::class::Classes;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::plan::{Action, Plan};
use hub::scope::Scope;
use hub::time::Timestamp;
use hub::watch::ListPage;
use serde::Serialize;
use serde_json::Value;

use self::status::Status;
use self::table::{Metadata, Table};
use crate::encode::encoded;
use crate::request::accept::{Accept, Form};
use crate::request::{ApiRequest, continuation};
use crate::resource::EVENT;
use crate::{access, discovery, object};
use api::impossible;
use api::request::Request;
use api::response::Response;

const WARNING: HeaderName = HeaderName::from_static("warning");

/// Prints what came of a request.
pub(crate) fn response(
    request: &Request,
    outcome: Outcome,
    scope: Option<&Scope>,
) -> Result<Response> {
    match outcome {
        Outcome::Describe => {
            return access::response(request, scope)
                .unwrap_or_else(|| discovery::response(request));
        }
        Outcome::Healthy => return Ok(api::health::response(request, "livez")),
        _ => {}
    }
    let (outcome, classes) = match outcome {
        Outcome::WithClasses(outcome, classes) => (*outcome, classes),
        other => (other, Rc::default()),
    };
    let nothing = || Error::Internal(format!("{:?} is about nothing", request.route));
    let answer = Answer {
        request,
        read: ApiRequest::of(request).ok_or_else(nothing)?,
        namespace: scope.map(|scope| scope.name.as_str()).unwrap_or_default(),
        classes,
    };
    let response = answer.of(outcome)?;
    Ok(answer.with_warnings(response))
}

/// A list of objects.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<T> {
    kind: String,
    api_version: String,
    metadata: ListMeta,
    items: Vec<T>,
}

/// Where a list stands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListMeta {
    resource_version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#continue: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_item_count: Option<i64>,
}

impl ListMeta {
    fn of(page: &ListPage) -> Self {
        let continuation = continuation(page);
        Self {
            resource_version: page.revision.to_string(),
            remaining_item_count: page.remaining.filter(|_| continuation.is_some()),
            r#continue: continuation,
        }
    }
}

struct Answer<'r> {
    request: &'r Request,
    read: Arc<ApiRequest>,
    namespace: &'r str,
    /// The classes that connectors can have.
    classes: Rc<Classes>,
}

impl Answer<'_> {
    fn of(&self, outcome: Outcome) -> Result<Response> {
        match outcome {
            Outcome::Found(object) | Outcome::Updated(object) | Outcome::Probed(object) => {
                Ok(self.one(&object, false))
            }
            Outcome::Created(object) => Ok(self.one(&object, true)),
            Outcome::Deleted(object) => Ok(self.gone(&object)),
            Outcome::Scope(scope, true) => {
                Ok(self.body(true, &object::namespace::of_scope(&scope)))
            }
            Outcome::Scope(scope, false) => Err(Error::AlreadyExists {
                kind: Kind::Scope.as_str(),
                name: scope.name,
                field: "name",
            }),
            Outcome::Planned(plan) => self.planned(&plan),
            Outcome::ListPage(_) if self.request.method == http::Method::DELETE => {
                let status = Status::success(self.read.target.resource, None);
                Ok(self.body(false, &status))
            }
            Outcome::ListPage(page) => Ok(self.several(&page)),
            Outcome::Watching(events) => {
                let (resource, accept) = (self.read.target.resource, self.accept());
                let classes = Classes::clone(&self.classes);
                Ok(watch::response(resource, classes, accept, events))
            }
            other => Err(impossible(&other)),
        }
    }

    fn accept(&self) -> Accept {
        self.read.accept.clone().unwrap_or(Accept::DEFAULT)
    }

    /// A body, with the status that the route has for a success, which may be another one where an
    /// object is new.
    fn body(&self, is_new: bool, body: &impl Serialize) -> Response {
        let success = self.request.route.map(|route| route.success);
        let status = success.map_or(StatusCode::OK, |success| match success.or {
            Some(status) if is_new => status,
            _ => success.status,
        });
        encoded(self.accept().encoding, status, body)
    }

    fn one(&self, object: &Object, is_new: bool) -> Response {
        let shown = self.show(object, self.namespace);
        match self.accept().form {
            Form::Whole => self.body(is_new, &shown),
            Form::Metadata(version) => self.body(is_new, &Metadata::of(version, &shown)),
            Form::Table(version) => {
                let metadata = ListMeta {
                    resource_version: object.revision.to_string(),
                    r#continue: None,
                    remaining_item_count: None,
                };
                self.table(version, metadata, &[shown], is_new)
            }
        }
    }

    fn show(&self, object: &Object, scope: &str) -> Value {
        let class = object::class_of(object, &self.classes);
        object::show(self.read.target.resource, object, scope, class)
    }

    fn several(&self, page: &ListPage) -> Response {
        let resource = self.read.target.resource;
        let metadata = ListMeta::of(page);
        let scope = |object: &Object| page.scopes.get(&object.scope).map_or("", String::as_str);
        let objects = page.objects.iter();
        let shown: Vec<Value> = if resource.kind == EVENT.kind {
            objects
                .flat_map(|object| object::event::of(object, scope(object)))
                .collect()
        } else {
            objects
                .map(|object| self.show(object, scope(object)))
                .collect()
        };
        match self.accept().form {
            Form::Whole => self.body(
                false,
                &List {
                    kind: format!("{}List", resource.kind),
                    api_version: resource.api_version(),
                    metadata,
                    items: shown,
                },
            ),
            Form::Metadata(version) => {
                let items = shown.iter().map(|object| Metadata::of(version, object));
                let list = List {
                    kind: "PartialObjectMetadataList".to_owned(),
                    api_version: format!("meta.k8s.io/{version}"),
                    metadata,
                    items: items.collect(),
                };
                self.body(false, &list)
            }
            Form::Table(version) => self.table(version, metadata, &shown, false),
        }
    }

    fn table(
        &self,
        version: &'static str,
        metadata: ListMeta,
        objects: &[Value],
        is_new: bool,
    ) -> Response {
        let resource = self.read.target.resource;
        let (included, now) = (self.accept().included, Timestamp::now());
        let table = Table::of(resource, version, metadata, objects, included, now);
        self.body(is_new, &table)
    }

    /// A delete is answered by a `Status`; a change that let the object go shows it as it last was.
    fn gone(&self, object: &Object) -> Response {
        if self.request.method == http::Method::DELETE {
            let status = Status::success(self.read.target.resource, Some(object));
            return self.body(false, &status);
        }
        self.one(object, false)
    }

    /// A dry run is answered as the request itself would be.
    fn planned(&self, plan: &Plan) -> Result<Response> {
        match (plan.changes.first(), &plan.before) {
            (Some(change), _) if change.operation == Action::Delete => {
                Ok(self.gone(&change.object))
            }
            (Some(change), before) => Ok(self.one(&change.object, before.is_none())),
            (None, Some(before)) => Ok(self.one(before, false)),
            (None, None) => Err(Error::Internal("an empty plan about nothing".to_owned())),
        }
    }

    /// A `Warning` header (RFC 7234, section 5.5) for every field that was dropped, where the
    /// request wants to know.
    fn with_warnings(&self, response: Response) -> Response {
        self.read
            .warnings()
            .iter()
            .fold(response, |response, text| {
                let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
                response.with_header(WARNING, &format!("299 - \"{quoted}\""))
            })
    }
}
