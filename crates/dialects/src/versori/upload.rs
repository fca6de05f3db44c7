//! The documents that imports send.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::Faults;
use hub::json::{MAX_DEPTH, check_depth};
use serde_json::Value;

use super::limits;
use crate::multipart;
use crate::request::Request;

/// The only format there is.
const FORMAT: &str = "openapi";
/// A document and what is said about it.
pub struct Upload {
    /// The document.
    pub document: Value,
    /// The version to import it into, where one is named.
    pub version: Option<String>,
}

/// The document that an import sends: as a file with metadata (multipart), or as a URL (JSON).
///
/// # Errors
/// [`Error::Invalid`] with what is missing or cannot be read.
pub fn read(request: &Request) -> Result<Upload> {
    if request.media_type() == "multipart/form-data" {
        return file_upload(request);
    }
    let body = request.json()?;
    let mut faults = Faults::default();
    if let Some(fields) = faults.object("", &body) {
        fields.string("schemaURL", &mut faults);
        limits::url(&fields, "schemaURL", &mut faults);
        fields.string("format", &mut faults);
        fields.optional_choice("format", &[FORMAT], &mut faults);
    }
    faults.finish(())?;
    let message = "cannot be fetched: imports have no way out of this installation: send the document as the file of a multipart form";
    Err(Error::field(FieldError::new(
        "schemaURL",
        FieldCode::Unsupported,
        message,
    )))
}

fn file_upload(request: &Request) -> Result<Upload> {
    let parts = multipart::parts(request)?;
    let part = |name: &str| parts.iter().find(|part| part.name == name);
    let mut faults = Faults::default();
    for name in ["file", "metadata"] {
        if part(name).is_none() {
            faults.push(FieldError::required(name));
        }
    }
    let mut version = None;
    if let Some(metadata) = part("metadata") {
        let metadata = hub::json::parse(&metadata.content)?;
        if let Some(fields) = faults.object("metadata", &metadata) {
            fields.string("format", &mut faults);
            fields.optional_choice("format", &[FORMAT], &mut faults);
            version = fields.string("version", &mut faults).map(str::to_owned);
            super::version::check_name(&fields, "version", &mut faults);
        }
    }
    faults.finish(())?;
    let document = part("file").map(|file| parse(&file.content)).transpose()?;
    Ok(Upload {
        document: document.unwrap_or_default(),
        version,
    })
}

/// Reads JSON or YAML.
///
/// # Errors
/// [`Error::Invalid`] when it is neither, or is nested too deep.
pub fn parse(bytes: &[u8]) -> Result<Value> {
    let invalid = |error: String| {
        let message = format!("is neither JSON nor YAML: {error}");
        Error::field(FieldError::new("file", FieldCode::Invalid, message))
    };
    if bytes.trim_ascii_start().starts_with(b"{") {
        return hub::json::parse(bytes).map_err(|error| invalid(error.to_string()));
    }
    let options = serde_saphyr::options! { with_snippet: false };
    let document: Value = serde_saphyr::from_slice_with_options(bytes, options)
        .map_err(|error| invalid(error.to_string()))?;
    // Aliases can make a document deeper than it looks.
    check_depth(document.to_string().as_bytes())
        .map_err(|_| invalid(format!("it is nested deeper than {MAX_DEPTH} levels")))?;
    Ok(document)
}
