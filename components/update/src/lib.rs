//! The update function: changes what is there.

use hub::command::Update;
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    gateway::serve::<Update>(request).await
}
