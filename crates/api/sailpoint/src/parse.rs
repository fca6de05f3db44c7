//! Requests.

use hub::command::{Export, Import};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::job::NewJob;
use hub::object::Kind;
use serde_json::{Value, json};

use super::tasks::{EXPORT, IMPORT, PREVIEW};
use super::{file, options};
use api::multipart::{self, Part};
use api::request::Request;
use api::route::Parsed;

/// What a path of exports tells of.
const EXPORTS: &[&str] = &[EXPORT];
/// What a path of imports tells of.
const IMPORTS: &[&str] = &[IMPORT, PREVIEW];

/// `GET /sp-config/config-objects`
pub(crate) fn config_objects(_request: &Request) -> Parsed<Export> {
    Ok(Export::Describe.into())
}

/// `POST /sp-config/export`
pub(crate) fn export(request: &Request) -> Parsed<Export> {
    let body = request.json()?;
    let mut faults = FieldErrors::default();
    let options = options::export(&body, &mut faults);
    faults.finish(())?;
    Ok(Export::StartJob(Box::new(export_job(options.description, body))).into())
}

fn export_job(description: Option<String>, request: Value) -> NewJob {
    NewJob {
        task: EXPORT,
        description,
        request,
        items: Vec::new(),
        backup: None,
    }
}

/// `POST /sp-config/import`: a form with the file as `data`, and maybe `options`, in any order.
pub(crate) fn import(request: &Request) -> Parsed<Import> {
    let preview = request.query_flag("preview")?;
    let parts = multipart::parts(request)?;
    check_parts(&parts)?;
    let given = options_of(&parts)?;
    let mut faults = FieldErrors::default();
    let options = options::import(&given, &mut faults);
    faults.finish(())?;
    let read = file::read(&file_of(&parts)?.content, &options.selection)?;
    let backup = || export_job(Some("Backup before an import".to_owned()), json!({}));
    Ok(Import::StartJob(Box::new(NewJob {
        task: if preview { PREVIEW } else { IMPORT },
        description: None,
        request: json!({
            "defaultReferences": options.default_references,
            "cycles": read.ordered.cycles,
            "broken": read.broken,
        }),
        items: read.ordered.items,
        backup: (!preview && !options.exclude_backup).then(|| Box::new(backup())),
    }))
    .into())
}

/// `GET /sp-config/export/{id}`
pub(crate) fn export_status(request: &Request) -> Parsed<Export> {
    Ok(Export::GetJob(EXPORTS, job(request)?).into())
}

/// `GET /sp-config/export/{id}/download`
pub(crate) fn export_download(request: &Request) -> Parsed<Export> {
    Ok(Export::GetArtifact(EXPORTS, job(request)?).into())
}

/// `GET /sp-config/import/{id}`
pub(crate) fn import_status(request: &Request) -> Parsed<Import> {
    Ok(Import::GetJob(IMPORTS, job(request)?).into())
}

/// `GET /sp-config/import/{id}/download`
pub(crate) fn import_download(request: &Request) -> Parsed<Import> {
    Ok(Import::GetArtifact(IMPORTS, job(request)?).into())
}

fn job(request: &Request) -> Result<Uid> {
    let id = request.param("id");
    Uid::parse_hex(id).ok_or_else(|| Error::not_found(Kind::Job, id))
}

/// A part that nobody reads is refused: an option that is sent as a part of its own would be
/// missing, and everything would be imported.
fn check_parts(parts: &[Part]) -> Result<()> {
    let mut refused = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let name = part.name.as_str();
        let mut before = parts.iter().take(index);
        if !["data", "options"].contains(&name) {
            let message = format!(
                "the part {name:?} is not known: send the file as \"data\" and all options as one JSON object, \"options\""
            );
            refused.push(FieldError::new("", FieldCode::Unknown, message));
        } else if before.any(|other| other.name == name) {
            let message = format!("there is a second part {name:?}: send one");
            refused.push(FieldError::new("", FieldCode::Duplicate, message));
        }
    }
    Error::check(refused)
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

/// The published service answers so when the name of a file is sent instead of the file. Where no
/// file was chosen, a browser sends one without a name and with nothing in it.
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

#[cfg(test)]
mod tests {
    use super::*;

