//! SailPoint's imports and exports of files: jobs, of which it counts how long each takes and what
//! it costs until it is over.

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::client::Call;

/// What they are called where scenarios are chosen.
pub(crate) const NAME: &str = "jobs";
/// How many objects the files have.
pub(crate) const SIZES: [usize; 4] = [100, 1_000, 10_000, 50_000];
/// One of so many objects is a source; each of the others refers to one.
const SOURCES: usize = 20;

const BOUNDARY: &str = "a-part-of-the-benchmark";
const CONTENT_TYPE: &str = "multipart/form-data; boundary=a-part-of-the-benchmark";

pub(crate) struct Job {
    /// Its name in the table.
    pub name: &'static str,
    /// The request that starts it.
    pub start: fn(file: &Bytes) -> Call,
    /// Where it is then, by its id.
    pub status: fn(id: &str) -> String,
}

/// The jobs that a file goes through, in this order, in a scope that has nothing in it before.
pub(crate) const JOBS: &[Job] = &[
    Job {
        name: "preview",
        start: |file| import(file, "?preview=true"),
        status: |id| format!("/v2025/sp-config/import/{id}"),
    },
    Job {
        name: "import",
        start: |file| import(file, ""),
        status: |id| format!("/v2025/sp-config/import/{id}"),
    },
    Job {
        name: "import again, unchanged",
        start: |file| import(file, ""),
        status: |id| format!("/v2025/sp-config/import/{id}"),
    },
    Job {
        name: "export",
        start: |_| {
            Call::new(
                Method::POST,
                "/v2025/sp-config/export".to_owned(),
                Some(&json!({})),
            )
        },
        status: |id| format!("/v2025/sp-config/export/{id}"),
    },
];

fn import(form: &Bytes, query: &str) -> Call {
    Call {
        method: Method::POST,
        path: format!("/v2025/sp-config/import{query}"),
        content_type: CONTENT_TYPE,
        body: form.clone(),
    }
}

/// The form with a file of so many objects, which is imported without a backup.
pub(crate) fn form(objects: usize) -> Bytes {
    let sources = objects / SOURCES;
    let object = |number: usize| match number.checked_sub(sources) {
        None => source(number),
        Some(profile) => identity_profile(profile, profile % sources.max(1)),
    };
    let objects: Vec<Value> = (0..objects).map(object).collect();
    let file = json!({"version": 1, "tenant": "bench", "objects": objects});
    let options = json!({"excludeBackup": true});
    let form = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"options\"\r\n\r\n{options}\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"data\"; filename=\"config.json\"\r\n\
         Content-Type: application/json\r\n\r\n{file}\r\n--{BOUNDARY}--\r\n"
    );
    form.into()
}

fn source(number: usize) -> Value {
    let name = format!("Directory {number}");
    let attributes = json!({
        "host": format!("ldap{number}.example.com"),
        "port": 636,
        "baseDN": "dc=example,dc=com",
        "password": "correct horse battery staple",
    });
    config(
        "SOURCE",
        format!("source-{number}"),
        &name,
        json!({"name": name, "connector": "ldap", "connectorAttributes": attributes}),
    )
}

fn identity_profile(number: usize, source: usize) -> Value {
    let name = format!("Employees {number}");
    let id = format!("source-{source}");
    let reference = json!({"type": "SOURCE", "id": id, "name": format!("Directory {source}")});
    config(
        "IDENTITY_PROFILE",
        format!("profile-{number}"),
        &name,
        json!({
            "name": name,
            "description": "Everybody whom this directory knows",
            "priority": number,
            "authoritativeSource": reference,
        }),
    )
}

fn config(kind: &str, id: String, name: &str, object: Value) -> Value {
    json!({"version": 1, "self": {"type": kind, "id": id, "name": name}, "object": object})
}
