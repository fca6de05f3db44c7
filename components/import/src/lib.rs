//! The import function: creates.

use hub::command::Import;
use spin_sdk::http::{BoxBody, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> http::Response<BoxBody> {
    gateway::serve::<Import>(request).await
}
