//! The domain errors. A dialect renders each in its own published body and status.

use std::fmt;

/// The result of anything that can fail for a reason the caller is told.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a field was refused. Dialects map it to their own published codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldCode {
    /// The field must be there and is not.
    Required,
    /// The value is there and is empty.
    Empty,
    /// The value has the wrong JSON type.
    Type,
    /// The value is not one of those allowed.
    Unsupported,
    /// The value is there twice where it must be there once.
    Duplicate,
    /// The value cannot be changed once set.
    Immutable,
    /// The field may not be there, or not be as it is, together with what else there is.
    Forbidden,
    /// The value is too long, or there are too many of them.
    TooLong,
    /// The field is not known.
    Unknown,
    /// The field refers to what does not exist.
    NotFound,
    /// The value breaks another rule, which the message states.
    Invalid,
}

/// One refused field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where it is, in the notation of a path: `applications[0].appType`. Empty for the document
    /// itself.
    pub field: String,
    /// What kind of fault it is.
    pub code: FieldCode,
    /// What is wrong and what to do, without the field's name and without any secret.
    pub message: String,
    /// The values that would have been accepted, where there is a short list of them.
    pub allowed: Vec<String>,
}

impl FieldError {
    /// A refused field without a list of allowed values.
    pub fn new(field: impl Into<String>, code: FieldCode, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code,
            message: message.into(),
            allowed: Vec::new(),
        }
    }

    /// The field is missing.
    pub fn required(field: impl Into<String>) -> Self {
        Self::new(field, FieldCode::Required, "is required")
    }

    /// The value is not one of `allowed`.
    pub fn unsupported(field: impl Into<String>, value: &str, allowed: Vec<String>) -> Self {
        let message = format!(
            "{value:?} is not supported: use one of {}",
            allowed.join(", ")
        );
        Self {
            allowed,
            ..Self::new(field, FieldCode::Unsupported, message)
        }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// A field that a writer wants to change and that belongs to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// The field, as Kubernetes writes it: `.spec.params[name="x"].value`.
    pub field: String,
    /// Whom it belongs to: a manager and the version it writes in, `"m" using group/v1`.
    pub owner: String,
}

/// Something that cannot be deleted because others refer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referenced {
    /// The thing.
    pub object: Reference,
    /// What refers to it.
    pub by: Vec<Reference>,
    /// What to do.
    pub message: String,
}

/// A thing as messages name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What kind of thing it is.
    pub kind: &'static str,
    /// Its id, in the dialect's form.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A domain error. What a variant carries may be shown to the caller, except [`Error::Internal`],
/// whose text goes to the log only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The input breaks rules: every one that was found.
    Invalid(Vec<FieldError>),
    /// The request is not well formed: not JSON, not multipart, a bad query parameter.
    Malformed(String),
    /// No credential, or one that is unknown, expired or revoked.
    Unauthenticated(String),
    /// The credential is good, but not for this.
    Forbidden(String),
    /// There is no such thing.
    NotFound {
        /// The kind of thing, as [`crate::kind::Kind::as_str`] prints it, or `route`.
        kind: &'static str,
        /// How the caller named it.
        name: String,
    },
    /// There is one already.
    AlreadyExists {
        /// The kind of thing.
        kind: &'static str,
        /// How the caller named it.
        name: String,
        /// The field that must be unique.
        field: &'static str,
    },
    /// It was changed by somebody else, or is not in a state that allows this.
    Conflict {
        /// The kind of thing.
        kind: &'static str,
        /// How the caller named it.
        name: String,
        /// What clashes, and what to do.
        message: String,
    },
    /// Fields of it belong to others, and the change does not insist.
    Owned(Vec<Ownership>),
    /// `If-Match`, `If-None-Match` or a precondition does not hold.
    PreconditionFailed(String),
    /// Others refer to what was to be deleted.
    Referenced(Box<Referenced>),
    /// It existed and is no longer to be had: an expired artifact, a compacted revision.
    Gone(String),
    /// It is not to be had in the state that it is in: the artifact of a job that is not over, or
    /// that failed.
    NotReady(String),
    /// The body, or a part of it, is over a limit.
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
    },
    /// The method is not one of those the path has.
    MethodNotAllowed {
        /// The methods the path has.
        allowed: Vec<&'static str>,
    },
    /// The media type is not one of those the operation takes.
    UnsupportedMediaType {
        /// The media types it takes.
        supported: Vec<&'static str>,
    },
    /// The body is in a content coding that is not read.
    UnsupportedEncoding {
        /// The codings that are.
        supported: Vec<&'static str>,
    },
    /// None of the media types that the caller accepts is served.
    NotAcceptable {
        /// The media types that are.
        served: Vec<&'static str>,
    },
    /// A revision was asked for that is still to come.
    TooNew {
        /// The revision.
        wanted: i64,
        /// The newest there is.
        current: i64,
    },
    /// Too many requests.
    RateLimited {
        /// When to try again, in seconds.
        retry_after: u32,
    },
    /// The store is busy.
    Unavailable {
        /// When to try again, in seconds.
        retry_after: u32,
    },
    /// A fault of ours. The text is for the log, never for the caller.
    Internal(String),
}

