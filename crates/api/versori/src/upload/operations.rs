//! Signed links to upload a document by and to import it from (GetProtocolUploadURL).

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fetch::{FetchRequest, FetchSource, FetchTarget, UPLOAD_SECONDS};
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::operation::{Computed, Reading, View, World};
use serde::Serialize;
use serde_json::{Value, json};

use crate::change::about_nothing;
use crate::protocol::catalog::Protocol;
use crate::text::Members;
use api::request::Request;

/// The purpose that links to upload by are signed for.
pub(crate) const UPLOAD: &str = "upload link";
/// The purpose that links to what was uploaded are signed for.
pub(crate) const DOWNLOAD: &str = "download link";
/// What the paths of both begin with; the signed text follows.
const PATH: &str = "/uploads/";
/// The member of the signed text that is the id of the upload.
const ID: &str = "upload";

/// Makes links, good for [`UPLOAD_SECONDS`].
#[derive(Debug)]
pub(crate) struct GetUploadUrl {
    /// Of which protocol the document is.
    pub protocol: String,
    /// What the links begin with.
    pub base: String,
    /// What the upload must be like.
    pub expected: Expected,
}

/// The two links.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Links {
    upload_url: String,
    url: String,
}

/// What was said of an upload beforehand. The published API enforces it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Its media type.
    pub content_type: Option<String>,
    /// Its length, in bytes.
    pub content_length: Option<u64>,
}

impl Reading for GetUploadUrl {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        Protocol::find(&self.protocol, view)?;
        let id = Uid::new(view.now())?.hex();
        let link = |purpose, says: &Value| -> Result<String> {
            let signed = view.issue_signed(purpose, says, UPLOAD_SECONDS)?;
            Ok(format!("{}{PATH}{signed}", self.base))
        };
        about_nothing(Links {
            upload_url: link(UPLOAD, &self.expected.signed(&id))?,
            url: link(DOWNLOAD, &json!({ID: id}))?,
        })
    }
}

impl Expected {
    /// Reads the query of the request for the links.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the length is none.
    pub(crate) fn of(request: &Request) -> Result<Self> {
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
    pub(crate) fn check(upload: &Request) -> Result<()> {
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

/// The upload that a signed link is for.
///
/// # Errors
/// [`Error::Internal`] when it is for none.
pub(crate) fn id_of(signed: &Value) -> Result<Uid> {
    let id = signed.text_at(ID);
    id.and_then(Uid::parse_hex)
        .ok_or_else(|| Error::Internal("a signed link to no upload".to_owned()))
}

/// The request for the document at a URL. What was uploaded here is read from the store, whatever
/// host the link names.
///
/// # Errors
/// [`Error::Invalid`] for a link that has expired or is of another scope; those of the world.
pub(crate) fn fetch_request(url: &str, field: &str, world: &dyn World) -> Result<FetchRequest> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let uploaded = match path.rsplit_once(PATH) {
        Some((_, signed)) => world.read_signed(DOWNLOAD, signed),
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
