//! The host's own timer: has the application do what is due again and again, as a scheduler from
//! outside would.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use http::header;
use http_body_util::{BodyExt, Empty};
use tokio::time::{MissedTickBehavior, interval};
use wasmtime_wasi_http::handler::Request;

use crate::app::App;

/// What is called: jobs that were left are taken up, and what is due is probed. The scheme and the
/// host are only there because a component sees whole addresses.
const CALLS: [&str; 2] = ["http://localhost/v1/jobs/tick", "http://localhost/v1/sweep"];

/// Calls with a key for as long as the host runs. What takes longer than the time between two puts
/// the next one off.
pub(crate) async fn run(app: Arc<App>, every: Duration, key: String) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        for url in CALLS {
            if let Err(error) = call(&app, url, &key).await {
                eprintln!("{url}: {error:#}");
            }
        }
    }
}

async fn call(app: &App, url: &str, key: &str) -> Result<()> {
    let response = app.respond(request(url, key)?).await;
    let status = response.status();
    // Read to its end, or the component could not finish writing it.
    let _ = response.into_body().collect().await;
    anyhow::ensure!(status.is_success(), "answered {status}");
    Ok(())
}

fn request(url: &str, key: &str) -> Result<Request> {
    let body = Empty::new().map_err(Into::into).boxed_unsync();
    let request = http::Request::post(url)
        .header(header::HOST, "localhost")
        .header(header::AUTHORIZATION, format!("Bearer {key}"));
    Ok(request.body(body)?)
}
