//! The export function: reads.

mod classes;
mod history;
mod jobs;
mod keys;
mod objects;
mod scopes;
mod watch;

use dialects::route::Function;
use front::{Call, operations, uploads};
use hub::command::{Command, Outcome};
use hub::error::{Error, Result};
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    front::serve(Function::Export, request, run).await
}

async fn run(call: Call, command: Command) -> Result<Outcome> {
    match command {
        Command::Health => Ok(Outcome::Healthy),
        Command::IssueToken {
            client_id,
            client_secret,
        } => keys::token(&call, &client_id, &client_secret),
        Command::GetScope => Ok(Outcome::Scope(call.scope()?.clone(), false)),
        Command::ListScopes => scopes::list(&call),
        Command::History(query) => history::read(&call, &query),
        Command::ListKeys => keys::list(&call),
        Command::GetKey(uid) => keys::get(&call, uid),
        Command::GetClass(name) => classes::get(&call, name),
        Command::ListClasses => classes::list(&call),
        Command::Get(kind, by) => objects::get(call, kind, &by),
        Command::Describe => Ok(Outcome::Describe),
        Command::Select(select) => front::select::select(&call, &select).map(Outcome::Selected),
        Command::Watch(watch) => watch::begin(call, *watch),
        Command::List(query) => objects::list(&call, query),
        Command::Read(read) => operations::read(&call, &*read.0),
        Command::GetUpload(uid) => uploads::download(&call, uid).await,
        Command::StartJob(job) => jobs::start(&call, *job).await,
        Command::GetJob(tasks, uid) => jobs::status(&call, tasks, uid),
        Command::GetArtifact(tasks, uid) => front::jobs::artifact(&call, tasks, uid),
        _ => Err(Error::Internal("not a command of export".to_owned())),
    }
}
