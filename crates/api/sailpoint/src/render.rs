//! Responses.

use http::StatusCode;
use hub::command::{Artifact, Outcome};
use hub::error::Result;
use hub::job::{Job, Status, Task};
use hub::object::Object;
use hub::scope::Scope;
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

use super::{options, report, types};
use crate::scope_name::tenant;
use api::impossible;
use api::response::Response;

/// Prints what came of a request.
pub fn outcome(outcome: Outcome, scope: Option<&Scope>) -> Result<Response> {
    match outcome {
        Outcome::Describe => {
            let types = serde_json::to_value(types::all()).unwrap_or_default();
            Ok(Response::json(StatusCode::OK, &types))
        }
        Outcome::Created(job) => Ok(Response::json(StatusCode::ACCEPTED, &status(&job)?)),
        Outcome::Found(job) => Ok(Response::json(StatusCode::OK, &status(&job)?)),
        Outcome::Artifact(object, request, artifacts) => {
            let job = Job::of(&object)?;
            if job.task == Task::Export {
                Ok(export(&object, &job, &request, &artifacts, scope))
            } else {
                Ok(Response::json(StatusCode::OK, &import(&job, &artifacts)))
            }
        }
        other => Err(impossible(&other)),
    }
}

/// All nine members are always there: clients that were built before 2026-05 need `expiration`.
fn status(object: &Object) -> Result<Value> {
    let job = Job::of(object)?;
    let at = |millis| Timestamp::from_millis(millis).rfc3339_millis();
    Ok(json!({
        "jobId": object.uid.uuid(),
        "status": job.status,
        "type": if job.task == Task::Export { "EXPORT" } else { "IMPORT" },
        "description": job.description,
        "expiration": Timestamp::from_millis(job.expires).rfc3339_seconds(),
        "created": object.created_at.rfc3339_millis(),
        "modified": object.updated_at.rfc3339_millis(),
        "message": message(&job),
        "completed": job.completed.map(at),
    }))
}

/// What the job says, or how far it is.
fn message(job: &Job) -> Option<String> {
    if job.message.is_some() || job.status != Status::InProgress {
        return job.message.clone();
    }
    let (done, total) = (job.done, job.total?);
    Some(match job.task {
        Task::Export => format!("{done} of {total} objects exported."),
        Task::Import => format!(
            "{done} of {total} objects done, {} of them failed.",
            job.failed
        ),
        Task::Preview => format!("{done} of {total} objects looked at."),
    })
}

/// `SpConfigExportResults`. The objects are printed already, and are only put together.
fn export(
    object: &Object,
    job: &Job,
    request: &Value,
    objects: &[Artifact],
    scope: Option<&Scope>,
) -> Response {
    let finished = Timestamp::from_millis(job.completed.unwrap_or_default());
    let mut head = Map::from_iter([
        ("version".to_owned(), json!(1)),
        ("timestamp".to_owned(), json!(finished.rfc3339_millis())),
        ("tenant".to_owned(), json!(scope.map(tenant))),
    ]);
    if let Some(description) = &job.description {
        head.insert("description".to_owned(), json!(description));
    }
    head.insert("options".to_owned(), options::shown(request));
    let head = Value::Object(head).to_string();
    let length: usize = objects.iter().map(|object| object.json.len() + 1).sum();
    let mut body = String::with_capacity(head.len() + length + 16);
    body.push_str(head.strip_suffix('}').unwrap_or(&head));
    body.push_str(",\"objects\":[");
    for (index, object) in objects.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        body.push_str(&object.json);
    }
    body.push_str("]}");
    let name = format!(
        "attachment; filename=\"config_export_{}.json\"",
        object.uid.uuid()
    );
    Response::of(StatusCode::OK, "application/json", body)
        .with_header(http::header::CONTENT_DISPOSITION, &name)
}

/// `SpConfigImportResults`.
fn import(job: &Job, artifacts: &[Artifact]) -> Value {
    let mut body = Map::from_iter([("results".to_owned(), report::results(artifacts))]);
    if let Some(backup) = job.backup() {
        body.insert("exportJobId".to_owned(), json!(backup.uuid()));
    }
    Value::Object(body)
}
