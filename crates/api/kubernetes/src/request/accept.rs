//! In which form an answer is asked for (`Accept`, and `includeObject` of tables).

use hub::error::{Error, Result};

use api::request::Request;

/// In which form objects are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As they are.
    Whole,
    /// As rows of a table of a version of meta.k8s.io.
    Table(&'static str),
    /// As their metadata alone, of a version of meta.k8s.io.
    Metadata(&'static str),
}

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// What of an object goes with its row (`includeObject`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Included {
    /// Nothing.
    Nothing,
    Metadata,
    /// All of it.
    Whole,
}

/// How an answer is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accept {
    /// The form of objects.
    pub form: Form,
    /// How they are written.
    pub encoding: Encoding,
    /// What goes with the rows of a table.
    pub included: Included,
}

const SERVED: [&str; 2] = ["application/json", "application/yaml"];

impl Accept {
    /// What every request takes: objects as they are, in JSON.
    pub(crate) const DEFAULT: Self = Self {
        form: Form::Whole,
        encoding: Encoding::Json,
        included: Included::Metadata,
    };

    /// The first that is served of what a request accepts, by its own preference.
    ///
    /// # Errors
    /// [`Error::NotAcceptable`] when none is; [`Error::Malformed`] for another `includeObject` than
    /// there is.
    pub(crate) fn of(request: &Request) -> Result<Self> {
        let included = match request.query("includeObject") {
            None | Some("" | "Metadata") => Included::Metadata,
            Some("None") => Included::Nothing,
            Some("Object") => Included::Whole,
            Some(other) => {
                let message = format!(
                    "includeObject: {other:?} is not one of \"\", \"None\", \"Metadata\" and \"Object\""
                );
                return Err(Error::Malformed(message));
            }
        };
        let says_nothing = request
            .headers
            .get_all(http::header::ACCEPT)
            .iter()
            .all(|value| value.as_bytes().trim_ascii().is_empty());
        if says_nothing {
            return Ok(Self {
                included,
                ..Self::DEFAULT
            });
        }
        let found = entries(request).find_map(|entry| Some((entry.encoding()?, entry.form()?)));
        let (encoding, form) = found.ok_or_else(|| Error::NotAcceptable {
            served: SERVED.to_vec(),
        })?;
        Ok(Self {
            form,
            encoding,
            included,
        })
    }
}

/// The media types that a request accepts, the most wanted first (RFC 9110, section 12.5.1). What
/// is not wanted at all is left out.
pub(crate) fn entries(request: &Request) -> impl Iterator<Item = Entry<'_>> {
    let headers = request.headers.get_all(http::header::ACCEPT).iter();
    let mut entries: Vec<Entry<'_>> = headers
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
        .map(Entry)
        .filter(|entry| entry.quality() > 0.0)
        .collect();
    entries.sort_by(|a, b| b.quality().total_cmp(&a.quality()));
    entries.into_iter()
}

/// A media type and its parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'r>(&'r str);

impl<'r> Entry<'r> {
    /// The media type.
    pub(crate) fn media_type(self) -> &'r str {
        self.0.split(';').next().unwrap_or_default().trim()
    }

    pub(crate) fn parameter(self, name: &str) -> Option<&'r str> {
        let parameters = self
            .0
            .split(';')
            .skip(1)
            .filter_map(|part| part.split_once('='));
        let mut named = parameters.filter(|(known, _)| known.trim() == name);
        named.next().map(|(_, value)| value.trim())
    }

    fn quality(self) -> f32 {
        let quality = self.parameter("q").and_then(|text| text.parse().ok());
        quality.unwrap_or(1.0)
    }

    fn encoding(self) -> Option<Encoding> {
        match self.media_type() {
            "application/json" | "application/*" | "*/*" => Some(Encoding::Json),
            "application/yaml" => Some(Encoding::Yaml),
            _ => None,
        }
    }

    fn form(self) -> Option<Form> {
        let version = || match (self.parameter("g")?, self.parameter("v")?) {
            ("meta.k8s.io", "v1") => Some("v1"),
            ("meta.k8s.io", "v1beta1") => Some("v1beta1"),
            _ => None,
        };
        match self.parameter("as") {
            None => Some(Form::Whole),
            Some("Table") => version().map(Form::Table),
            Some("PartialObjectMetadata" | "PartialObjectMetadataList") => {
                version().map(Form::Metadata)
            }
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use http::header::ACCEPT;
    use http::{HeaderMap, HeaderValue};

    use super::*;

    fn accept(value: &'static str) -> Result<Accept> {
        Accept::of(&Request {
            headers: HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(value))]),
            ..Request::default()
        })
    }

    #[test]
    fn the_first_that_is_served_is_taken() {
        let of = |value| {
            accept(value)
                .map(|accept| (accept.form, accept.encoding))
                .unwrap()
        };
        assert_eq!(of(""), (Form::Whole, Encoding::Json));
        assert_eq!(of("*/*"), (Form::Whole, Encoding::Json));
        assert_eq!(of("application/yaml"), (Form::Whole, Encoding::Yaml));
        assert_eq!(
            of("application/json;q=0.5, application/yaml"),
            (Form::Whole, Encoding::Yaml)
        );
        assert_eq!(
            of("application/vnd.kubernetes.protobuf, application/json"),
            (Form::Whole, Encoding::Json)
        );
        let table = "application/json;as=Table;v=v2;g=meta.k8s.io,application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
        assert_eq!(of(table), (Form::Table("v1"), Encoding::Json));
        let metadata = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
        assert_eq!(of(metadata), (Form::Metadata("v1"), Encoding::Json));
    }

    #[test]
    fn what_is_not_served_is_not_acceptable() {
        for value in [
            "text/html",
            "application/json;as=Table;v=v9;g=meta.k8s.io",
            "application/json;q=0",
            "application/cbor",
        ] {
            assert!(
                matches!(accept(value), Err(Error::NotAcceptable { .. })),
                "{value}"
            );
        }
    }
}
