//! The probes of a class.

use hub::error::{FieldCode, FieldError};
use hub::fields::{FieldErrors, Fields};

use super::{HttpProbe, Probe};
use crate::address::Scheme;

/// The headers that belong to the connection, which a probe cannot set (RFC 9110, section 7.6.1).
const CONNECTION_HEADERS: [&str; 9] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What a probe asks: the tool, the API of the class, or both.
pub(super) fn probes(probe: &Fields<'_>, faults: &mut FieldErrors) -> Vec<Probe> {
    let http = probe.optional_object("http", faults);
    let http = http.map(|http| Probe::Http(http_probe(&http, faults)));
    let api = probe.optional_object("api", faults).map(|api| {
        let path = api.optional_string("path", faults).unwrap_or_default();
        Probe::Api(path.to_owned())
    });
    http.into_iter().chain(api).collect()
}

fn http_probe(http: &Fields<'_>, faults: &mut FieldErrors) -> HttpProbe {
    let method = http.optional_choice("method", &["GET", "POST", ""], faults);
    let scheme = http.optional_choice("scheme", &["http", "https", "HTTP", "HTTPS", ""], faults);
    let mut headers = Vec::new();
    for (path, item) in http
        .optional_array("httpHeaders", faults)
        .unwrap_or_default()
    {
        let Some(header) = faults.object(&path, item) else {
            continue;
        };
        let name = header.string("name", faults).unwrap_or_default();
        if ::http::HeaderName::from_bytes(name.as_bytes()).is_err() && !name.is_empty() {
            faults.push(FieldError::new(
                header.path("name"),
                FieldCode::Invalid,
                "must be the name of a header",
            ));
        }
        if CONNECTION_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            let message = "belongs to the connection and cannot be set";
            faults.push(FieldError::new(
                header.path("name"),
                FieldCode::Invalid,
                message,
            ));
        }
        let value = header.optional_string("value", faults).unwrap_or_default();
        headers.push((name.to_owned(), value.to_owned()));
    }
    let response = http.optional_object("response", faults);
    let expression = response.and_then(|response| response.optional_string("cel", faults));
    HttpProbe {
        is_post: method == Some("POST"),
        host: http
            .optional_string("host", faults)
            .unwrap_or_default()
            .to_owned(),
        scheme: match scheme.unwrap_or_default().to_ascii_lowercase().as_str() {
            "http" => Some(Scheme::Http),
            "https" => Some(Scheme::Https),
            _ => None,
        },
        path: http.string("path", faults).unwrap_or_default().to_owned(),
        headers,
        follows_redirects: !http
            .optional_bool("disableRedirect", faults)
            .unwrap_or_default(),
        expression: expression
            .filter(|text| !text.trim().is_empty())
            .map(str::to_owned),
    }
}
