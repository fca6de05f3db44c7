//! Whether we are well, as Kubernetes has its API server say it (Kubernetes, "Kubernetes API health
//! endpoints").

use http::StatusCode;

use crate::request::Request;
use crate::response::Response;

/// `ok`, or every check by itself where `?verbose` asks for it. What is not well is an error and
/// does not come here.
pub fn response(request: &Request, name: &str) -> Response {
    let text = if is_verbose(request) {
        format!("[+]ping ok\n{name} check passed\n")
    } else {
        "ok".to_owned()
    };
    Response::of(StatusCode::OK, "text/plain; charset=utf-8", text)
}

/// Whether every check is asked for.
pub fn is_verbose(request: &Request) -> bool {
    request.query("verbose").is_some()
}
