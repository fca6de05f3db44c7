//! Where a request may carry a credential.

use dialects::request::Request;

/// The credential of a request: `x-pcloud-key` (Privacera), `Authorization: Bearer` (all others), and for Versori
/// `Authorization: JWT` and the cookie named `cookie`.
pub fn find(request: &Request) -> Option<&str> {
    let found = request
        .header("x-pcloud-key")
        .or_else(|| authorization(request))
        .or_else(|| cookie(request))?;
    Some(found.trim()).filter(|credential| !credential.is_empty())
}

fn authorization(request: &Request) -> Option<&str> {
    let (scheme, credential) = request.header("authorization")?.trim().split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("jwt");
    known.then_some(credential)
}

fn cookie(request: &Request) -> Option<&str> {
    let cookies = request.header("cookie")?.split(';');
    cookies
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == "cookie")
        .map(|(_, value)| value)
}
