//! Responses.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::CONTENT_DISPOSITION;
use hub::command::{Artifact, Outcome};
use hub::error::Result;
use hub::job::{Job, Status};
use hub::object::Object;
use hub::scope::Scope;
use hub::time::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::options::ShownOptions;
use super::report::{self, TypeResult};
use super::scope::tenant;
use super::tasks::{EXPORT, PREVIEW};
use super::{file, types};
use api::impossible;
use api::request::Request;
use api::response::Response;

/// Prints what came of a request.
pub(crate) fn outcome(
    request: &Request,
    outcome: Outcome,
    scope: Option<&Scope>,
) -> Result<Response> {
    let status = request.success().status;
    match outcome {
        Outcome::Describe => Ok(Response::json(status, &types::all())),
        Outcome::Created(job) | Outcome::Found(job) => {
            Ok(Response::json(status, &JobStatus::of(&job)?))
        }
        Outcome::Artifact(object, asked, artifacts) => {
            let job = Job::of(&object)?;
            if job.task == EXPORT {
                Ok(export(status, &object, &job, &asked, &artifacts, scope))
            } else {
                Ok(Response::json(
                    status,
                    &ImportResults::of(&job, &asked, &artifacts),
                ))
            }
        }
        other => Err(impossible(&other)),
    }
}

/// `SpConfigExportJobStatus` and `SpConfigImportJobStatus`. All nine members are always there:
/// clients that were built before 2026-05 need `expiration`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JobStatus {
    job_id: String,
    status: Status,
    r#type: JobType,
    description: Option<String>,
    expiration: String,
    created: String,
    modified: String,
    message: Option<String>,
    completed: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum JobType {
    Export,
    Import,
}

impl JobStatus {
    fn of(object: &Object) -> Result<Self> {
        let job = Job::of(object)?;
        Ok(Self {
            job_id: object.uid.uuid(),
            status: job.status,
            r#type: if job.task == EXPORT {
                JobType::Export
            } else {
                JobType::Import
            },
            message: message(&job),
            description: job.description,
            expiration: Timestamp::from_millis(job.expires).rfc3339_seconds(),
            created: object.created_at.rfc3339_millis(),
            modified: object.updated_at.rfc3339_millis(),
            completed: job
                .completed
                .map(|millis| Timestamp::from_millis(millis).rfc3339_millis()),
        })
    }
}

/// What the job says, or how far it is.
fn message(job: &Job) -> Option<String> {
    if job.message.is_some() || job.status != Status::InProgress {
        return job.message.clone();
    }
    let (done, total, failed) = (job.done, job.total?, job.failed);
    Some(match job.task.as_str() {
        EXPORT => format!("{done} of {total} objects exported."),
        PREVIEW => format!("{done} of {total} objects looked at."),
        _ => format!("{done} of {total} objects done, {failed} of them failed."),
    })
}

/// `SpConfigExportResults` before its `objects`.
#[derive(Serialize)]
struct ExportHead<'a> {
    version: u8,
    timestamp: String,
    tenant: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    options: ShownOptions<'a>,
}

/// `SpConfigExportResults`. The objects are printed already, and are only put together.
fn export(
    status: StatusCode,
    object: &Object,
    job: &Job,
    asked: &Value,
    objects: &[Artifact],
    scope: Option<&Scope>,
) -> Response {
    let finished = Timestamp::from_millis(job.completed.unwrap_or_default());
    let head = ExportHead {
        version: 1,
        timestamp: finished.rfc3339_millis(),
        tenant: scope.map(tenant),
        description: job.description.as_deref(),
        options: ShownOptions::of(asked),
    };
    let head = serde_json::to_string(&head).unwrap_or_default();
    let length: usize = objects
        .iter()
        .map(|object| object.json.len().saturating_add(1))
        .sum();
    let mut body = String::with_capacity(head.len().saturating_add(length).saturating_add(16));
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
    Response::of(status, "application/json", body).with_header(CONTENT_DISPOSITION, &name)
}

/// `SpConfigImportResults`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImportResults {
    results: BTreeMap<String, TypeResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    export_job_id: Option<String>,
}

