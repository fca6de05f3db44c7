//! Requests.

use hub::command::{
    CreateObject, Edit, Export, Import, Invocation, ObjectRef, Probe, Update, UpdateObject,
    UpdateObjects,
};
use hub::error::{Error, Result};
use hub::object::Kind;
use hub::plan::Uniqueness;
use hub::precondition::Precondition;
use hub::time::Timestamp;
use serde_json::{Value, json};

use super::options::{self, DeleteOptions, Options};
use super::path::{self, Target};
use super::view::{Part, View, view};
use super::{body, list, strictness, watch};
use api::request::Request;
use api::route::Parsed;

/// What the path is about, which its route has made sure of.
fn target(request: &Request) -> Result<Target> {
    path::target(request).ok_or_else(|| Error::NotFound {
        kind: "route",
        name: request.path.clone(),
    })
}

fn view_of(target: &Target, part: Part) -> Result<&'static View> {
    view(target.resource, part).ok_or_else(|| Error::MethodNotAllowed {
        allowed: vec!["GET"],
    })
}

/// `GET` of an object or of its status, which is shown with all of the object.
pub fn item(request: &Request) -> Parsed<Export> {
    let target = target(request)?;
    Ok(Export::Get(target.resource.hub, ObjectRef::Slug(target.name)).into())
}

/// `POST` to the probe of a connector.
pub fn probe(request: &Request) -> Parsed<Probe> {
    target(request).map(|target| Probe::Connector(ObjectRef::Slug(target.name)).into())
}

/// `GET /api/v1/namespaces/{name}`
pub fn namespace(request: &Request) -> Parsed<Export> {
    Ok(Export::Get(
        Kind::Scope,
        ObjectRef::Slug(request.param("namespace").to_owned()),
    )
    .into())
}

/// `GET` of a collection: a list, or a watch.
pub fn collection(request: &Request) -> Parsed<Export> {
    let target = target(request)?;
    if matches!(request.query("watch"), Some("true" | "1")) {
        return watch::parse(request, target.resource)
            .map(|watch| Export::Watch(Box::new(watch)).into());
    }
    list::parse(request, target.resource)
        .map(|select| Export::ListSelected(Box::new(select)).into())
}

/// `POST` to a collection.
pub fn create(request: &Request) -> Parsed<Import> {
    let target = target(request)?;
    let options = options::of_query(request)?;
    strictness::enforce(request, target.resource, &options)?;
    let create = CreateObject {
        resource: view_of(&target, Part::Main)?,
        document: body_of(request)?,
        claim: Uniqueness::Slug,
        preview: options.dry_run,
    };
    Ok(Invocation::from(Import::Object(Box::new(create))).managed_by(options.manager))
}

/// `PUT` and `PATCH` of an object or of its status.
pub fn change(request: &Request) -> Parsed<Update> {
    let target = target(request)?;
    let options = options::of_query(request)?;
    let part = if target.status {
        Part::Status
    } else {
        Part::Main
    };
    let view = view_of(&target, part)?;
    let edit = if request.method == http::Method::PUT {
        Edit::Replace(body_of(request)?)
    } else {
        patch(request, &target, &options)?
    };
    strictness::enforce(request, target.resource, &options)?;
    let update = UpdateObject {
        resource: view,
        by: ObjectRef::Slug(target.name),
        edit,
        precondition: Precondition::default(),
        preview: options.dry_run,
    };
    Ok(Invocation::from(Update::Object(Box::new(update))).managed_by(options.manager))
}

fn patch(request: &Request, target: &Target, options: &Options) -> Result<Edit> {
    let supported = target.resource.patch_types();
    let media_type = request.media_type();
    if !supported.contains(&media_type.as_str()) {
        return Err(Error::UnsupportedMediaType {
            supported: supported.to_vec(),
        });
    }
    match media_type.as_str() {
        "application/json-patch+json" => {
            let patch = body::json(&request.body)?.value;
            if patch.is_array() {
                Ok(Edit::JsonPatch(patch))
            } else {
                Err(not_a("JSON Patch, which is an array"))
            }
        }
        "application/apply-patch+yaml" => apply(request, target, options),
        strategic_or_merge => {
            let mut patch = body::json(&request.body)?.value;
            if strategic_or_merge == "application/strategic-merge-patch+json" {
                drop_directives(&mut patch);
            }
            if patch.is_object() {
                Ok(Edit::MergePatch(patch))
            } else {
                Err(not_a("merge patch, which is an object"))
            }
        }
    }
}

