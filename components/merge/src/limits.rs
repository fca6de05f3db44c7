//! How much a document may ask for. Each bound is what keeps one request from taking the memory or
//! the processor of all.

use serde_json::Value;

use crate::error::{Code, Error};

/// Levels of objects and lists. Every walk recurses at most this deep, which the smallest stack
/// bears.
pub const MAX_DEPTH: usize = 64;
/// Bytes of JSON text, of an argument or of a result.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Values in a document. The shortest ones take a hundred times their text in memory, so bytes
/// alone are no bound.
pub const MAX_VALUES: usize = 1_000_000;
/// Operations of one JSON Patch; Kubernetes has the same bound.
pub const MAX_OPERATIONS: usize = 10_000;
/// Bad fields that are reported at once.
pub const MAX_ERRORS: usize = 1_000;
/// Members and rows that one JSON Patch may move in memory: an insertion at the front of a list
/// moves all of it.
pub const MAX_MOVES: usize = 100_000_000;

/// Reads an argument. `name` is what messages call it.
pub fn parse(name: &str, text: &str) -> Result<Value, Error> {
    parse_within(name, text, MAX_DEPTH)
}

/// Reads managed fields, which have more levels than the object that they are about.
pub fn parse_managed_fields(text: &str) -> Result<Value, Error> {
    parse_within("list of managed fields", text, MAX_DEPTH.saturating_add(4))
}

fn parse_within(name: &str, text: &str, depth: usize) -> Result<Value, Error> {
    if text.len() > MAX_BYTES {
        return Err(too_many(name, "bytes", MAX_BYTES));
    }
    measure(text).check(name, depth)?;
    serde_json::from_str(text).map_err(|problem| {
        Error::field(
            "",
            Code::Malformed,
            format!("the {name} is not JSON: {problem}"),
        )
    })
}

/// Writes a result.
pub fn render(document: &Value) -> Result<String, Error> {
    let text = document.to_string();
    if text.len() > MAX_BYTES {
        return Err(too_many("result", "bytes", MAX_BYTES));
    }
    Ok(text)
}

fn too_many(name: &str, what: &str, bound: usize) -> Error {
    Error::field(
        "",
        Code::TooLarge,
        format!("the {name} has more than {bound} {what}: send less at once"),
    )
}

/// How much text one answer may hold besides its document. Pointers repeat the names that they go
/// through, so a few long names could otherwise become gigabytes.
#[derive(Debug)]
pub(crate) struct Allowance(usize);

impl Default for Allowance {
    fn default() -> Self {
        Self(MAX_BYTES)
    }
}

impl Allowance {
    /// Whether there is room for this text too. Once there is not, there never is.
    pub(crate) fn spend(&mut self, text: &str) -> bool {
        match self.0.checked_sub(text.len()) {
            Some(left) => self.0 = left,
            None => self.0 = 0,
        }
        self.0 > 0
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0 == 0 {
            return Err(too_many("report on the result", "bytes", MAX_BYTES));
        }
        Ok(())
    }
}

/// What a document asks for.
#[derive(Debug, Default, Clone, Copy)]
struct Extent {
    depth: usize,
    values: usize,
}

impl Extent {
    fn check(self, name: &str, depth: usize) -> Result<(), Error> {
        if self.depth > depth {
            let message = format!("the {name} has more than {depth} levels: make it flatter");
            return Err(Error::field("", Code::TooDeep, message));
        }
        if self.values > MAX_VALUES {
            return Err(too_many(name, "values", MAX_VALUES));
        }
        Ok(())
    }
}

/// Measures JSON text before it is read, so that reading it is safe. An empty object or list
/// counts twice, and text that is not JSON gets some figure or other.
fn measure(text: &str) -> Extent {
    let (mut depth, mut extent) = (
        0_usize,
        Extent {
            depth: 0,
            values: 1,
        },
    );
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth = depth.saturating_add(1);
                extent.depth = extent.depth.max(depth);
                extent.values = extent.values.saturating_add(1);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => extent.values = extent.values.saturating_add(1),
            _ => {}
        }
    }
    extent
}

/// What a value takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) depth: usize,
    pub(crate) values: usize,
    /// Of text, more or less: escapes and the digits of numbers are not counted out.
    pub(crate) bytes: usize,
}

impl Size {
    pub(crate) fn named(self, name: &str) -> Self {
        Self {
            bytes: self.bytes.saturating_add(name.len()).saturating_add(3),
            ..self
        }
    }
}

impl FromIterator<Size> for Size {
    /// The size of an object or list of these.
    fn from_iter<I: IntoIterator<Item = Size>>(parts: I) -> Self {
        let mut whole = Size {
            depth: 0,
            values: 1,
            bytes: 2,
        };
        for part in parts {
            whole.depth = whole.depth.max(part.depth);
            whole.values = whole.values.saturating_add(part.values);
            whole.bytes = whole.bytes.saturating_add(part.bytes).saturating_add(1);
        }
        Size {
            depth: whole.depth.saturating_add(1),
            ..whole
        }
    }
}

pub(crate) fn size(value: &Value) -> Size {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| size(member).named(name))
            .collect(),
        Value::Array(rows) => rows.iter().map(size).collect(),
        Value::String(text) => Size {
            depth: 0,
            values: 1,
            bytes: text.len().saturating_add(2),
        },
        _ => Size {
            depth: 0,
            values: 1,
            bytes: 8,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(result: Result<Value, Error>) -> Code {
        match result {
            Err(Error::Invalid(fields)) => fields[0].code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn depth_is_bounded_before_anything_is_read() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse("payload", &nested(MAX_DEPTH)).is_ok());
        assert_eq!(
            code(parse("payload", &nested(MAX_DEPTH + 1))),
            Code::TooDeep
        );
        assert_eq!(
            code(parse("payload", &"[".repeat(1_000_000))),
            Code::TooDeep
        );
        assert_eq!(
            code(parse("payload", &"{\"a\":".repeat(1_000_000))),
            Code::TooDeep
        );
    }

    #[test]
    fn brackets_in_strings_do_not_count() {
        assert!(
            parse(
                "payload",
                &format!("{{\"a\\\\\\\"{}\":\"{}\"}}", "[".repeat(99), "{".repeat(99))
            )
            .is_ok()
        );
    }

    #[test]
    fn values_and_bytes_are_bounded() {
        let list = |rows: usize| format!("[{}0]", "0,".repeat(rows - 1));
        assert!(parse("payload", &list(MAX_VALUES - 2)).is_ok());
        assert_eq!(
            code(parse("payload", &list(MAX_VALUES + 1))),
            Code::TooLarge
        );
        assert_eq!(
            code(parse("payload", &format!("\"{}\"", "a".repeat(MAX_BYTES)))),
            Code::TooLarge
        );
        assert!(render(&Value::String("a".repeat(MAX_BYTES))).is_err());
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for text in ["", "{", "]", "{\"a\"}", "nul", "1e999", "\"\\x\"", "{} {}"] {
            assert_eq!(code(parse("payload", text)), Code::Malformed, "{text}");
        }
    }
}
