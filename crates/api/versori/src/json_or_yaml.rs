//! Documents within requests, which can be JSON or YAML.

use api::yaml::{self, Schema};
use hub::error::{Error, FieldCode, FieldError, Result};
use serde_json::Value;

/// What a document may be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON only.
    Json,
    /// JSON or YAML.
    Any,
}

/// Reads a document, which `field` of the request has. Its YAML has the JSON schema (OpenAPI 3.1,
/// section 4.4).
///
/// # Errors
/// [`Error::Invalid`] when it is neither, or not the one that it must be, or cannot be kept as it
/// was sent.
pub(crate) fn parse(bytes: &[u8], field: &str, format: Format) -> Result<Value> {
    let is_json = format == Format::Json || bytes.trim_ascii_start().starts_with(b"{");
    let read = if is_json {
        hub::json::parse_part("it", bytes)
    } else {
        yaml::parse("it", bytes, Schema::Json12).and_then(unique)
    };
    read.map_err(|error| match (error, format) {
        (Error::Malformed(why), Format::Json) => malformed(field, &format!("is not JSON: {why}")),
        (Error::Malformed(why), Format::Any) => {
            malformed(field, &format!("is neither JSON nor YAML: {why}"))
        }
        (error, _) => within(field, error),
    })
}

/// YAML has every member once (YAML 1.2.2, section 3.2.1.1).
fn unique(document: yaml::Document) -> Result<Value> {
    let twice = |path: &String| FieldError::new(path, FieldCode::Duplicate, "is there twice");
    Error::check(document.duplicates.iter().map(twice).collect())?;
    Ok(document.value)
}

/// An error about a document as one about the field that has it.
pub(crate) fn within(field: &str, error: Error) -> Error {
    match error {
        Error::Invalid(faults) => {
            let place = |path: &str| match path {
                "" => field.to_owned(),
                path if path.starts_with('[') => format!("{field}{path}"),
                path => format!("{field}.{path}"),
            };
            let within = |fault: FieldError| FieldError {
                field: place(&fault.field),
                ..fault
            };
            Error::Invalid(faults.into_iter().map(within).collect())
        }
        Error::Malformed(why) => malformed(field, &why),
        error => error,
    }
}

fn malformed(field: &str, why: &str) -> Error {
    Error::field(FieldError::new(field, FieldCode::Invalid, why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn yaml_has_the_json_schema() {
        let text = b"required: [x, y]\nenum: [NO, off]\nexample: 012\n";
        let expected = json!({"required": ["x", "y"], "enum": ["NO", "off"], "example": "012"});
        assert_eq!(parse(text, "file", Format::Any).unwrap(), expected);
    }

    #[test]
    fn a_fault_says_what_the_document_should_be() {
        for (format, expected) in [
            (Format::Json, "is not JSON: "),
            (Format::Any, "is neither JSON nor YAML: "),
        ] {
            let Err(Error::Invalid(faults)) = parse(b"a: b: c", "file", format) else {
                panic!("{expected}")
            };
            assert!(faults[0].message.starts_with(expected), "{faults:?}");
        }
    }

    #[test]
    fn faults_are_at_the_field_that_has_the_document() {
        let table: [(&[u8], Format, &str); 6] = [
            (b"a: {b: 1, b: 2}", Format::Any, "file.a.b"),
            (b"a: b", Format::Json, "file"),
            (b"a: b: c", Format::Any, "file"),
            (b"{\"a\": [18446744073709551616]}", Format::Any, "file.a[0]"),
            (b"- 18446744073709551616", Format::Any, "file[0]"),
            (b"18446744073709551616", Format::Any, "file"),
        ];
        for (text, format, field) in table {
            let Err(Error::Invalid(faults)) = parse(text, "file", format) else {
                panic!("{field}")
            };
            assert_eq!(faults[0].field, field);
        }
    }
}
