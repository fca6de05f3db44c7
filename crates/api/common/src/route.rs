//! Routes: what is answered, by which function, to whom, and how a success looks.

use std::fmt;
use std::ops::Deref;

use http::Method;
use hub::command::{Export, Import, Invocation, ObjectRef, Probe, Update};
use hub::error::Result;
use hub::object::Kind;

use crate::dialect::Dialect;
use crate::request::Request;

pub use crate::route_info::{Access, BodyLimit, Function, Params, RouteInfo, Success};

/// Where the functions tell probe that something changed.
pub const CHANGES: &str = "/v1/functions/probe/changes";
/// Where the functions ask probe whether a class can be used.
pub const CLASS_CHECK: &str = "/v1/functions/probe/class";
/// Where the functions have probe fetch an address.
pub const FETCH: &str = "/v1/functions/probe/fetch";

/// What comes of parsing a request for a function.
pub type Parsed<C> = Result<Invocation<C>>;

/// What turns a request into a command of a function.
pub type Parser<C> = fn(&Request) -> Parsed<C>;

/// What turns a request into a command. Which function carries it out follows from the command's
/// type.
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
    /// What it says of itself.
    pub info: RouteInfo,
    /// The dialect it belongs to.
    pub dialect: &'static dyn Dialect,
    /// Turns a request into a command.
    pub parse: Parse,
}

impl Deref for Route {
    type Target = RouteInfo;

    fn deref(&self) -> &RouteInfo {
        &self.info
    }
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
            info: RouteInfo {
                operation,
                method,
                pattern,
                access,
                success: Success::OK,
                body: BodyLimit::Document,
                rate_group: None,
            },
            dialect,
            parse,
        }
    }

    /// The same with another success.
    #[must_use]
    pub const fn answers(mut self, success: Success) -> Self {
        self.info.success = success;
        self
    }

    /// The same, whose body is a file.
    #[must_use]
    pub const fn takes_file(mut self) -> Self {
        self.info.body = BodyLimit::File;
        self
    }

    /// The same, in a rate group.
    #[must_use]
    pub const fn rated(mut self, group: &'static str) -> Self {
        self.info.rate_group = Some(group);
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
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.operation)
    }
}
