//! What a route says of itself: what is answered, to whom, and how a success looks.

use http::{Method, StatusCode};
use hub::scope::Permission;

/// One of the four functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// Creates.
    Import,
    /// Reads.
    Export,
    /// Changes.
    Update,
    /// Asks the outside world.
    Probe,
}

impl Function {
    /// The name of its component.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
            Self::Update => "update",
            Self::Probe => "probe",
        }
    }
}

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Who brings a link or a state that we signed for this purpose, in the scope that it is of.
    Signed(&'static str),
    /// Who has the permission in the scope that the path names, or else in the scope of the key.
    Scope(Permission),
    /// The same; a scope that is not there has nothing in it, for who may use all scopes.
    ScopeIfAny(Permission),
    /// Who has any of the permissions there.
    ScopeAny(&'static [Permission]),
    /// Who has the permission, in all scopes that they may read: the admin in every one, a key in
    /// its own.
    Everywhere(Permission),
    /// Who has the permission, for what all scopes share and the scope `default` keeps: any key
    /// reads it, those of that scope write it.
    Shared(Permission),
    /// Any caller who is let in, whatever they may do.
    Caller,
    /// Who has the admin key of the installation.
    Installation,
    /// The functions themselves.
    Functions,
}

impl Access {
    /// What a caller needs, in the words of the route table.
    pub fn needs(self) -> String {
        let name = |permission: &Permission| format!("{permission:?}").to_lowercase();
        match self {
            Self::Public => "nothing".to_owned(),
            Self::Caller => "any".to_owned(),
            Self::Signed(purpose) => purpose.to_owned(),
            Self::Installation => "installation".to_owned(),
            Self::Functions => "functions".to_owned(),
            Self::Scope(permission)
            | Self::ScopeIfAny(permission)
            | Self::Everywhere(permission)
            | Self::Shared(permission) => name(&permission),
            Self::ScopeAny(permissions) => {
                let names: Vec<String> = permissions.iter().map(name).collect();
                names.join(" or ")
            }
        }
    }
}

/// The status and the form of an answer that is no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Success {
    /// The status.
    pub status: StatusCode,
    /// The status where it differs by what happened: an object that was there before, or was not.
    pub or: Option<StatusCode>,
    /// The media type of the body; empty where there is none.
    pub media_type: &'static str,
}

impl Success {
    /// 200 with JSON.
    pub const OK: Self = Self::json(StatusCode::OK);
    /// 201 with JSON.
    pub const CREATED: Self = Self::json(StatusCode::CREATED);
    /// 202 with JSON.
    pub const ACCEPTED: Self = Self::json(StatusCode::ACCEPTED);
    /// 204.
    pub const NO_CONTENT: Self = Self {
        status: StatusCode::NO_CONTENT,
        or: None,
        media_type: "",
    };

    /// A status with JSON.
    pub const fn json(status: StatusCode) -> Self {
        Self {
            status,
            or: None,
            media_type: "application/json",
        }
    }

    /// The same with a body of another media type.
    #[must_use]
    pub const fn of(self, media_type: &'static str) -> Self {
        Self { media_type, ..self }
    }

    /// The same, or another status.
    #[must_use]
    pub const fn or(self, status: StatusCode) -> Self {
        Self {
            or: Some(status),
            ..self
        }
    }
}

/// How large a body may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyLimit {
    /// As large as a document (`max_body_bytes`).
    Document,
    /// As large as a file (`max_file_bytes`).
    File,
}

/// What a route says of itself.
#[derive(Clone, Debug)]
pub struct RouteInfo {
    /// The name of what it does, for good: `versori.createConnection`.
    pub operation: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path; `:name` stands for one segment.
    pub pattern: &'static str,
    /// Who may use it.
    pub access: Access,
    /// How its success looks.
    pub success: Success,
    /// How large a body may be.
    pub body: BodyLimit,
    /// Together with which other routes a request counts against the rate limit of its caller;
    /// none where the dialect publishes no limit.
    pub rate_group: Option<&'static str>,
}

impl RouteInfo {
    /// What it is about, from the last literal of its path that is no verb: `connections`.
    pub fn resource(&self) -> &'static str {
        let mut literals = self
            .pattern
            .split('/')
            .filter(|part| !part.starts_with(':'));
        literals.next_back().unwrap_or_default()
    }
}

/// The parts of a path that a route names, decoded.
pub type Params = Vec<(&'static str, String)>;
