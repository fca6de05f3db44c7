//! What import and update have probe do: look at a class before it is written, ask an address, and
//! probe what was written.

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use api::route::{CHANGES, CLASS_CHECK, FETCH, Function};
use app::token;
use futures::future::{Either, select};
use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::BodyExt;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fetch::{FetchResult, FetchTarget, fetched_from_json};
use hub::probing::QUIET;
use hub::time::Timestamp;
use serde_json::Value;
use spin_sdk::http::FullBody;

use crate::config::Config;
use crate::log;

/// How long a token for one call is good for, in seconds.
const TOKEN_SECONDS: u32 = 60;
/// How long after [`QUIET`] probe is told: what changed just before it was gathered is then quiet
/// too.
const GATHERING: Duration = Duration::from_millis(50);

/// How long probe may take to look at a class, whose sources have a budget; to ask an address, with
/// all redirects; and to probe what changed, which nobody waits for.
const CHECK_TIME: Duration = Duration::from_secs(5);
const FETCH_TIME: Duration = Duration::from_secs(30);
const CHANGES_TIME: Duration = Duration::from_secs(120);
/// When to try again what probe did not answer in time, in seconds.
const RETRY_AFTER: u32 = 5;

thread_local! {
    /// Whether a task of this instance is going to tell probe of changes.
    static IS_ANNOUNCED: Cell<bool> = const { Cell::new(false) };
    /// How many changes this instance has written.
    static WRITTEN: Cell<u64> = const { Cell::new(0) };
}

/// Has probe look at the sources in a class: the fields that cannot be used.
///
/// # Errors
/// [`Error::Internal`] when probe cannot be reached, [`Error::Unavailable`] when it does not answer
/// in time.
pub(crate) async fn check_class(doc: &Value) -> Result<Vec<FieldError>> {
    Ok(faults(
        &ask(CLASS_CHECK, doc.to_string(), CHECK_TIME).await?,
    ))
}

fn faults(answer: &Value) -> Vec<FieldError> {
    let text = |fault: &Value, name: &str| {
        fault
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let faults = answer.as_array().map(Vec::as_slice).unwrap_or_default();
    faults
        .iter()
        .map(|fault| {
            FieldError::new(
                text(fault, "field"),
                FieldCode::Invalid,
                text(fault, "message"),
            )
        })
        .collect()
}

/// Has probe ask an address: only probe has a way out, and it looks where the way leads.
///
/// # Errors
/// As [`check_class`].
pub(crate) async fn fetch(outgoing: &FetchTarget) -> Result<FetchResult> {
    let answer = ask(FETCH, outgoing.to_json().to_string(), FETCH_TIME).await?;
    fetched_from_json(&answer)
        .ok_or_else(|| Error::Internal("probe answered an exchange otherwise".to_owned()))
}

/// Tells probe that something was written, a moment after the answer is out, and again for as long
/// as more is written. What is lost with this instance the next sweep finds: it is due in the
/// store.
pub(crate) fn announce_changes() {
    WRITTEN.set(WRITTEN.get().wrapping_add(1));
    if IS_ANNOUNCED.replace(true) {
        return;
    }
    spin_sdk::wasip3::spawn(async {
        loop {
            let written = WRITTEN.get();
            spin_sdk::time::sleep(QUIET.saturating_add(GATHERING)).await;
            if let Err(error) = ask(CHANGES, String::new(), CHANGES_TIME).await {
                log::fault("announce_changes", &error);
            }
            if WRITTEN.get() == written {
                IS_ANNOUNCED.set(false);
                return;
            }
        }
    });
}

/// What probe answers within a time.
async fn ask(path: &str, body: String, limit: Duration) -> Result<Value> {
    let asking = pin!(ask_without_limit(path, body));
    let waiting = pin!(spin_sdk::time::sleep(limit));
    match select(asking, waiting).await {
        Either::Left((answer, _)) => answer,
        Either::Right(_) => Err(Error::Unavailable {
            retry_after: RETRY_AFTER,
        }),
    }
}

async fn ask_without_limit(path: &str, body: String) -> Result<Value> {
    let address = Config::address(Function::Probe).await?;
    let unreached = |error: String| Error::Internal(format!("probe at {address}{path}: {error}"));
    let vault = &Config::get().await?.app.vault;
    let token = token::issue(
        token::Subject::Function,
        TOKEN_SECONDS,
        vault,
        Timestamp::now(),
    )?;
    let request = http::Request::post(format!("{}{path}", address.trim_end_matches('/')))
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, "application/json")
        .header(CONTENT_LENGTH, body.len())
        .body(FullBody::new(bytes::Bytes::from(body)))
        .map_err(|error| unreached(error.to_string()))?;
    let response = spin_sdk::http::send(request)
        .await
        .map_err(|error| unreached(error.to_string()))?;
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .map_err(|error| unreached(error.to_string()))?
        .to_bytes();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        return Err(Error::Unavailable {
            retry_after: RETRY_AFTER,
        });
    }
    if !status.is_success() {
        return Err(unreached(format!("status {status}")));
    }
    serde_json::from_slice(&body).map_err(|error| unreached(error.to_string()))
}
