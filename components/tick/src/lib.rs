//! Has Patchbay do what is due at the times of Spin's cron trigger (deploy/cron-trigger.toml). The
//! trigger knows only WASI 0.2, so this is a component of its own, in an application of its own.

use wasip2::http::outgoing_handler::handle;
use wasip2::http::types::{Fields, Method, OutgoingBody, OutgoingRequest, RequestOptions, Scheme};

use bindings::fermyon::spin::variables;
use bindings::{Error, Guest, Metadata};

#[allow(
    unsafe_code,
    clippy::all,
    reason = "generated from wit/, where it is documented"
)]
mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "tick", generate_all });
    export!(Tick);

    use super::Tick;
}

/// What is called each time: jobs that were left are taken up, and what is due is probed.
const PATHS: [&str; 2] = ["/v1/jobs/tick", "/v1/sweep"];
/// How long an answer may take: longer than a sweep does.
const PATIENCE_NANOSECONDS: u64 = 60_000_000_000;

struct Tick;

impl Guest for Tick {
    fn handle_cron_event(_: Metadata) -> Result<(), Error> {
        let (address, key) = settings().map_err(Error::Other)?;
        // One that fails does not keep the other from being called.
        let failed: Vec<String> = PATHS
            .iter()
            .filter_map(|path| call(&address, path, &key).err())
            .collect();
        if failed.is_empty() {
            Ok(())
        } else {
            Err(Error::Other(failed.join("; ")))
        }
    }
}

fn settings() -> Result<(String, String), String> {
    Ok((variable("address")?, variable("key")?))
}

fn call(address: &str, path: &str, key: &str) -> Result<(), String> {
    let request = request(address, path, key)?;
    let body = request.body().map_err(|()| "no body".to_owned())?;
    OutgoingBody::finish(body, None).map_err(|error| error.to_string())?;
    let options = RequestOptions::new();
    let limited = options.set_first_byte_timeout(Some(PATIENCE_NANOSECONDS));
    limited.map_err(|()| "the host sets no limit of time".to_owned())?;
    let answer = handle(request, Some(options)).map_err(|error| error.to_string())?;
    answer.subscribe().block();
    match answer.get() {
        Some(Ok(Ok(response))) if (200..300).contains(&response.status()) => Ok(()),
        Some(Ok(Ok(response))) => Err(format!("{path} answered {}", response.status())),
        Some(Ok(Err(error))) => Err(format!("{path}: {error}")),
        Some(Err(())) | None => Err(format!("{path} was not answered")),
    }
}

fn request(address: &str, path: &str, key: &str) -> Result<OutgoingRequest, String> {
    let (scheme, authority) = match address.trim_end_matches('/').split_once("://") {
        Some(("http", authority)) => (Scheme::Http, authority),
        Some(("https", authority)) => (Scheme::Https, authority),
        _ => return Err("the variable address must be http://… or https://…".to_owned()),
    };
    let headers = [
        (
            "authorization".to_owned(),
            format!("Bearer {key}").into_bytes(),
        ),
        ("content-length".to_owned(), b"0".to_vec()),
    ];
    let headers =
        Fields::from_list(&headers).map_err(|_| "the variable key is no key".to_owned())?;
    let request = OutgoingRequest::new(headers);
    let refused = |()| "the address is none".to_owned();
    request.set_method(&Method::Post).map_err(refused)?;
    request.set_scheme(Some(&scheme)).map_err(refused)?;
    request.set_authority(Some(authority)).map_err(refused)?;
    request.set_path_with_query(Some(path)).map_err(refused)?;
    Ok(request)
}

fn variable(name: &str) -> Result<String, String> {
    variables::get(name).map_err(|error| format!("variable {name}: {error:?}"))
}
