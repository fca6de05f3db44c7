//! Reads the parameters of a query as an API server does.

use hub::error::{Error, Result};

use api::request::Request;

/// A parameter that is true or false: everything but `false` and `0` is true, an empty value too
/// (apimachinery, the conversions of `runtime`).
pub(super) fn flag(request: &Request, name: &str) -> Option<bool> {
    let text = request.query(name)?;
    Some(!(text == "0" || text.eq_ignore_ascii_case("false")))
}

/// A parameter that is a number, and not a negative one; none where it is empty.
///
/// # Errors
/// [`Error::Malformed`] when it is none, or is negative.
pub(super) fn number<T: std::str::FromStr>(request: &Request, name: &str) -> Result<Option<T>> {
    let Some(text) = request.query(name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if digits => Ok(Some(number)),
        _ => Err(Error::Malformed(format!(
            "{name}: Invalid value: {text:?}: must be a number that is not negative"
        ))),
    }
}

/// All values of a parameter that may be there more than once.
pub(super) fn all<'r>(request: &'r Request, name: &'static str) -> impl Iterator<Item = &'r str> {
    let named = request.query.iter().filter(move |(known, _)| known == name);
    named.map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_false_and_0_is_true() {
        let read = |query: &str| {
            let request = Request {
                query: api::form::parse(query),
                ..Request::default()
            };
            flag(&request, "watch")
        };
        for query in [
            "watch=true",
            "watch=True",
            "watch=t",
            "watch=1",
            "watch=",
            "watch",
            "watch=no",
        ] {
            assert_eq!(read(query), Some(true), "{query}");
        }
        for query in ["watch=false", "watch=FALSE", "watch=0"] {
            assert_eq!(read(query), Some(false), "{query}");
        }
        assert_eq!(read("other=true"), None);
    }
}
