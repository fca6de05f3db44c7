//! The host's own timer: calls the application's sweep again and again, as a scheduler from outside would.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use http::header;
use http_body_util::{BodyExt, Empty};
use tokio::time::{MissedTickBehavior, interval};
use wasmtime_wasi_http::handler::Request;

use crate::app::App;

/// What is called. The scheme and the host are only there because a component sees whole addresses.
const SWEEP: &str = "http://localhost/v1/sweep";

/// Calls the sweep with a key for as long as the host runs. A sweep that takes longer than the time between two puts the
/// next one off.
pub async fn run(app: Arc<App>, every: Duration, key: String) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match request(&key) {
            Ok(request) => {
                let response = app.respond(request).await;
                if !response.status().is_success() {
                    eprintln!("the sweep answered {}", response.status());
                }
                // Read to its end, or the component could not finish writing it.
                let _ = response.into_body().collect().await;
            }
            Err(error) => eprintln!("the sweep cannot be called: {error:#}"),
        }
    }
}

fn request(key: &str) -> Result<Request> {
    let body = Empty::new().map_err(Into::into).boxed_unsync();
    let request = http::Request::post(SWEEP)
        .header(header::HOST, "localhost")
        .header(header::AUTHORIZATION, format!("Bearer {key}"));
    Ok(request.body(body)?)
}
