//! Where a client reached us: scheme and host, for the absolute addresses in answers.

use api::request::Request;
use http::header::{FORWARDED, HOST, HeaderMap};
use http::uri::Authority;
use http::{HeaderName, Uri};
use hub::error::Result;
use store::secrets::Vault;

use crate::config::Config;

/// Carries the origin along when a request is handed over: the tag of the vault and the origin.
pub(crate) const HANDED_OVER_ORIGIN: HeaderName = HeaderName::from_static("x-patchbay-origin");

/// What the request line and `Host` say.
pub(crate) fn direct(uri: &Uri, headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or(uri.authority().map(Authority::as_str));
    let scheme = uri.scheme_str().unwrap_or("http");
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}

/// What the function that handed the request over found out, or else a proxy, where proxies are
/// trusted, or else what the request itself says.
///
/// # Errors
/// Those of [`Vault::verify`].
pub(crate) fn of(request: &Request, config: &Config) -> Result<String> {
    if let Some(origin) = handed_over(request, &config.app.vault)? {
        return Ok(origin);
    }
    if config.trust_forwarded {
        return Ok(behind_proxy(request));
    }
    Ok(request.origin.clone())
}

/// Whether one of our functions handed the request over. No header of a client says so: what
/// functions say is signed.
///
/// # Errors
/// Those of [`Vault::sign`].
pub(crate) fn is_handed_over(request: &Request, vault: &Vault) -> Result<bool> {
    handed_over(request, vault).map(|origin| origin.is_some())
}

/// Adds the origin to a request that is handed over, in place of whatever its client says of it.
///
/// # Errors
/// Those of [`Vault::sign`].
pub(crate) fn hand_over(origin: &str, vault: &Vault, headers: &mut HeaderMap) -> Result<()> {
    let value = format!("{} {origin}", tag(origin, vault)?);
    if let Ok(value) = value.parse() {
        headers.insert(HANDED_OVER_ORIGIN, value);
    }
    Ok(())
}

fn handed_over(request: &Request, vault: &Vault) -> Result<Option<String>> {
    let header = request.header(HANDED_OVER_ORIGIN.as_str());
    let Some((given, origin)) = header.and_then(|value| value.split_once(' ')) else {
        return Ok(None);
    };
    let is_ours = subtle::ConstantTimeEq::ct_eq(tag(origin, vault)?.as_bytes(), given.as_bytes());
    Ok(bool::from(is_ours).then(|| origin.to_owned()))
}

fn tag(origin: &str, vault: &Vault) -> Result<String> {
    use base64::Engine;
    let tag = vault.sign(&format!("origin {origin}"))?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(tag))
}

/// `Forwarded` (RFC 7239), or else `X-Forwarded-Proto` and `X-Forwarded-Host`: of several proxies
/// the first.
fn behind_proxy(request: &Request) -> String {
    let (direct_scheme, direct_host) = request
        .origin
        .split_once("://")
        .unwrap_or(("http", &request.origin));
    let first = |name: &str| {
        let value = request.header(name)?.split(',').next()?;
        Some(value.trim().to_owned())
    };
    let pairs = first(FORWARDED.as_str()).unwrap_or_default();
    let member = |name: &str| {
        let mut pairs = pairs.split(';').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
        Some(value.trim().trim_matches('"').to_owned())
    };
    let scheme = member("proto").or_else(|| first("x-forwarded-proto"));
    let scheme = scheme.filter(|scheme| scheme == "http" || scheme == "https");
    let host = member("host").or_else(|| first("x-forwarded-host"));
    let host = host.filter(|host| host.parse::<Authority>().is_ok());
    let scheme = scheme.as_deref().unwrap_or(direct_scheme);
    format!("{scheme}://{}", host.as_deref().unwrap_or(direct_host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Anonymous;

    fn config(trust_forwarded: bool) -> Config {
        Config {
            app: app::Settings {
                admin_key: String::new(),
                max_body_bytes: 0,
                job_seconds: 0,
                token_seconds: 0,
                vault: Vault::new("root"),
            },
            max_file_bytes: 0,
            rate_limit: 0,
            trust_forwarded,
            anonymous: Anonymous::None,
        }
    }

    fn origin(headers: &[(&'static str, &str)], config: &Config) -> String {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let request = Request {
            origin: "http://inside:3000".to_owned(),
            headers: headers.collect(),
            ..Request::default()
        };
        of(&request, config).unwrap()
    }

    #[test]
    fn a_proxy_is_believed_only_where_it_is_trusted() {
        let headers = [
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "a.example, b"),
        ];
        assert_eq!(origin(&headers, &config(true)), "https://a.example");
        assert_eq!(origin(&headers, &config(false)), "http://inside:3000");
        let standard = [(
            "forwarded",
            "for=1.2.3.4;proto=https;host=\"a.example:8443\", for=x",
        )];
        assert_eq!(origin(&standard, &config(true)), "https://a.example:8443");
        let nonsense = [
            ("x-forwarded-proto", "javascript"),
            ("x-forwarded-host", "a b"),
        ];
        assert_eq!(origin(&nonsense, &config(true)), "http://inside:3000");
    }

    #[test]
    fn only_a_function_of_ours_can_hand_an_origin_over() {
        let mut headers = HeaderMap::new();
        hand_over("https://a.example", &config(false).app.vault, &mut headers).unwrap();
        let value = headers[HANDED_OVER_ORIGIN].to_str().unwrap();
        let received = |value: &str| origin(&[("x-patchbay-origin", value)], &config(false));
        assert_eq!(received(value), "https://a.example");
        assert_eq!(
            received(&value.replace("a.example", "b.example")),
            "http://inside:3000"
        );
    }
}
