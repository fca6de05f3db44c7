//! The update function: changes what is there.

mod classes;
mod keys;
mod objects;

use gateway::{Call, operations};
use hub::command::{Outcome, Update};
use hub::error::Result;
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    gateway::serve(request, run).await
}

async fn run(call: Call, command: Update) -> Result<Outcome> {
    match command {
        Update::RevokeKey(uid) => keys::revoke(&call, uid).await,
        Update::DeleteClass(name) => classes::delete(&call, name).await,
        Update::Object(update) => objects::update(&call, &update).await,
        Update::Objects(each) => objects::update_each(&call, &each).await,
        Update::Delete(delete) => objects::delete(&call, &delete).await,
        Update::Operate(operate) => operations::operate(&call, &operate).await,
    }
}
