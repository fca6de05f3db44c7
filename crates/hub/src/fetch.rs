//! What an operation needs from outside the store before it can be worked out: what was uploaded,
//! or what an address answers. The function asks for it first; only probe has a way out.

use serde_json::{Value, json};

use crate::error::{Error, FieldCode, FieldError};
use crate::id::Uid;
use crate::secret::Clear;

/// How long what is uploaded is kept, and the links to it are good, in seconds
/// (docs/apis/versori.md, "Upload links").
pub const UPLOAD_SECONDS: u32 = 300;

/// Something to be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// The field of the caller's request that leads there, for the error when there is no answer.
    pub field: String,
    /// What is asked.
    pub source: FetchSource,
}

impl FetchRequest {
    /// There is no answer, and why.
    pub fn refused(&self, why: &str) -> Error {
        let message = format!("cannot be fetched: {why}");
        Error::field(FieldError::new(&self.field, FieldCode::Invalid, message))
    }
}

/// Where an answer comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchSource {
    /// What was uploaded under this id in the scope of the request.
    Upload(Uid),
    /// What a URL answers.
    Address(FetchTarget),
}

impl FetchSource {
    /// Whether asking changes something out there, so that a preview must not.
    pub const fn changes_something(&self) -> bool {
        matches!(self, Self::Address(FetchTarget { form: Some(_), .. }))
    }
}

/// A request to a URL: for a document, or with a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchTarget {
    /// The URL.
    pub url: String,
    /// What is posted. Redirects are then not followed, so that it goes nowhere else.
    pub form: Option<Form>,
}

/// What is posted to a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The value of `Authorization`, where there is one.
    pub authorization: Option<Clear>,
    /// `application/x-www-form-urlencoded`
    pub body: Clear,
}

impl FetchTarget {
    /// As one function tells another.
    pub fn to_json(&self) -> Value {
        let form = self.form.as_ref().map(|form| {
            let authorization = form.authorization.as_ref().map(Clear::expose);
            json!({"authorization": authorization, "body": form.body.expose()})
        });
        json!({"url": self.url, "form": form})
    }

    /// Reads [`Outgoing::to_json`].
    pub fn from_json(value: &Value) -> Option<Self> {
        let text = |value: &Value, name: &str| Some(value.get(name)?.as_str()?.to_owned());
        let form = match value.get("form")? {
            Value::Null => None,
            form => Some(Form {
                authorization: text(form, "authorization").map(Clear::new),
                body: Clear::new(text(form, "body")?),
            }),
        };
        Some(Self {
            url: text(value, "url")?,
            form,
        })
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Its status; 200 for what was uploaded.
    pub status: u16,
    /// Its body. What is not UTF-8 is replaced: no form or document that is asked for is anything
    /// else.
    pub text: String,
}

/// What an address answers, or why nothing.
pub type FetchResult = std::result::Result<Fetched, String>;

/// As one function tells another.
pub fn fetched_to_json(exchanged: &FetchResult) -> Value {
    match exchanged {
        Ok(reply) => json!({"status": reply.status, "text": reply.text}),
        Err(why) => json!({"refused": why}),
    }
}

/// Reads [`exchanged_to_json`].
pub fn fetched_from_json(value: &Value) -> Option<FetchResult> {
    if let Some(why) = value.get("refused") {
        return why.as_str().map(|why| Err(why.to_owned()));
    }
    Some(Ok(Fetched {
        status: value.get("status")?.as_u64()?.try_into().ok()?,
        text: value.get("text")?.as_str()?.to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_understand_each_other() {
        let form = |authorization| {
            Some(Form {
                authorization,
                body: Clear::new("code=1"),
            })
        };
        for form in [None, form(None), form(Some(Clear::new("Basic x")))] {
            let url = "https://a.example/b".to_owned();
            let outgoing = FetchTarget { url, form };
            assert_eq!(FetchTarget::from_json(&outgoing.to_json()), Some(outgoing));
        }
        let reply = Fetched {
            status: 404,
            text: "none".to_owned(),
        };
        for exchanged in [Ok(reply), Err("no".to_owned())] {
            assert_eq!(
                fetched_from_json(&fetched_to_json(&exchanged)),
                Some(exchanged)
            );
        }
        assert_eq!(FetchTarget::from_json(&json!({"form": null})), None);
        assert_eq!(fetched_from_json(&json!({})), None);
    }
}
