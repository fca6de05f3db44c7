//! Reads JSON that a stranger sent.

use serde_json::Value;

use crate::error::{Error, FieldCode, FieldError, Result};

/// How deep arrays and objects may be nested. Published documents need less than 20; recursion over
/// more would take stack that a component does not have.
pub const MAX_DEPTH: usize = 64;

/// The text at a JSON Pointer (RFC 6901); empty where there is none. Only for what is known to be
/// of the right type: in what a caller sent, a wrong type is an error ([`crate::fields`]).
pub fn text_at<'a>(document: &'a Value, pointer: &str) -> &'a str {
    document
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Reads a JSON document.
///
/// # Errors
/// Those of [`check`]; [`Error::Malformed`] when it is not JSON, saying where.
pub fn parse(bytes: &[u8]) -> Result<Value> {
    parse_part("the body", bytes)
}

/// Reads a JSON document that errors call `name`. A byte order mark before it means nothing (RFC
/// 8259, section 8.1).
///
/// # Errors
/// As [`parse`].
pub fn parse_part(name: &str, bytes: &[u8]) -> Result<Value> {
    let bytes = without_mark(bytes);
    check(name, bytes)?;
    read(name, bytes)
}

/// Reads what another system answered, of which nothing is kept: an integer beyond 64 bits is read
/// as a float there.
///
/// # Errors
/// [`Error::Malformed`] when it is not JSON or is nested deeper than [`MAX_DEPTH`].
pub fn parse_reply(bytes: &[u8]) -> Result<Value> {
    let (name, bytes) = ("the reply", without_mark(bytes));
    check_depth(name, bytes)?;
    read(name, bytes)
}

/// Refuses what is nested too deep before anything recurses into it, and integers that would become
/// floats.
///
/// # Errors
/// [`Error::Malformed`] when it is nested deeper than [`MAX_DEPTH`]; [`Error::Invalid`], which
/// names the field, when an integer does not fit in 64 bits.
pub fn check(name: &str, bytes: &[u8]) -> Result<()> {
    check_depth(name, bytes)?;
    match large_integer(bytes) {
        Some(at) => Err(Error::field(out_of_range(
            &path_at(bytes, at),
            token_at(bytes, at),
        ))),
        None => Ok(()),
    }
}

/// The refusal of an integer beyond 64 bits, which JSON readers take for a float (RFC 8259, section
/// 6).
pub fn out_of_range(field: &str, number: &str) -> FieldError {
    let digits: String = number.chars().take(40).collect();
    let message = format!("must be a number that fits in 64 bits: send {digits} as a string");
    FieldError::new(field, FieldCode::Invalid, message)
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn read(name: &str, bytes: &[u8]) -> Result<Value> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Malformed(format!("{name} is not valid JSON: {error}")))
}

