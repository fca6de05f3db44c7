//! The import function: creates.

mod claims;
mod classes;
mod connectors;
mod jobs;
mod keys;
mod objects;
mod scopes;

use dialects::route::Function;
use front::{Call, operations, uploads};
use hub::command::{Command, Outcome};
use hub::error::{Error, Result};
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    front::serve(Function::Import, request, run).await
}

async fn run(call: Call, command: Command) -> Result<Outcome> {
    match command {
        Command::CreateConnector(create) => connectors::create(&call, *create).await,
        Command::Create(create) => objects::create(&call, &create).await,
        Command::Clone(clone) => objects::clone(&call, &clone).await,
        Command::PutScope { name, settings } => scopes::put(&call, name, settings).await,
        Command::CreateKey(key) => keys::create(&call, key).await,
        Command::PutClass { name, doc } => classes::put(&call, name, doc).await,
        Command::Operate(operate) => operations::operate(&call, &operate).await,
        Command::PutUpload(uid, content) => uploads::put(&call, uid, &content).await,
        Command::StartJob(job) => jobs::start(&call, *job).await,
        Command::GetJob(tasks, uid) => jobs::status(&call, tasks, uid),
        Command::GetArtifact(tasks, uid) => front::jobs::artifact(&call, tasks, uid),
        Command::RunJobs => jobs::run(&call).await,
        _ => Err(Error::Internal("not a command of import".to_owned())),
    }
}
