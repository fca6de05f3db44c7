//! Conditional requests (RFC 9110, section 13): the entity tag of an object is
//! [`hub::object::Object::tag`] in quotes, `"17"`.

use http::StatusCode;
use http::header::ETAG;
use hub::error::{Error, Result};
use hub::precondition::{Precondition, Tags};

use crate::request::Request;
use crate::response::Response;

/// The conditions of a request.
///
/// # Errors
/// [`Error::Malformed`] when a header is no list of entity tags.
pub fn precondition(request: &Request) -> Result<Precondition> {
    Ok(Precondition {
        if_match: tags(request, "if-match", false)?,
        if_none_match: tags(request, "if-none-match", true)?,
    })
}

/// The response with the entity tag of the object that it shows; without its body when the client
/// has that already.
///
/// # Errors
/// Those of [`precondition`].
pub fn tagged(request: &Request, response: Response, tag: i64) -> Result<Response> {
    let reads = request.method == http::Method::GET || request.method == http::Method::HEAD;
    let known = tags(request, "if-none-match", true)?;
    let response = if reads && known.is_some_and(|tags| tags.contain(tag)) {
        Response::empty(StatusCode::NOT_MODIFIED)
    } else {
        response
    };
    Ok(response.with_header(ETAG, &format!("\"{tag}\"")))
}

/// A weak tag (`W/"17"`) matches only where a weak comparison does (RFC 9110, section 8.8.3.2).
fn tags(request: &Request, name: &'static str, weak_matches: bool) -> Result<Option<Tags>> {
    let mut values = request.headers.get_all(name).iter().peekable();
    if values.peek().is_none() {
        return Ok(None);
    }
    let malformed = || {
        Error::Malformed(format!(
            "{name} must be * or entity tags in quotes: \"17\", \"18\""
        ))
    };
    let mut listed = Vec::new();
    for value in values {
        let list = value.to_str().map_err(|_| malformed())?;
        for tag in list.split(',').map(str::trim).filter(|tag| !tag.is_empty()) {
            if tag == "*" {
                return Ok(Some(Tags::Any));
            }
            let (weak, quoted) = tag
                .strip_prefix("W/")
                .map_or((false, tag), |tag| (true, tag));
            let opaque = quoted
                .strip_prefix('"')
                .and_then(|tag| tag.strip_suffix('"'))
                .ok_or_else(malformed)?;
            if !weak || weak_matches {
                listed.extend(opaque.parse::<i64>());
            }
        }
    }
    Ok(Some(Tags::Listed(listed)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, HeaderValue};

    fn request(name: &'static str, value: &'static str) -> Request {
        let headers = HeaderMap::from_iter([(
            http::header::HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )]);
        Request {
            headers,
            ..Request::default()
        }
    }

    #[test]
    fn tags_are_numbers() {
        let read = |value| precondition(&request("if-match", value)).map(|read| read.if_match);
        let listed = |tags: &[i64]| Ok(Some(Tags::Listed(tags.to_vec())));
        assert_eq!(read("\"17\", \"x\",\"18\""), listed(&[17, 18]));
        assert_eq!(read("*"), Ok(Some(Tags::Any)));
        assert_eq!(read("W/\"17\""), listed(&[]));
        assert!(matches!(read("17"), Err(Error::Malformed(_))));
    }

    #[test]
    fn who_has_it_already_gets_no_body() {
        let response = || Response::of(StatusCode::OK, "text/plain", "body");
        let tagged = |value| tagged(&request("if-none-match", value), response(), 17).unwrap();
        assert_eq!(tagged("W/\"17\"").status, StatusCode::NOT_MODIFIED);
        assert_eq!(tagged("\"16\"").status, StatusCode::OK);
        assert_eq!(tagged("\"16\"").headers["etag"], "\"17\"");
    }
}
