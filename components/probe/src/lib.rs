//! The probe function: asks whether things work.

use hub::command::Probe;
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    gateway::serve::<Probe>(request).await
}
