//! Requests.

use hub::command::{By, Command, Create, Edit, Update, UpdateEach};
use hub::error::{Error, Result};
use hub::object::Kind;
use hub::plan::Claim;
use hub::precondition::Precondition;
use hub::time::Timestamp;
use serde_json::{Value, json};

use super::options::{self, DeleteOptions, Options};
use super::path::{self, Target};
use super::view::{Part, View, view};
use super::{body, list, strictness, watch};
use crate::request::Request;

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
pub fn item(request: &Request) -> Result<Command> {
    let target = target(request)?;
    Ok(Command::Get(target.resource.hub, By::Slug(target.name)))
}

/// `POST` to the probe of a connector.
pub fn probe(request: &Request) -> Result<Command> {
    target(request).map(|target| Command::Probe(By::Slug(target.name)))
}

/// `GET /api/v1/namespaces/{name}`
pub fn namespace(request: &Request) -> Result<Command> {
    Ok(Command::Get(
        Kind::Scope,
        By::Slug(request.param("namespace").to_owned()),
    ))
}

/// `GET` of a collection: a list, or a watch.
pub fn collection(request: &Request) -> Result<Command> {
    let target = target(request)?;
    if matches!(request.query("watch"), Some("true" | "1")) {
        return watch::parse(request, target.resource).map(|watch| Command::Watch(Box::new(watch)));
    }
    list::parse(request, target.resource).map(|select| Command::Select(Box::new(select)))
}

/// `POST` to a collection.
pub fn create(request: &Request) -> Result<Command> {
    let target = target(request)?;
    let options = options::of_query(request)?;
    strictness::enforce(request, target.resource, &options)?;
    let create = Create {
        resource: view_of(&target, Part::Main)?,
        document: body_of(request)?,
        claim: Claim::Slug,
        preview: options.dry_run,
    };
    Ok(Command::As(
        options.manager,
        Box::new(Command::Create(Box::new(create))),
    ))
}

/// `PUT` and `PATCH` of an object or of its status.
pub fn change(request: &Request) -> Result<Command> {
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
    let update = Update {
        resource: view,
        by: By::Slug(target.name),
        edit,
        precondition: Precondition::default(),
        preview: options.dry_run,
    };
    Ok(Command::As(
        options.manager,
        Box::new(Command::Update(Box::new(update))),
    ))
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
pub fn delete(request: &Request) -> Result<Command> {
    let target = target(request)?;
    let options = options::of_delete(request)?;
    deletion(&target, By::Slug(target.name.clone()), &options)
        .map(|update| Command::Update(Box::new(update)))
}

/// `DELETE` of a collection.
pub fn delete_collection(request: &Request) -> Result<Command> {
    let target = target(request)?;
    let options = options::of_delete(request)?;
    let each = UpdateEach {
        select: list::parse(request, target.resource)?,
        update: deletion(&target, By::Slug(String::new()), &options)?,
    };
    Ok(Command::UpdateEach(Box::new(each)))
}

/// A deletion asks for a deletion timestamp, and for the object to be the one that is meant.
fn deletion(target: &Target, by: By, options: &DeleteOptions) -> Result<Update> {
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
    Ok(Update {
        resource: view_of(target, Part::Deletion)?,
        by,
        edit: Edit::MergePatch(json!({"metadata": metadata})),
        precondition: Precondition::default(),
        preview: options.dry_run,
    })
}
