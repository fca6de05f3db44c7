//! Reads JSON that a stranger sent.

use serde_json::Value;

use crate::error::{Error, Result};

/// How deep arrays and objects may be nested. Published documents need less than 20; recursion over more would
/// take stack that a component does not have.
pub const MAX_DEPTH: usize = 64;

/// The text at a JSON Pointer (RFC 6901); empty where there is none. Only for what is known to be of the right type: in what
/// a caller sent, a wrong type is an error ([`crate::fields`]).
pub fn text_at<'a>(document: &'a Value, pointer: &str) -> &'a str {
    document
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Reads a JSON document.
///
/// # Errors
/// [`Error::Malformed`] when it is not JSON, saying where, or is nested deeper than [`MAX_DEPTH`].
pub fn parse(bytes: &[u8]) -> Result<Value> {
    parse_part("the body", bytes)
}

/// Reads a JSON document that errors call `name`. A byte order mark before it means nothing (RFC 8259, section 8.1).
///
/// # Errors
/// As [`parse`].
pub fn parse_part(name: &str, bytes: &[u8]) -> Result<Value> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    check_depth_of(name, bytes)?;
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Malformed(format!("{name} is not valid JSON: {error}")))
}

/// Refuses what is nested too deep before anything recurses into it.
///
/// # Errors
/// [`Error::Malformed`] when it is nested deeper than [`MAX_DEPTH`].
pub fn check_depth(bytes: &[u8]) -> Result<()> {
    check_depth_of("the body", bytes)
}

fn check_depth_of(name: &str, bytes: &[u8]) -> Result<()> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth = depth.saturating_add(1),
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(Error::Malformed(format!(
                "{name} is nested deeper than {MAX_DEPTH} levels"
            )));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_means_nothing() {
        assert_eq!(parse(b"\xef\xbb\xbf{}").unwrap(), serde_json::json!({}));
    }

    #[test]
    fn depth_is_counted_outside_of_strings() {
        assert!(parse(br#"{"a": "[[[[\"[[[["}"#).is_ok());
        assert!(
            parse(format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH)).as_bytes()).is_ok()
        );
        let bomb = "[".repeat(1_000_000);
        assert!(
            matches!(parse(bomb.as_bytes()), Err(Error::Malformed(message)) if message.contains("deeper"))
        );
    }
}
