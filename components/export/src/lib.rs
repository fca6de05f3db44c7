//! The export function: reads.

use hub::command::Export;
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    gateway::serve::<Export>(request).await
}
