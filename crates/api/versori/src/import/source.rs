//! Where the document of an import is: in the request, or at a URL.

use http::StatusCode;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fetch::Fetched;
use hub::fields::{FieldErrors, Fields};
use serde_json::Value;

use super::openapi::document::{self, Imported};
use crate::change::no_object;
use crate::json_or_yaml::{self, Format, within};
use crate::rules;
use crate::version::wire::check_name;
use api::multipart;
use api::request::Request;

/// The only format there is.
const FORMAT: &str = "openapi";
/// How a document can be written.
const FILE_TYPES: [&str; 2] = ["json", "yaml"];
/// The part of a form that is the document.
pub(crate) const FILE: &str = "file";
/// The part of a form that says what the document is.
const METADATA: &str = "metadata";
/// The member of a body that says where the document is.
pub(crate) const SCHEMA_URL: &str = "schemaURL";

/// A document to import and the version that it becomes.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ImportSource {
    /// The document, or where it is.
    pub document: DocumentSource,
    /// The version to import it into, where one is named.
    pub version: Option<String>,
}

/// Where a document comes from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum DocumentSource {
    /// It was sent, and is read.
    File(Box<Imported>),
    /// It is at a URL, and may be written in one way only.
    Url(String, Format),
}

/// The document that an import sends: as a file with metadata (multipart), or as a URL (JSON).
///
/// # Errors
/// [`Error::Invalid`] with what is missing or cannot be read.
pub(crate) fn read(request: &Request, needs_version: bool) -> Result<ImportSource> {
    if request.media_type() == "multipart/form-data" {
        return in_form(request, needs_version);
    }
    let body = request.json_or_undeclared().map_err(|error| match error {
        Error::UnsupportedMediaType { .. } => Error::UnsupportedMediaType {
            supported: vec!["multipart/form-data", "application/json"],
        },
        error => error,
    })?;
    let mut faults = FieldErrors::default();
    let document = faults.object("", &body).map(|fields| ImportSource {
        document: at_url(&fields, &mut faults),
        version: metadata(&fields, false, &mut faults),
    });
    faults.finish(())?;
    document.ok_or_else(no_object)
}

fn at_url(fields: &Fields<'_>, faults: &mut FieldErrors) -> DocumentSource {
    let url = fields.string(SCHEMA_URL, faults).unwrap_or_default();
    rules::url(fields, SCHEMA_URL, faults);
    let format = match fields.optional_choice("filetype", &FILE_TYPES, faults) {
        Some("json") => Format::Json,
        _ => Format::Any,
    };
    DocumentSource::Url(url.to_owned(), format)
}

fn in_form(request: &Request, needs_version: bool) -> Result<ImportSource> {
    let parts = multipart::parts(request)?;
    let part = |name: &str| parts.iter().find(|part| part.name == name);
    let mut faults = FieldErrors::default();
    for name in [FILE, METADATA] {
        if part(name).is_none() {
            faults.push(FieldError::required(name));
        }
    }
    let mut version = None;
    if let Some(part) = part(METADATA) {
        let value = hub::json::parse_part("it", &part.content);
        let value = value.map_err(|error| within(METADATA, error))?;
        if let Some(fields) = faults.object(METADATA, &value) {
            version = metadata(&fields, needs_version, &mut faults);
        }
    }
    faults.finish(())?;
    let content = part(FILE).map(|file| file.content.as_ref());
    let document = json_or_yaml::parse(content.unwrap_or_default(), FILE, Format::Any)?;
    let imported = document::read(&document, FILE)?;
    Ok(ImportSource {
        document: DocumentSource::File(Box::new(imported)),
        version,
    })
}

/// The version that the metadata names. A new connector needs none: the published form of its
/// import has no such member.
fn metadata(fields: &Fields<'_>, needs_version: bool, faults: &mut FieldErrors) -> Option<String> {
    fields.string("format", faults);
    fields.optional_choice("format", &[FORMAT], faults);
    check_name(fields, "version", faults);
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
/// [`Error::Invalid`] when it answers something else, or as [`json_or_yaml::parse`].
pub(crate) fn of_reply(reply: Option<&Fetched>, format: Format) -> Result<Value> {
    let reply =
        reply.ok_or_else(|| Error::Internal("an import without its document".to_owned()))?;
    if reply.status != StatusCode::OK {
        let message = format!("cannot be fetched: it answers {}", reply.status);
        let code = FieldCode::Invalid;
        return Err(Error::field(FieldError::new(SCHEMA_URL, code, message)));
    }
    json_or_yaml::parse(reply.text.as_bytes(), SCHEMA_URL, format)
}
