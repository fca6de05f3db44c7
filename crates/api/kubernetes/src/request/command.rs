//! Commands: what a request asks for.

use std::sync::Arc;

use hub::command::{
    CreateObject, Export, Import, Invocation, ObjectRef, Probe, ScopeSettings, Update,
    UpdateObject, UpdateObjects,
};
use hub::error::{Error, Result};
use hub::plan::Uniqueness;
use hub::precondition::Precondition;
use hub::time::Timestamp;
use serde_json::{Map, Value};

use super::accept::Encoding;
use super::options::DeleteOptions;
use super::read::{ApiRequest, Options};
use super::target::{Part, Target};
use crate::fault::forbidden;
use crate::rules;
use crate::view::{self, View, view};
use api::request::Request;
use api::route::Parsed;

/// The request as it was read, whose answer can look as it accepts.
fn read(request: &Request) -> Result<Arc<ApiRequest>> {
    let read = ApiRequest::of(request).ok_or_else(|| Error::NotFound {
        kind: "route",
        name: request.path.clone(),
    })?;
    read.accept.as_ref().map_err(Error::clone)?;
    Ok(read)
}

/// What comes of a command is shown as the classes of connectors say.
fn shown<C>(command: C) -> Invocation<C> {
    Invocation::from(command).with_classes()
}

fn view_of(target: &Target, part: view::Part) -> Result<&'static View> {
    view(target.resource, part).ok_or_else(|| Error::MethodNotAllowed {
        allowed: vec!["GET"],
    })
}

/// `GET` of an object or of its status, which is shown with all of the object.
pub(crate) fn item(request: &Request) -> Parsed<Export> {
    let read = read(request)?;
    let (kind, name) = (read.target.resource.hub, read.target.name.clone());
    Ok(shown(Export::Get(kind, ObjectRef::Slug(name))))
}

/// `POST` to the probe of a connector.
pub(crate) fn probe(request: &Request) -> Parsed<Probe> {
    let read = read(request)?;
    Ok(shown(Probe::Connector(ObjectRef::Slug(
        read.target.name.clone(),
    ))))
}

/// `GET` of a collection: a list, or a watch.
pub(crate) fn collection(request: &Request) -> Parsed<Export> {
    let read = read(request)?;
    match read.options.clone()? {
        Options::Watch(_) if !read.target.resource.verbs.contains(&"watch") => {
            Err(Error::MethodNotAllowed {
                allowed: vec!["GET"],
            })
        }
        Options::Watch(watch) => {
            let encoding = read.accept.clone()?.encoding;
            if encoding == Encoding::Yaml {
                return Err(Error::NotAcceptable {
                    served: vec!["application/json;stream=watch"],
                });
            }
            Ok(shown(Export::Watch(Box::new(watch))))
        }
        Options::List(list) => Ok(shown(Export::ListSelected(Box::new(list)))),
        other => Err(unexpected(&other)),
    }
}

/// `POST` to a collection.
pub(crate) fn create(request: &Request) -> Parsed<Import> {
    let read = read(request)?;
    let options = read.write_options()?;
    let create = CreateObject {
        resource: view_of(&read.target, view::Part::Main)?,
        document: read.whole_document()?,
        claim: Uniqueness::Slug,
        preview: options.dry_run,
    };
    Ok(shown(Import::Object(Box::new(create))).managed_by(options.manager))
}

/// `POST` to the namespaces: a scope with settings of its own.
pub(crate) fn create_namespace(request: &Request) -> Parsed<Import> {
    let read = read(request)?;
    let options = read.write_options()?;
    let document = read.whole_document()?;
    let name = hub::json::text_at(&document, "/metadata/name");
    let mut faults = rules::namespace::check(name);
    if options.dry_run {
        let why = "a namespace cannot be created without being stored";
        faults.push(forbidden("dryRun", why));
    }
    Error::check(faults)?;
    let name = name.to_owned();
    let settings = ScopeSettings::default();
    Ok(Import::Scope { name, settings }.into())
}

/// `PUT` and `PATCH` of an object or of its status.
pub(crate) fn change(request: &Request) -> Parsed<Update> {
    let read = read(request)?;
    let options = read.write_options()?;
    let part = if read.target.part == Part::Status {
        view::Part::Status
    } else {
        view::Part::Main
    };
    let update = UpdateObject {
        resource: view_of(&read.target, part)?,
        by: ObjectRef::Slug(read.target.name.clone()),
        edit: read.edit()?,
        precondition: Precondition::default(),
        preview: options.dry_run,
    };
    Ok(shown(Update::Object(Box::new(update))).managed_by(options.manager))
}

/// `DELETE` of an object, or of a collection.
pub(crate) fn delete(request: &Request) -> Parsed<Update> {
    let read = read(request)?;
    let target = &read.target;
    match read.options.clone()? {
        Options::Delete(options) => {
            let by = ObjectRef::Slug(target.name.clone());
            deletion(target, by, options).map(|update| shown(Update::Object(Box::new(update))))
        }
        Options::DeleteAll(options, select) => {
            let update = deletion(target, ObjectRef::Slug(String::new()), options)?;
            let each = UpdateObjects { select, update };
            Ok(Update::Objects(Box::new(each)).into())
        }
        other => Err(unexpected(&other)),
    }
}

fn unexpected(options: &Options) -> Error {
    let variant = std::mem::discriminant(options);
    Error::Internal(format!("a route with the options {variant:?} of another"))
}

/// A deletion asks for a deletion timestamp, and for the object to be the one that is meant.
fn deletion(target: &Target, by: ObjectRef, options: DeleteOptions) -> Result<UpdateObject> {
    let at = Timestamp::now().rfc3339_seconds();
    let wanted = [
        ("deletionTimestamp", Some(at)),
        ("uid", options.uid),
        ("resourceVersion", options.resource_version),
    ];
    let metadata: Map<String, Value> = wanted
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), Value::String(value?))))
        .collect();
    let patch = Map::from_iter([("metadata".to_owned(), Value::Object(metadata))]);
    Ok(UpdateObject {
        resource: view_of(target, view::Part::Deletion)?,
        by,
        edit: hub::command::Edit::MergePatch(Value::Object(patch)),
        precondition: Precondition::default(),
        preview: options.dry_run,
    })
}