impl ImportResults {
    fn of(job: &Job, asked: &Value, artifacts: &[Artifact]) -> Self {
        Self {
            results: report::results(file::broken(asked), artifacts),
            export_job_id: job.backup().map(|backup| backup.uuid()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tasks::IMPORT;
    use hub::object::Kind;
    use hub::plan::Change;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);

    fn job(task: &str) -> Job {
        Job {
            task: task.to_owned(),
            status: Status::NotStarted,
            description: None,
            message: None,
            actor: "a".to_owned(),
            completed: None,
            expires: NOW.plus_seconds(60).millis(),
            leased_until: 0,
            attempts: 0,
            total: Some(5),
            done: 2,
            failed: 1,
            applied: 1,
            backup: None,
        }
    }

    fn object(job: &Job) -> Object {
        let change = Change::create(
            Kind::Job,
            7,
            "j",
            job.doc().unwrap(),
            Default::default(),
            NOW,
        );
        change.unwrap().object
    }

    fn printed(operation: &str, outcome: Outcome) -> (u16, Value) {
        let mut routes = crate::ROUTES.iter().copied().flatten();
        let request = Request {
            route: routes
                .find(|route| route.operation == operation)
                .map(|route| &route.info),
            ..Request::default()
        };
        assert!(request.route.is_some(), "{operation}");
        let response = super::outcome(&request, outcome, None).unwrap();
        let body = serde_json::from_slice(&response.body).unwrap();
        (response.status.as_u16(), body)
    }

    #[test]
    fn a_job_has_its_nine_members_and_the_status_of_the_route() {
        let object = object(&job(IMPORT));
        let expected = json!({
            "jobId": object.uid.uuid(), "status": "NOT_STARTED", "type": "IMPORT", "description": null,
            "expiration": "2023-11-14T22:14:20Z", "created": "2023-11-14T22:13:20.123Z",
            "modified": "2023-11-14T22:13:20.123Z", "message": null, "completed": null,
        });
        let started = printed("sailpoint.startImport", Outcome::Created(object.clone()));
        assert_eq!(started, (202, expected.clone()));
        let found = printed("sailpoint.getImport", Outcome::Found(object));
        assert_eq!(found, (200, expected));
    }

    #[test]
    fn a_job_that_is_worked_on_says_how_far_it_is() {
        let told = |task| {
            message(&Job {
                status: Status::InProgress,
                ..job(task)
            })
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(told(EXPORT), text("2 of 5 objects exported."));
        assert_eq!(told(PREVIEW), text("2 of 5 objects looked at."));
        assert_eq!(told(IMPORT), text("2 of 5 objects done, 1 of them failed."));
        assert_eq!(message(&job(IMPORT)), None);
    }

    #[test]
    fn an_export_is_a_file() {
        let job = Job {
            description: Some("d".to_owned()),
            completed: Some(NOW.millis()),
            ..job(EXPORT)
        };
        let artifact = |json: &str| Artifact {
            kind: "RULE".to_owned(),
            json: json.to_owned(),
        };
        let artifacts = vec![artifact(r#"{"a":1}"#), artifact(r#"{"b":2}"#)];
        let outcome = Outcome::Artifact(object(&job), json!({"includeTypes": ["RULE"]}), artifacts);
        let (status, body) = printed("sailpoint.downloadExport", outcome);
        assert_eq!(status, 200);
        assert_eq!(
            body,
            json!({
                "version": 1, "timestamp": "2023-11-14T22:13:20.123Z", "tenant": null, "description": "d",
                "options": {"excludeTypes": [], "includeTypes": ["RULE"], "objectOptions": null},
                "objects": [{"a": 1}, {"b": 2}],
            })
        );
    }

    #[test]
    fn the_results_of_an_import_name_its_backup() {
        let backup = hub::id::Uid::derived(&["backup"]);
        let job = Job {
            backup: Some(backup.hex()),
            ..job(IMPORT)
        };
        let outcome = Outcome::Artifact(object(&job), json!({}), Vec::new());
        let (status, body) = printed("sailpoint.downloadImport", outcome);
        assert_eq!(
            (status, body),
            (200, json!({"results": {}, "exportJobId": backup.uuid()}))
        );
    }

    #[test]
    fn the_types_are_told() {
        let (status, body) = printed("sailpoint.listConfigObjects", Outcome::Describe);
        assert_eq!((status, body.as_array().unwrap().len()), (200, 25));
    }

    #[test]
    fn another_outcome_is_refused() {
        let refused = super::outcome(&Request::default(), Outcome::Done, None);
        assert!(refused.is_err());
    }
}
