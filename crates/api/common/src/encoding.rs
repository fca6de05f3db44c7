//! Content codings of bodies (RFC 9110, section 8.4.1): gzip, and none.

use std::io::Read;

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use hub::error::{Error, Result};

/// The codings that are read.
const SUPPORTED: [&str; 2] = ["gzip", "identity"];
/// How many times as long as it was sent a body may become. JSON of many like objects comes to 20
/// to 50; what is made to fill memory comes to 1,000.
const RATIO_MAX: usize = 200;
/// How long a body may become whatever its ratio is: a short one of few different characters has a
/// high one.
const RATIO_FREE: usize = 1 << 20;

/// A body as it was before its client compressed it, of at most `limit` bytes.
///
/// # Errors
/// [`Error::UnsupportedEncoding`] for other codings, or several; [`Error::TooLarge`] when it
/// becomes longer than it may; [`Error::Malformed`] when it is not in the coding that the header
/// names.
pub fn decode(headers: &HeaderMap, body: Bytes, limit: usize) -> Result<Bytes> {
    // Some clients send the header along with no body.
    if body.is_empty() {
        return Ok(body);
    }
    let unsupported = || Error::UnsupportedEncoding {
        supported: SUPPORTED.to_vec(),
    };
    let mut codings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        let list = value.to_str().map_err(|_| unsupported())?;
        let named = list
            .split(',')
            .map(|coding| coding.trim().to_ascii_lowercase());
        codings.extend(named.filter(|coding| !coding.is_empty() && coding != "identity"));
    }
    match codings.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(body),
        ["gzip" | "x-gzip"] => inflate(&body, limit),
        _ => Err(unsupported()),
    }
}

fn inflate(body: &[u8], limit: usize) -> Result<Bytes> {
    let longest = body
        .len()
        .saturating_mul(RATIO_MAX)
        .max(RATIO_FREE)
        .min(limit);
    let as_u64 = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    let mut whole = Vec::new();
    // One byte more than allowed is enough to know.
    let mut decoder = MultiGzDecoder::new(body).take(as_u64(longest).saturating_add(1));
    decoder
        .read_to_end(&mut whole)
        .map_err(|error| Error::Malformed(format!("the body is not valid gzip: {error}")))?;
    if whole.len() > longest {
        return Err(Error::TooLarge {
            limit: as_u64(longest),
        });
    }
    Ok(whole.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http::HeaderValue;
    use std::io::Write;

    const LIMIT: usize = 4 << 20;

    fn gzip(text: &[u8]) -> Bytes {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap().into()
    }

    fn read(codings: &[&'static str], body: Bytes, limit: usize) -> Result<Bytes> {
        let mut headers = HeaderMap::new();
        for coding in codings {
            headers.append(CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        decode(&headers, body, limit)
    }

    #[test]
    fn gzip_is_read() {
        let text = Bytes::from_static(b"{\"name\": \"x\"}");
        for coding in ["gzip", "GZIP", "x-gzip", "identity, gzip"] {
            assert_eq!(
                read(&[coding], gzip(&text), LIMIT),
                Ok(text.clone()),
                "{coding}"
            );
        }
        for codings in [&[][..], &["identity"], &[""]] {
            assert_eq!(read(codings, text.clone(), LIMIT), Ok(text.clone()));
        }
        let twice = [gzip(b"one"), gzip(b"two")].concat();
        assert_eq!(
            read(&["gzip"], twice.into(), LIMIT),
            Ok(Bytes::from_static(b"onetwo"))
        );
    }

    #[test]
    fn other_codings_are_refused() {
        for codings in [
            &["br"][..],
            &["deflate"],
            &["zstd"],
            &["gzip, gzip"],
            &["gzip", "br"],
            &["x"],
        ] {
            let refused = read(codings, gzip(b"{}"), LIMIT);
            assert!(
                matches!(refused, Err(Error::UnsupportedEncoding { .. })),
                "{codings:?}"
            );
        }
    }

    #[test]
    fn what_comes_out_counts() {
        let spaces = |length: usize| gzip(&vec![b' '; length]);
        assert_eq!(
            read(&["gzip"], spaces(1000), 1000).map(|body| body.len()),
            Ok(1000)
        );
        assert_eq!(
            read(&["gzip"], spaces(1001), 1000),
            Err(Error::TooLarge { limit: 1000 })
        );
        assert_eq!(
            read(&["gzip"], spaces(RATIO_FREE), LIMIT).map(|body| body.len()),
            Ok(RATIO_FREE)
        );
        let bomb = read(&["gzip"], spaces(2 * RATIO_FREE), LIMIT);
        assert!(matches!(bomb, Err(Error::TooLarge { .. })));
    }

    #[test]
    fn what_is_no_gzip_is_malformed() {
        let cut = gzip(b"{\"name\": \"x\"}").slice(..20);
        for body in [Bytes::from_static(b"{}"), cut] {
            assert!(matches!(
                read(&["gzip"], body, LIMIT),
                Err(Error::Malformed(_))
            ));
        }
    }
}
