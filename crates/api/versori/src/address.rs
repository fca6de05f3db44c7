//! Addresses in answers and of others.

use hub::id::Uid;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use api::request::Request;

/// What the paths of the public server begin with.
const PREFIX: &str = "/api/connect/v1";

/// What may stand in a part of a path or of a query as it is: RFC 3986, section 2.3.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What the paths of this API begin with where the client reached us.
pub(crate) fn base(request: &Request) -> String {
    let is_prefixed = request
        .route
        .is_some_and(|route| route.pattern.starts_with(PREFIX));
    let prefix = if is_prefixed { PREFIX } else { "" };
    format!("{}{prefix}", request.origin)
}

/// A text as a part of a path or of a query.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Pairs as a query or a form.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{}={}", encode(name), encode(value));
    let pairs: Vec<String> = pairs.iter().map(pair).collect();
    pairs.join("&")
}

/// The URL with more in its query, in front of its fragment.
pub(crate) fn with_query(url: &str, pairs: &[(&str, &str)]) -> String {
    let (url, fragment) = url
        .split_once('#')
        .map_or((url, None), |(url, fragment)| (url, Some(fragment)));
    let separator = match url.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    let fragment = fragment
        .map(|fragment| format!("#{fragment}"))
        .unwrap_or_default();
    format!("{url}{separator}{}{fragment}", query(pairs))
}

/// Where the JSON Schemas of a version are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SchemaAddress(String);

impl SchemaAddress {
    /// Those of a version of a connector of an organisation.
    pub(crate) fn of(base: &str, organisation: &str, connector: Uid, version: &str) -> Self {
        let (connector, version) = (connector.ulid(), encode(version));
        Self(format!(
            "{base}/o/{organisation}/schemas/{connector}/{version}"
        ))
    }

    /// Where that of a definition is.
    pub(crate) fn url(&self, definition: &str) -> String {
        format!("{}/{}.json", self.0, encode(definition))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_added_to_those_that_are_there() {
        let pairs = [("a b", "c&d"), ("e", "f")];
        assert_eq!(
            with_query("https://x/y", &pairs),
            "https://x/y?a%20b=c%26d&e=f"
        );
        assert_eq!(
            with_query("https://x?z=1#top", &pairs),
            "https://x?z=1&a%20b=c%26d&e=f#top"
        );
        assert_eq!(
            with_query("https://x?", &pairs),
            "https://x?a%20b=c%26d&e=f"
        );
    }
}