fn check_depth(name: &str, bytes: &[u8]) -> Result<()> {
    let mut depth = 0_usize;
    for (_, byte) in outside_strings(bytes) {
        match byte {
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

/// The bytes that are not in strings, with their offsets. Of a string there is the quote that it
/// begins with.
fn outside_strings(bytes: &[u8]) -> impl Iterator<Item = (usize, u8)> {
    let (mut in_string, mut escaped) = (false, false);
    bytes.iter().copied().enumerate().filter(move |(_, byte)| {
        let was_in_string = in_string;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ => {}
        }
        !was_in_string
    })
}

/// Where the first integer is that fits neither i64 nor u64.
fn large_integer(bytes: &[u8]) -> Option<usize> {
    // The shortest that can be too large has 19 digits.
    const LONG: usize = 19;
    let (mut begin, mut length) = (None, 0_usize);
    for (at, byte) in outside_strings(bytes).chain([(bytes.len(), b' ')]) {
        if is_of_number(byte) {
            begin = begin.or(Some(at));
            length = length.saturating_add(1);
        } else {
            let token = begin.take().filter(|_| length >= LONG);
            length = 0;
            if token.is_some_and(|begin| is_large_integer(token_at(bytes, begin))) {
                return token;
            }
        }
    }
    None
}

const fn is_of_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
}

/// Whether a text is an integer that fits in neither i64 nor u64.
pub fn is_large_integer(token: &str) -> bool {
    let digits = token.strip_prefix('-').unwrap_or(token);
    digits.bytes().all(|byte| byte.is_ascii_digit())
        && token.parse::<i64>().is_err()
        && token.parse::<u64>().is_err()
}

/// The number that begins there.
fn token_at(bytes: &[u8], begin: usize) -> &str {
    let rest = bytes.get(begin..).unwrap_or_default();
    let end = rest.iter().position(|byte| !is_of_number(*byte));
    let token = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
    std::str::from_utf8(token).unwrap_or_default()
}

/// An array or object on the way to a value.
enum Step {
    Index(usize),
    Member(String),
}

/// The path of the value that begins there: `spec.params[0].value`.
fn path_at(bytes: &[u8], at: usize) -> String {
    let mut steps: Vec<Step> = Vec::new();
    // Whether the next string is the name of a member.
    let mut is_name = false;
    for (here, byte) in outside_strings(bytes).take_while(|(here, _)| *here < at) {
        match byte {
            b'{' => {
                steps.push(Step::Member(String::new()));
                is_name = true;
            }
            b'[' => {
                steps.push(Step::Index(0));
                is_name = false;
            }
            b'}' | b']' => drop(steps.pop()),
            b',' => match steps.last_mut() {
                Some(Step::Index(index)) => *index = index.saturating_add(1),
                _ => is_name = true,
            },
            b'"' if is_name => {
                if let Some(Step::Member(name)) = steps.last_mut() {
                    *name = string_at(bytes, here);
                }
                is_name = false;
            }
            _ => {}
        }
    }
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Member(name) if path.is_empty() => path = name,
            Step::Member(name) => path.push_str(&format!(".{name}")),
        }
    }
    path
}

/// The string that begins there.
fn string_at(bytes: &[u8], begin: usize) -> String {
    let rest = bytes.get(begin..).unwrap_or_default();
    let mut strings = serde_json::Deserializer::from_slice(rest).into_iter::<String>();
    strings
        .next()
        .and_then(std::result::Result::ok)
        .unwrap_or_default()
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

    #[test]
    fn integers_beyond_64_bits_are_refused_by_their_field() {
        let table = [
            ("1234567890123456789012", ""),
            ("-9223372036854775809", ""),
            ("[1, 18446744073709551616]", "[1]"),
            (
                r#"{"a": {"b\"{": [0, {"c": 18446744073709551616}]}}"#,
                "a.b\"{[1].c",
            ),
            (
                r#"{"a": [1, 2], "d": {"e": "x,[{", "f":18446744073709551616 }}"#,
                "d.f",
            ),
        ];
        for (text, field) in table {
            let Err(Error::Invalid(errors)) = parse(text.as_bytes()) else {
                panic!("{text}")
            };
            assert_eq!(errors[0].field, field, "{text}");
        }
        assert!(parse_reply(b"1234567890123456789012").unwrap().is_f64());
    }

    #[test]
    fn other_numbers_are_read_as_they_are_sent() {
        for text in [
            "18446744073709551615",
            "-9223372036854775808",
            "1.5",
            "123456789012345678901.0",
            "1e22",
            "\"1234567890123456789012\"",
            "[\"\\\"1234567890123456789012\"]",
        ] {
            let value = parse(text.as_bytes()).unwrap();
            let again: Value = serde_json::from_str(&value.to_string()).unwrap();
            assert_eq!(again, value, "{text}");
        }
        assert_eq!(parse(b"18446744073709551615").unwrap(), u64::MAX);
        assert_eq!(parse(b"-9223372036854775808").unwrap(), i64::MIN);
    }
}
