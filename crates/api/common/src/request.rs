//! A request as dialects see it: read whole, its path matched.

use std::any::Any;
use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderMap, Method};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::scope::Permission;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::route_info::{RouteInfo, Success};

/// A request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Its method.
    pub method: Method,
    /// Where its client reached us, as far as that is to be believed: `https://patchbay.example`.
    /// What absolute addresses in answers begin with.
    pub origin: String,
    /// Its path as sent, without the query.
    pub path: String,
    /// Its query as sent.
    pub raw_query: Option<String>,
    /// Its query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
    /// The parts of the path that the route names, decoded.
    pub params: Vec<(&'static str, String)>,
    /// Its route; none where none matches.
    pub route: Option<&'static RouteInfo>,
    /// What the link or state that we signed says; null where the route takes none.
    pub signed: Value,
    /// What its caller may do in the scope that it acts on; nothing for public routes.
    pub permissions: Vec<Permission>,
    /// What its dialect has read of it.
    pub memo: Memo,
    /// The number that this request goes by in the log and in answers.
    pub id: String,
}

/// What a dialect has read of a request, kept from parsing it to answering it. It is read when the
/// body is there.
#[derive(Clone, Default)]
pub struct Memo(OnceLock<Arc<dyn Any + Send + Sync>>);

impl Memo {
    /// What was read before, or else is read now. A dialect keeps one type.
    pub fn get_or_read<T: Any + Send + Sync>(&self, read: impl Fn() -> T) -> Arc<T> {
        let kept = self.0.get_or_init(|| Arc::new(read()));
        Arc::clone(kept)
            .downcast()
            .unwrap_or_else(|_| Arc::new(read()))
    }
}

/// What is in it may be secret.
impl fmt::Debug for Memo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memo")
    }
}

impl Request {
    /// A part of the path, by the name the route gives it; empty when the route has no such part.
    pub fn param(&self, name: &str) -> &str {
        self.params
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("", |(_, value)| value)
    }

    /// The name of what its route does; empty where no route matches.
    pub fn operation(&self) -> &'static str {
        self.route.map_or("", |route| route.operation)
    }

    /// How a success of its route looks.
    pub fn success(&self) -> Success {
        self.route.map_or(Success::OK, |route| route.success)
    }

    /// Its path and query as sent.
    pub fn target(&self) -> String {
        match &self.raw_query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// The first value of a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// A query parameter that is `true` or `false`, in whatever case, and false when it is left
    /// out.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is something else.
    pub fn query_flag(&self, name: &str) -> Result<bool> {
        let Some(text) = self.query(name) else {
            return Ok(false);
        };
        match text.to_ascii_lowercase().as_str() {
            "false" => Ok(false),
            "true" | "" => Ok(true),
            _ => {
                let allowed = vec!["true".to_owned(), "false".to_owned()];
                Err(Error::field(FieldError {
                    allowed,
                    ..FieldError::new(
                        name,
                        FieldCode::Unsupported,
                        format!("{text:?} is not supported: use true or false"),
                    )
                }))
            }
        }
    }

    /// Refuses query parameters that are not among those known.
    ///
    /// # Errors
    /// [`Error::Invalid`] with each that is not.
    pub fn check_query(&self, known: &[&str]) -> Result<()> {
        let unknown = self
            .query
            .iter()
            .filter(|(name, _)| !known.contains(&name.as_str()));
        let fault = |(name, _): &(String, String)| {
            let message = match known {
                [] => "is not known: this takes no query parameter".to_owned(),
                known => format!("is not known: use {}", known.join(", ")),
            };
            FieldError::new(name, FieldCode::Unknown, message)
        };
        Error::check(unknown.map(fault).collect())
    }

    /// A header's value, when it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The media type of the body in lower case, without parameters; empty when there is none.
    pub fn media_type(&self) -> String {
        let value = self.header("content-type").unwrap_or_default();
        value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// The body as JSON, whatever it is said to be.
    ///
    /// # Errors
    /// Those of [`hub::json::parse`].
    pub fn json(&self) -> Result<Value> {
        hub::json::parse(&self.body)
    }

    /// The body as JSON, when it is said to be `application/json`.
    ///
    /// # Errors
    /// [`Error::UnsupportedMediaType`] when it is said to be something else, or nothing is said,
    /// and those of [`hub::json::parse`].
    pub fn declared_json(&self) -> Result<Value> {
        if self.media_type() != "application/json" {
            return Err(Error::UnsupportedMediaType {
                supported: vec!["application/json"],
            });
        }
        self.json()
    }

    /// The body as JSON, when it is said to be `application/json` or nothing is said of it.
    ///
    /// # Errors
    /// Those of [`Request::declared_json`].
    pub fn json_or_undeclared(&self) -> Result<Value> {
        if self.media_type().is_empty() {
            self.json()
        } else {
            self.declared_json()
        }
    }
}

/// Decodes one segment of a path; `None` when it is not UTF-8.
pub fn decode_segment(segment: &str) -> Option<String> {
    percent_decode_str(segment)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}
