//! The documents that imports send, or say where they are.

use http::StatusCode;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fetch::Fetched;
use hub::fields::{FieldErrors, Fields};
use hub::json::{MAX_DEPTH, check_depth};
use serde_json::Value;

use super::limits;
use super::openapi::{self, Imported};
use api::multipart;
use api::request::Request;

/// The only format there is.
const FORMAT: &str = "openapi";
/// How a document can be written.
const FILE_TYPES: [&str; 2] = ["json", "yaml"];
/// The part of a form that is the document.
pub const FILE: &str = "file";
/// The member of a body that says where the document is.
pub const SCHEMA_URL: &str = "schemaURL";

/// A document to import and what is said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The document, or where it is.
    pub source: Source,
    /// The version to import it into, where one is named.
    pub version: Option<String>,
}

/// Where a document comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// It was sent, and is read.
    File(Box<Imported>),
    /// It is at a URL, and may be written in one way only.
    Url(String, Option<&'static str>),
}

/// The document that an import sends: as a file with metadata (multipart), or as a URL (JSON).
///
/// # Errors
/// [`Error::Invalid`] with what is missing or cannot be read.
pub fn read(request: &Request, needs_version: bool) -> Result<Document> {
    if request.media_type() == "multipart/form-data" {
        return in_form(request, needs_version);
    }
    let body = request.json()?;
    let mut faults = FieldErrors::default();
    let document = faults.object("", &body).map(|fields| Document {
        source: at_url(&fields, &mut faults),
        version: metadata(&fields, false, &mut faults),
    });
    faults.finish(())?;
    document.ok_or_else(|| Error::Malformed("the body must be a JSON object".to_owned()))
}

fn at_url(fields: &Fields<'_>, faults: &mut FieldErrors) -> Source {
    let url = fields.string(SCHEMA_URL, faults).unwrap_or_default();
    limits::url(fields, SCHEMA_URL, faults);
    let file_type = fields.optional_choice("filetype", &FILE_TYPES, faults);
    let file_type = FILE_TYPES
        .into_iter()
        .find(|known| file_type == Some(*known));
    Source::Url(url.to_owned(), file_type)
}

fn in_form(request: &Request, needs_version: bool) -> Result<Document> {
    let parts = multipart::parts(request)?;
    let part = |name: &str| parts.iter().find(|part| part.name == name);
    let mut faults = FieldErrors::default();
    for name in [FILE, "metadata"] {
        if part(name).is_none() {
            faults.push(FieldError::required(name));
        }
    }
    let mut version = None;
    if let Some(part) = part("metadata") {
        let value = hub::json::parse(&part.content)?;
        if let Some(fields) = faults.object("metadata", &value) {
            version = metadata(&fields, needs_version, &mut faults);
        }
    }
    faults.finish(())?;
    let content = part(FILE).map(|file| file.content.as_ref());
    let document = parse(content.unwrap_or_default(), FILE, None)?;
    let imported = openapi::read(&document, FILE)?;
    Ok(Document {
        source: Source::File(Box::new(imported)),
        version,
    })
}

/// The version that the metadata names. A new connector needs none: the published form of its import has no such member.
fn metadata(fields: &Fields<'_>, needs_version: bool, faults: &mut FieldErrors) -> Option<String> {
    fields.string("format", faults);
    fields.optional_choice("format", &[FORMAT], faults);
    super::version::check_name(fields, "version", faults);
    let version = if needs_version || fields.get("version").is_some() {
        fields.string("version", faults)
    } else {
        None
    };
    version.map(str::to_owned)
}

/// Reads the answer of the URL that a document is at.
///
/// # Errors
/// [`Error::Invalid`] when it answers something else, or as [`parse`].
pub fn of_reply(reply: Option<&Fetched>, file_type: Option<&str>) -> Result<Value> {
    let reply =
        reply.ok_or_else(|| Error::Internal("an import without its document".to_owned()))?;
    if reply.status != StatusCode::OK {
        let message = format!("cannot be fetched: it answers {}", reply.status);
        let code = FieldCode::Invalid;
        return Err(Error::field(FieldError::new(SCHEMA_URL, code, message)));
    }
    parse(reply.text.as_bytes(), SCHEMA_URL, file_type)
}

/// Reads JSON or YAML, which `field` has.
///
/// # Errors
/// [`Error::Invalid`] when it is neither, or not the one that it must be, or is nested too deep.
pub fn parse(bytes: &[u8], field: &str, file_type: Option<&str>) -> Result<Value> {
    let invalid = |error: String| {
        let what = match file_type {
            Some("json") => "is not JSON",
            _ => "is neither JSON nor YAML",
        };
        let message = format!("{what}: {error}");
        Error::field(FieldError::new(field, FieldCode::Invalid, message))
    };
    if file_type == Some("json") || bytes.trim_ascii_start().starts_with(b"{") {
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
