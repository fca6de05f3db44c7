//! Routes: what is answered, by which function, to whom, and how a success looks.

use std::fmt;

use http::{Method, StatusCode};
use hub::command::{Export, Import, Invocation, ObjectRef, Probe, Update};
use hub::error::Result;
use hub::object::Kind;
use hub::scope::Permission;

use crate::Dialect;
use crate::request::Request;

/// Where the functions tell probe that something changed.
pub const CHANGES: &str = "/v1/functions/probe/changes";
/// Where the functions ask probe whether a class can be used.
pub const CLASS_CHECK: &str = "/v1/functions/probe/class";
/// Where the functions have probe fetch an address.
pub const FETCH: &str = "/v1/functions/probe/fetch";

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
    /// Who has the permission, in all scopes that they may read: the admin in every one, a key in its own.
    Everywhere(Permission),
    /// Who has the permission, for what all scopes share and the scope `default` keeps: any key reads it, those of that
    /// scope write it.
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

/// What comes of parsing a request for a function.
pub type Parsed<C> = Result<Invocation<C>>;

/// What turns a request into a command of a function.
pub type Parser<C> = fn(&Request) -> Parsed<C>;

/// What turns a request into a command. Which function carries it out follows from the command's type.
#[derive(Clone, Copy)]
pub enum Parse {
    /// Into one of import.
    Import(Parser<Import>),
    /// Into one of export.
    Export(Parser<Export>),
    /// Into one of update.
    Update(Parser<Update>),
    /// Into one of probe.
    Probe(Parser<Probe>),
}

/// The commands of one function.
pub trait FunctionCommand: Sized {
    /// The function.
    const FUNCTION: Function;

    /// What parses the requests of a route into them; none where the route is of another function.
    fn parser(parse: Parse) -> Option<Parser<Self>>;

    /// The object that is read, where the command does no more than that.
    fn reads(&self) -> Option<(Kind, &ObjectRef)> {
        None
    }
}

macro_rules! function_command {
    ($function:ident $(, $reads:item)?) => {
        impl FunctionCommand for $function {
            const FUNCTION: Function = Function::$function;

            fn parser(parse: Parse) -> Option<Parser<Self>> {
                match parse {
                    Parse::$function(parser) => Some(parser),
                    _ => None,
                }
            }

            $($reads)?
        }
    };
}

function_command!(Import);
function_command!(Update);
function_command!(Probe);
function_command!(
    Export,
    fn reads(&self) -> Option<(Kind, &ObjectRef)> {
        match self {
            // A scope is in no other.
            Self::Get(kind, object) if *kind != Kind::Scope => Some((*kind, object)),
            _ => None,
        }
    }
);

/// One route.
pub struct Route {
    /// The name of what it does, for good: `versori.createConnection`.
    pub operation: &'static str,
    /// Its method.
    pub method: Method,
    /// Its path; `:name` stands for one segment.
    pub pattern: &'static str,
    /// Who may use it.
    pub access: Access,
    /// The dialect it belongs to.
    pub dialect: &'static dyn Dialect,
    /// Turns a request into a command.
    pub parse: Parse,
    /// How its success looks.
    pub success: Success,
    /// How large a body may be.
    pub body: BodyLimit,
    /// Together with which other routes a request counts against the rate limit of its caller; none where the dialect
    /// publishes no limit.
    pub rate_group: Option<&'static str>,
}

impl Route {
    /// A route of a dialect that answers 200 with JSON.
    pub const fn of(
        dialect: &'static dyn Dialect,
        operation: &'static str,
        method: Method,
        pattern: &'static str,
        access: Access,
        parse: Parse,
    ) -> Self {
        Self {
            operation,
            method,
            pattern,
            access,
            dialect,
            parse,
            success: Success::OK,
            body: BodyLimit::Document,
            rate_group: None,
        }
    }

    /// The same with another success.
    #[must_use]
    pub const fn answers(mut self, success: Success) -> Self {
        self.success = success;
        self
    }

    /// The same, whose body is a file.
    #[must_use]
    pub const fn takes_file(mut self) -> Self {
        self.body = BodyLimit::File;
        self
    }

    /// The same, in a rate group.
    #[must_use]
    pub const fn rated(mut self, group: &'static str) -> Self {
        self.rate_group = Some(group);
        self
    }

    /// The function that answers it.
    pub const fn function(&self) -> Function {
        match self.parse {
            Parse::Import(_) => Function::Import,
            Parse::Export(_) => Function::Export,
            Parse::Update(_) => Function::Update,
            Parse::Probe(_) => Function::Probe,
        }
    }

    /// What it is about, from the last literal of its path that is no verb: `connections`.
    pub fn resource(&self) -> &'static str {
        let literals = self
            .pattern
            .split('/')
            .filter(|part| !part.starts_with(':'));
        literals.last().unwrap_or_default()
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation)
    }
}

/// The parts of a path that a route names, decoded.
pub type Params = Vec<(&'static str, String)>;
