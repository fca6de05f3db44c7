//! Where a request may carry a credential.

use api::request::Request;

/// The credential of a request: in a header that a dialect has for it, or `Authorization: Bearer`.
pub(crate) fn find(request: &Request) -> Option<&str> {
    let found = registry::dialects()
        .find_map(|dialect| dialect.credential(request))
        .or_else(|| bearer(request))?;
    Some(found.trim()).filter(|credential| !credential.is_empty())
}

fn bearer(request: &Request) -> Option<&str> {
    let (scheme, credential) = request.header("authorization")?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(credential)
}
