//! The update function: changes what is there.

mod classes;
mod keys;
mod objects;

use dialects::route::Function;
use front::{Call, operations};
use hub::command::{Command, Outcome};
use hub::error::{Error, Result};
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    front::serve(Function::Update, request, run).await
}

async fn run(call: Call, command: Command) -> Result<Outcome> {
    match command {
        Command::RevokeKey(uid) => keys::revoke(&call, uid).await,
        Command::DeleteClass(name) => classes::delete(&call, name).await,
        Command::Update(update) => objects::update(&call, &update).await,
        Command::UpdateEach(each) => objects::update_each(&call, &each).await,
        Command::Delete(delete) => objects::delete(&call, &delete).await,
        Command::Operate(operate) => operations::operate(&call, &operate).await,
        _ => Err(Error::Internal("not a command of update".to_owned())),
    }
}
