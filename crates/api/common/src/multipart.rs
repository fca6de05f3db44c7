//! `multipart/form-data` (RFC 7578).

use bytes::Bytes;
use futures::FutureExt;
use http::header::CONTENT_DISPOSITION;
use hub::error::{Error, Result};

use crate::request::Request;

/// The most parts a form may have.
const PARTS_MAX: usize = 64;

/// One part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// The name of the file, when it is one.
    pub file_name: Option<String>,
    /// Its content.
    pub content: Bytes,
}

/// The parts of a form that has no files in it, as text.
///
/// # Errors
/// Those of [`parts`].
pub fn text_fields(request: &Request) -> Result<Vec<(String, String)>> {
    let text = |part: Part| {
        (
            part.name,
            String::from_utf8_lossy(&part.content).into_owned(),
        )
    };
    Ok(parts(request)?.into_iter().map(text).collect())
}

/// The parts of a form, in order.
///
/// # Errors
/// [`Error::UnsupportedMediaType`] when the body is something else; [`Error::Malformed`] when it is
/// no such form.
pub fn parts(request: &Request) -> Result<Vec<Part>> {
    let content_type = request.header("content-type").unwrap_or_default();
    let boundary =
        multer::parse_boundary(content_type).map_err(|_| Error::UnsupportedMediaType {
            supported: vec!["multipart/form-data"],
        })?;
    let body = request.body.clone();
    let whole = futures::stream::once(async move { Ok::<_, std::convert::Infallible>(body) });
    // The body is there whole, so nothing is ever waited for.
    let parts = read(multer::Multipart::new(whole, boundary)).now_or_never();
    parts.unwrap_or_else(|| {
        Err(Error::Internal(
            "a form that is there whole was waited for".to_owned(),
        ))
    })
}

async fn read(mut form: multer::Multipart<'_>) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        if parts.len() >= PARTS_MAX {
            return Err(Error::Malformed(format!(
                "the form has more than {PARTS_MAX} parts"
            )));
        }
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = file_name(&field);
        let content = field.bytes().await.map_err(malformed)?;
        parts.push(Part {
            name,
            file_name,
            content,
        });
    }
    Ok(parts)
}

/// Where the parser cannot read it, because it is only there in the form of RFC 8187 (`filename*`)
/// or is no UTF-8, the part is still a file, of no name.
fn file_name(field: &multer::Field<'_>) -> Option<String> {
    let named = field.file_name().map(str::to_owned);
    named.or_else(|| {
        let disposition = field.headers().get(CONTENT_DISPOSITION)?;
        let disposition = String::from_utf8_lossy(disposition.as_bytes()).to_lowercase();
        let mut parameters = disposition.split(';').skip(1);
        parameters
            .any(|parameter| parameter.trim_start().starts_with("filename"))
            .then(String::new)
    })
}

fn malformed(error: multer::Error) -> Error {
    Error::Malformed(format!("the body is not a valid multipart form: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_in_order_with_their_file_names() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"options\"\r\n\r\n{}\r\n\
                    --x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.json\"\r\n\r\n[1]\r\n--x--\r\n";
        let parts = parts(&form(body)).unwrap();
        let found: Vec<_> = parts
            .iter()
            .map(|part| {
                (
                    part.name.as_str(),
                    part.file_name.as_deref(),
                    &part.content[..],
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("options", None, &b"{}"[..]),
                ("data", Some("a.json"), b"[1]")
            ]
        );
    }

    #[test]
    fn a_file_whose_name_cannot_be_read_is_a_file() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"data\"; filename*=UTF-8''%c3%a9\r\n\r\n1\r\n\
                    --x\r\nContent-Disposition: form-data; name=\"the filename\"\r\n\r\n2\r\n--x--\r\n";
        let parts = parts(&form(body)).unwrap();
        let found: Vec<_> = parts.iter().map(|part| part.file_name.as_deref()).collect();
        assert_eq!(found, [Some(""), None]);
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        assert!(matches!(
            parts(&form("--x\r\nContent-Disp")),
            Err(Error::Malformed(_))
        ));
    }

    fn form(body: &'static str) -> Request {
        let content_type = http::HeaderValue::from_static("multipart/form-data; boundary=x");
        Request {
            method: http::Method::POST,
            headers: http::HeaderMap::from_iter([(http::header::CONTENT_TYPE, content_type)]),
            body: Bytes::from_static(body.as_bytes()),
            ..Request::default()
        }
    }
}
