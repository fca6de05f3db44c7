//! Links to upload a document by and to import it from (reference/versori.md, upload-url).

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fetch::{FetchRequest, FetchSource, FetchTarget, UPLOAD_SECONDS};
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::operation::{Computed, Reading, View, World};
use serde_json::{Value, json};

use crate::protocol::Protocol;
use api::request::Request;

/// What a link to upload by is for.
pub const UPLOAD: &str = "upload link";
/// What a link to what was uploaded is for.
pub const DOWNLOAD: &str = "download link";
/// The part of the path of both, which their ticket follows.
const PATH: &str = "/uploads/";
/// The member of a ticket that is the id of the upload.
const ID: &str = "upload";

/// Makes links, good for [`UPLOAD_SECONDS`].
#[derive(Debug)]
pub struct GetUploadUrl {
    /// Of which protocol the document is.
    pub protocol: String,
    /// What the links begin with.
    pub base: String,
    /// What the upload must be like.
    pub expected: Expected,
}

/// What was said of an upload beforehand. The published API enforces it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Its media type.
    pub content_type: Option<String>,
    /// Its length, in bytes.
    pub content_length: Option<u64>,
}

impl Reading for GetUploadUrl {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        Protocol::find(&self.protocol, view)?;
        let id = Uid::new(view.now())?.hex();
        let link = |purpose, says: &Value| {
            let ticket = view.issue_signed(purpose, says, UPLOAD_SECONDS)?;
            Ok(format!("{}{PATH}{ticket}", self.base))
        };
        let upload_url: Result<String> = link(UPLOAD, &self.expected.signed(&id));
        let url: Result<String> = link(DOWNLOAD, &json!({ID: id}));
        Ok(Computed {
            answer: Some(json!({"uploadUrl": upload_url?, "url": url?})),
            ..Computed::default()
        })
    }
}

impl Expected {
    /// Reads the query of the request for the links.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the length is none.
    pub fn of(request: &Request) -> Result<Self> {
        let value = |name: &str| request.query(name).filter(|text| !text.is_empty());
        let length = value("content_length").map(str::parse).transpose();
        let length = length.map_err(|_| {
            let message = "must be a number of bytes";
            Error::field(FieldError::new(
                "content_length",
                FieldCode::Invalid,
                message,
            ))
        })?;
        Ok(Self {
            content_type: value("content_type").map(str::to_owned),
            content_length: length,
        })
    }

    fn signed(&self, id: &str) -> Value {
        json!({ID: id, "contentType": self.content_type, "contentLength": self.content_length})
    }

    /// Refuses an upload that is not as was said.
    ///
    /// # Errors
    /// [`Error::Invalid`], which names the header.
    pub fn check(upload: &Request) -> Result<()> {
        let said = |name: &str| upload.signed.get(name).filter(|value| !value.is_null());
        let mut faults = FieldErrors::default();
        let mut refuse = |header: &str, said: &Value| {
            let message = format!("must be {said}, as the link was asked for");
            faults.push(FieldError::new(header, FieldCode::Invalid, message));
        };
        let sent_type = upload.header("content-type").unwrap_or_default();
        if let Some(said) = said("contentType")
            && !said
                .as_str()
                .is_some_and(|said| said.eq_ignore_ascii_case(sent_type))
        {
            refuse("Content-Type", said);
        }
        if let Some(said) = said("contentLength")
            && said.as_u64() != u64::try_from(upload.body.len()).ok()
        {
            refuse("Content-Length", said);
        }
        faults.finish(())
    }
}

/// The upload that a ticket is for.
///
/// # Errors
/// [`Error::Internal`] when it is for none.
pub fn id_of(signed: &Value) -> Result<Uid> {
    let id = signed.get(ID).and_then(Value::as_str);
    id.and_then(Uid::parse_hex)
        .ok_or_else(|| Error::Internal("a ticket for no upload".to_owned()))
}

/// What to ask for the document of a URL: what was uploaded here, by whatever name of ours, is not asked for outside.
///
/// # Errors
/// [`Error::Invalid`] for a link of ours that has expired or is somebody else's; those of the world.
pub fn ask(url: &str, field: &str, world: &dyn World) -> Result<FetchRequest> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let uploaded = match path.rsplit_once(PATH) {
        Some((_, ticket)) => world.read_signed(DOWNLOAD, ticket),
        None => Ok(None),
    };
    let source = match uploaded {
        Ok(Some(says)) => FetchSource::Upload(id_of(&says)?),
        Ok(None) => FetchSource::Address(FetchTarget {
            url: url.to_owned(),
            form: None,
        }),
        Err(Error::Forbidden(why)) => {
            return Err(Error::field(FieldError::new(
                field,
                FieldCode::Invalid,
                why,
            )));
        }
        Err(error) => return Err(error),
    };
    Ok(FetchRequest {
        field: field.to_owned(),
        source,
    })
}
