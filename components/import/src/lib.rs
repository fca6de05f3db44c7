//! The import function: creates.

mod claims;
mod classes;
mod connectors;
mod jobs;
mod keys;
mod objects;
mod scopes;

use gateway::{Call, operations, uploads};
use hub::command::{Import, Outcome};
use hub::error::Result;
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    gateway::serve(request, run).await
}

async fn run(call: Call, command: Import) -> Result<Outcome> {
    match command {
        Import::Connector(create) => connectors::create(&call, *create).await,
        Import::Object(create) => objects::create(&call, &create).await,
        Import::Clone(clone) => objects::clone(&call, &clone).await,
        Import::Scope { name, settings } => scopes::put(&call, name, settings).await,
        Import::Key(key) => keys::create(&call, key).await,
        Import::Class { name, doc } => classes::put(&call, name, doc).await,
        Import::Operate(operate) => operations::operate(&call, &operate).await,
        Import::Upload(uid, content) => uploads::put(&call, uid, &content).await,
        Import::StartJob(job) => jobs::start(&call, *job).await,
        Import::GetJob(tasks, uid) => jobs::status(&call, tasks, uid),
        Import::GetArtifact(tasks, uid) => gateway::jobs::artifact(&call, tasks, uid),
        Import::RunJobs => jobs::run(&call).await,
    }
}