    const DATA: (&str, &str) = ("name=\"data\"; filename=\"c.json\"", r#"{"objects": [{}]}"#);

    fn form(parts: &[(&str, &str)]) -> Request {
        let mut body = String::new();
        for (disposition, content) in parts {
            body += &format!(
                "--x\r\nContent-Disposition: form-data; {disposition}\r\n\r\n{content}\r\n"
            );
        }
        body += "--x--\r\n";
        let content_type = http::HeaderValue::from_static("multipart/form-data; boundary=x");
        Request {
            headers: http::HeaderMap::from_iter([(http::header::CONTENT_TYPE, content_type)]),
            body: body.into_bytes().into(),
            ..Request::default()
        }
    }

    fn started(request: &Request) -> NewJob {
        match import(request).unwrap().command {
            Import::StartJob(job) => *job,
            _ => panic!("no job is started"),
        }
    }

    fn refused(parts: &[(&str, &str)]) -> String {
        import(&form(parts)).err().unwrap().to_string()
    }

    #[test]
    fn an_import_has_a_backup_unless_it_is_a_preview_or_wants_none() {
        let plain = started(&form(&[DATA]));
        assert_eq!((plain.task, plain.items.len()), (IMPORT, 0));
        assert_eq!(plain.backup.unwrap().task, EXPORT);
        assert_eq!(plain.request["broken"][0]["type"], "UNKNOWN");
        let without = ("name=\"options\"", r#"{"excludeBackup": true}"#);
        assert_eq!(started(&form(&[without, DATA])).backup, None);
        let preview = Request {
            query: vec![("preview".to_owned(), "true".to_owned())],
            ..form(&[DATA])
        };
        let preview = started(&preview);
        assert_eq!((preview.task, preview.backup), (PREVIEW, None));
    }

    #[test]
    fn a_part_that_nobody_reads_is_named() {
        for name in [
            "options[excludeBackup]",
            "options.includeTypes",
            "includeTypes",
            "Data",
            "",
        ] {
            let part = (format!("name=\"{name}\""), "true");
            let text = refused(&[DATA, (&part.0, part.1)]);
            assert!(
                text.contains(&format!("the part {name:?} is not known")),
                "{text}"
            );
        }
        for part in [DATA, ("name=\"data\"", "x")] {
            assert_eq!(
                refused(&[DATA, part]),
                "there is a second part \"data\": send one"
            );
        }
        let options = ("name=\"options\"", "{}");
        let text = refused(&[options, DATA, options]);
        assert_eq!(text, "there is a second part \"options\": send one");
    }

    #[test]
    fn a_form_without_a_file_is_told_so() {
        for parts in [
            &[][..],
            &[("name=\"data\"", "c.json")],
            &[("name=\"data\"; filename=\"\"", "")],
        ] {
            assert_eq!(refused(parts), "No files were supplied for import.");
        }
    }

    #[test]
    fn an_export_is_asked_for_by_its_body() {
        let request = |body: &'static str| Request {
            body: body.into(),
            ..Request::default()
        };
        let job = match export(&request(r#"{"description": "d"}"#)).unwrap().command {
            Export::StartJob(job) => *job,
            _ => panic!("no job is started"),
        };
        assert_eq!(
            job,
            export_job(Some("d".to_owned()), json!({"description": "d"}))
        );
        assert!(export(&request("[]")).is_err());
    }

    #[test]
    fn a_job_is_asked_for_by_its_id() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let request = |id: &str| Request {
            params: vec![("id", id.to_owned())],
            ..Request::default()
        };
        let uid = Uid::parse_hex(id).unwrap();
        let command = export_status(&request(id)).unwrap().command;
        assert!(matches!(command, Export::GetJob(EXPORTS, found) if found == uid));
        let command = export_download(&request(id)).unwrap().command;
        assert!(matches!(command, Export::GetArtifact(EXPORTS, found) if found == uid));
        let command = import_status(&request(id)).unwrap().command;
        assert!(matches!(command, Import::GetJob(IMPORTS, found) if found == uid));
        let command = import_download(&request(id)).unwrap().command;
        assert!(matches!(command, Import::GetArtifact(IMPORTS, found) if found == uid));
        assert!(matches!(
            import_status(&request("7")),
            Err(Error::NotFound { .. })
        ));
        let command = config_objects(&request("")).unwrap().command;
        assert!(matches!(command, Export::Describe));
    }
}
