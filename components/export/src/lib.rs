//! The export function: reads.

mod classes;
mod history;
mod jobs;
mod keys;
mod objects;
mod scopes;
mod watch;

use gateway::{Call, operations, uploads};
use hub::command::{Export, Outcome};
use hub::error::Result;
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    gateway::serve(request, run).await
}

async fn run(call: Call, command: Export) -> Result<Outcome> {
    match command {
        Export::Health => Ok(Outcome::Healthy),
        Export::IssueToken {
            client_id,
            client_secret,
        } => keys::token(&call, &client_id, &client_secret),
        Export::GetScope => Ok(Outcome::Scope(call.scope()?.clone(), false)),
        Export::ListScopes => scopes::list(&call),
        Export::History(query) => history::read(&call, &query),
        Export::ListKeys => keys::list(&call),
        Export::GetKey(uid) => keys::get(&call, uid),
        Export::GetClass(name) => classes::get(&call, name),
        Export::ListClasses => classes::list(&call),
        Export::Get(kind, by) => objects::get(call, kind, &by),
        Export::Describe => Ok(Outcome::Describe),
        Export::ListSelected(select) => {
            gateway::select::select(&call, &select).map(Outcome::ListPage)
        }
        Export::Watch(watch) => watch::begin(call, *watch),
        Export::List(query) => objects::list(&call, query),
        Export::Read(read) => operations::read(&call, &*read.0),
        Export::Upload(uid) => uploads::download(&call, uid).await,
        Export::StartJob(job) => jobs::start(&call, *job).await,
        Export::GetJob(tasks, uid) => jobs::status(&call, tasks, uid),
        Export::GetArtifact(tasks, uid) => gateway::jobs::artifact(&call, tasks, uid),
    }
}