/// Nothing in a Secret but its finalizers and owners merges in another way than by a merge patch, so what a strategic one
/// says about merging is left out.
fn drop_directives(patch: &mut Value) {
    match patch {
        Value::Object(members) => {
            members.retain(|name, _| !name.starts_with('$'));
            members.values_mut().for_each(drop_directives);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_directives),
        _ => {}
    }
}

fn apply(request: &Request, target: &Target, options: &Options) -> Result<Edit> {
    let required = |field: &str, message: &str| {
        Err(Error::field(hub::error::FieldError::new(
            field,
            hub::error::FieldCode::Required,
            message,
        )))
    };
    if request.query("fieldManager").unwrap_or_default().is_empty() {
        return required(
            "fieldManager",
            "Required value: is required for apply patch",
        );
    }
    let mut document = body::yaml(&request.body)?.value;
    let Some(members) = document.as_object_mut() else {
        return Err(not_a("configuration, which is an object"));
    };
    if members.get("kind").is_none() || members.get("apiVersion").is_none() {
        return Err(Error::Malformed(
            "the applied configuration must have its apiVersion and its kind".to_owned(),
        ));
    }
    let metadata = members.entry("metadata").or_insert_with(|| json!({}));
    let Some(metadata) = metadata.as_object_mut() else {
        return Err(not_a("configuration: its metadata must be an object"));
    };
    if metadata
        .get("managedFields")
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty())
    {
        return Err(Error::Malformed(
            "metadata.managedFields must be nil".to_owned(),
        ));
    }
    metadata.shift_remove("managedFields");
    metadata.shift_remove("creationTimestamp");
    let name = metadata.entry("name").or_insert_with(|| json!(target.name));
    if *name != target.name.as_str() {
        let given = name.as_str().unwrap_or_default();
        return Err(Error::Malformed(format!(
            "the name of the object ({given}) does not match the name on the URL ({})",
            target.name
        )));
    }
    let unknown = strictness::undeclared(&document, target.resource);
    if let Some(field) = unknown.first() {
        let resource = target.resource;
        return Err(Error::Malformed(format!(
            "failed to create typed patch object ({}/{}; {}, Kind={}): .{field}: field not declared in schema",
            target.namespace,
            target.name,
            resource.api_version(),
            resource.kind
        )));
    }
    Ok(Edit::Apply {
        document,
        force: options.force,
    })
}

fn not_a(what: &str) -> Error {
    Error::Malformed(format!("the body is not a {what}"))
}

fn body_of(request: &Request) -> Result<Value> {
    let document = strictness::document(request)?.value;
    if document.is_object() {
        Ok(document)
    } else {
        Err(Error::Malformed("the body must be an object".to_owned()))
    }
}

/// `DELETE` of an object.
pub fn delete(request: &Request) -> Parsed<Update> {
    let target = target(request)?;
    let options = options::of_delete(request)?;
    deletion(&target, ObjectRef::Slug(target.name.clone()), &options)
        .map(|update| Update::Object(Box::new(update)).into())
}

/// `DELETE` of a collection.
pub fn delete_collection(request: &Request) -> Parsed<Update> {
    let target = target(request)?;
    let options = options::of_delete(request)?;
    let each = UpdateObjects {
        select: list::parse(request, target.resource)?,
        update: deletion(&target, ObjectRef::Slug(String::new()), &options)?,
    };
    Ok(Update::Objects(Box::new(each)).into())
}

/// A deletion asks for a deletion timestamp, and for the object to be the one that is meant.
fn deletion(target: &Target, by: ObjectRef, options: &DeleteOptions) -> Result<UpdateObject> {
    let mut metadata = json!({"deletionTimestamp": Timestamp::now().rfc3339_seconds()});
    let wanted = [
        ("uid", &options.uid),
        ("resourceVersion", &options.resource_version),
    ];
    for (name, value) in wanted {
        if let (Some(members), Some(value)) = (metadata.as_object_mut(), value) {
            members.insert(name.to_owned(), json!(value));
        }
    }
    Ok(UpdateObject {
        resource: view_of(target, Part::Deletion)?,
        by,
        edit: Edit::MergePatch(json!({"metadata": metadata})),
        precondition: Precondition::default(),
        preview: options.dry_run,
    })
}