impl Error {
    /// One refused field.
    pub fn field(error: FieldError) -> Self {
        Self::Invalid(vec![error])
    }

    /// `Ok` when nothing was refused.
    pub fn check(errors: Vec<FieldError>) -> Result<()> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self::Invalid(errors))
        }
    }

    /// There is no such object of `kind`.
    pub fn not_found(kind: crate::kind::Kind, name: impl Into<String>) -> Self {
        Self::NotFound {
            kind: kind.as_str(),
            name: name.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(errors) => {
                let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
                f.write_str(&texts.join("; "))
            }
            Self::Malformed(message)
            | Self::Unauthenticated(message)
            | Self::Forbidden(message)
            | Self::PreconditionFailed(message)
            | Self::Gone(message)
            | Self::NotReady(message) => f.write_str(message),
            Self::Referenced(one) => {
                let Reference { kind, name, .. } = &one.object;
                write!(f, "{kind} {name:?} is in use: {}", one.message)
            }
            Self::NotFound { kind, name } => write!(f, "{kind} {name:?} not found"),
            Self::AlreadyExists { kind, name, field } => {
                write!(
                    f,
                    "a {kind} with the {field} {name:?} already exists: choose another {field}"
                )
            }
            Self::Conflict {
                kind,
                name,
                message,
            } => write!(f, "{kind} {name:?}: {message}"),
            Self::Owned(fields) => {
                let texts: Vec<String> = fields
                    .iter()
                    .map(|one| format!("{} belongs to {}", one.field, one.owner))
                    .collect();
                f.write_str(&texts.join("; "))
            }
            Self::TooLarge { limit } => {
                write!(f, "the request is larger than the limit of {limit} bytes")
            }
            Self::MethodNotAllowed { allowed } => {
                write!(f, "method not allowed: use {}", allowed.join(", "))
            }
            Self::UnsupportedMediaType { supported } => {
                write!(f, "unsupported media type: use {}", supported.join(" or "))
            }
            Self::UnsupportedEncoding { supported } => {
                write!(
                    f,
                    "unsupported content coding: use {}",
                    supported.join(" or ")
                )
            }
            Self::NotAcceptable { served } => {
                write!(
                    f,
                    "only the following media types are accepted: {}",
                    served.join(", ")
                )
            }
            Self::TooNew { wanted, current } => {
                write!(
                    f,
                    "Too large resource version: {wanted}, current: {current}"
                )
            }
            Self::RateLimited { retry_after } => {
                write!(f, "too many requests: try again in {retry_after} s")
            }
            Self::Unavailable { retry_after } => write!(f, "busy: try again in {retry_after} s"),
            Self::Internal(_) => f.write_str("internal error"),
        }
    }
}

impl std::error::Error for Error {}
