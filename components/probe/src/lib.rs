//! The probe function: asks whether things work.

use dialects::route::Function;
use front::Call;
use hub::command::{Command, Outcome};
use hub::error::{Error, Result};
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    front::serve(Function::Probe, request, run).await
}

async fn run(call: Call, command: Command) -> Result<Outcome> {
    match command {
        Command::Ready => call.store.ready().await.map(|()| Outcome::Healthy),
        _ => Err(Error::Internal("not a command of probe".to_owned())),
    }
}
