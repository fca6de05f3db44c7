//! Requests.

use hub::command::{Export, Import};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::job::{NewJob, Task};
use hub::object::Kind;
use serde_json::{Value, json};

use super::{file, options};
use api::multipart::{self, Part};
use api::request::Request;
use api::route::Parsed;

/// What a path of exports tells of.
const EXPORTS: &[Task] = &[Task::Export];
/// What a path of imports tells of.
const IMPORTS: &[Task] = &[Task::Import, Task::Preview];

/// `POST /sp-config/export`
pub fn export(request: &Request) -> Parsed<Export> {
    let body = request.json()?;
    let mut faults = FieldErrors::default();
    let options = options::export(&body, &mut faults);
    faults.finish(())?;
    Ok(Export::StartJob(Box::new(NewJob {
        task: Task::Export,
        description: options.description,
        request: body,
        items: Vec::new(),
        backup: false,
    }))
    .into())
}

/// `POST /sp-config/import`: a form with the file as `data`, and maybe `options`, in any order.
pub fn import(request: &Request) -> Parsed<Import> {
    let preview = request.query_flag("preview")?;
    let parts = multipart::parts(request)?;
    let given = options_of(&parts)?;
    let mut faults = FieldErrors::default();
    let options = options::import(&given, &mut faults);
    faults.finish(())?;
    let ordered = file::read(&file_of(&parts)?.content, &options.selection)?;
    Ok(Import::StartJob(Box::new(NewJob {
        task: if preview { Task::Preview } else { Task::Import },
        description: None,
        request: json!({
            "defaultReferences": options.default_references,
            "cycles": ordered.cycles,
        }),
        items: ordered.items,
        backup: !preview && !options.exclude_backup,
    }))
    .into())
}

/// `GET /sp-config/export/{id}`
pub fn export_status(request: &Request) -> Parsed<Export> {
    Ok(Export::GetJob(EXPORTS, job(request)?).into())
}

/// `GET /sp-config/export/{id}/download`
pub fn export_download(request: &Request) -> Parsed<Export> {
    Ok(Export::GetArtifact(EXPORTS, job(request)?).into())
}

/// `GET /sp-config/import/{id}`
pub fn import_status(request: &Request) -> Parsed<Import> {
    Ok(Import::GetJob(IMPORTS, job(request)?).into())
}

/// `GET /sp-config/import/{id}/download`
pub fn import_download(request: &Request) -> Parsed<Import> {
    Ok(Import::GetArtifact(IMPORTS, job(request)?).into())
}

fn job(request: &Request) -> Result<Uid> {
    let id = request.param("id");
    Uid::parse_hex(id).ok_or_else(|| Error::not_found(Kind::Job, id))
}

/// The part is text in some clients and a file in others.
fn options_of(parts: &[Part]) -> Result<Value> {
    let Some(part) = parts.iter().find(|part| part.name == "options") else {
        return Ok(json!({}));
    };
    if part.content.iter().all(u8::is_ascii_whitespace) {
        return Ok(json!({}));
    }
    let options = hub::json::parse_part("the part \"options\"", &part.content)?;
    Ok(if options.is_null() {
        json!({})
    } else {
        options
    })
}

/// The published service answers so when the name of a file is sent instead of the file. Where no file was chosen, a browser
/// sends one without a name and with nothing in it.
fn file_of(parts: &[Part]) -> Result<&Part> {
    let is_chosen = |name: &str, part: &Part| !(name.is_empty() && part.content.is_empty());
    let file = |part: &&Part| {
        let name = part.file_name.as_deref();
        part.name == "data" && name.is_some_and(|name| is_chosen(name, part))
    };
    parts.iter().find(file).ok_or_else(|| {
        Error::field(FieldError::new(
            "",
            FieldCode::Required,
            "No files were supplied for import.",
        ))
    })
}
