//! Rego scripts of a class: how to authenticate a request, which permission it
//! needs, where its token is. Published ones are in either version of the language.

mod bounds;
mod builtins;
mod compile;
mod machine;
mod measure;
mod number;

use std::sync::Arc;

use hub::secret::Clear;
use regorus::Value;
use regorus::rvm::program::Program;
use serde_json::Value as Json;

pub use self::compile::SOURCE_MAX;
use self::machine::Fault;
use crate::budget::{Budget, count};
use crate::compiled::Compiled;
use crate::source::SourceError;

/// What a byte of a script is worth when it is compiled.
const COMPILE_UNITS: u64 = 8;

/// What a script is for, which decides what it must define.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `auth.types[].generator`: how a request is authenticated.
    Generator,
    /// `api.permissions`: which permission a request needs.
    Permissions,
    /// `proxy.authExtractor`: the token of a request.
    AuthExtractor,
}

impl Purpose {
    /// The package and the rule that the script must define.
    const fn rule(self) -> (&'static str, &'static str) {
        match self {
            Self::Generator | Self::AuthExtractor => ("proxy", "auth"),
            Self::Permissions => ("permissions", "result"),
        }
    }
}

/// Where a generator wants what it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// As headers.
    Header,
    /// As parameters of the query.
    Query,
    /// As the body, in its form.
    Body(Form),
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    UrlEncoded,
}

/// What a generator made of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injection {
    /// Where it goes.
    pub position: Position,
    /// Names and values, in order.
    pub pairs: Vec<(String, Clear)>,
}

/// Checks a script, and runs it once over a request that says nothing.
///
/// # Errors
/// What is wrong with it, and where.
pub fn check(source: &str, purpose: Purpose, budget: &Budget) -> Result<(), SourceError> {
    let exceeded = || SourceError::at_start("takes more work than a class may");
    budget
        .spend(count(source.len()).saturating_mul(COMPILE_UNITS))
        .map_err(|_| exceeded())?;
    let program = compile::program(source, purpose.rule())?;
    match machine::run(&program, Value::new_object(), budget) {
        Ok(_) => Ok(()),
        Err(Fault::Exceeded) => Err(exceeded()),
        Err(Fault::Failed(why)) => Err(SourceError::at_start(why)),
    }
}

/// Runs a generator over a secret's data and the request that is to be authenticated.
///
/// # Errors
/// Why nothing came of it, without anything of the secret.
pub fn generate(source: &str, input: &Json, budget: &Budget) -> Result<Injection, &'static str> {
    let unusable = "the generator of the class cannot be used";
    thread_local! {
        static COMPILED: Compiled<Arc<Program>> = Compiled::default();
    }
    let compile = |source: &str| compile::program(source, Purpose::Generator.rule());
    let program = COMPILED.with(|compiled| compiled.get(source, compile));
    let program = program.map_err(|_| unusable)?;
    let input = input.to_string();
    let exceeded = "the generator of the class takes more work than a class may";
    budget.spend_bytes(input.len()).map_err(|_| exceeded)?;
    let input = Value::from_json_str(&input).map_err(|_| unusable)?;
    let failed = "the generator of the class gives nothing for this secret";
    let made = match machine::run(&program, input, budget) {
        Ok(made) => made.to_json_str().map_err(|_| failed)?,
        Err(Fault::Exceeded) => {
            // A value that is worth more than any may be is the end of a budget, too.
            budget.exhaust();
            return Err(exceeded);
        }
        Err(Fault::Failed(_)) => return Err(failed),
    };
    let made: Json = serde_json::from_str(&made).map_err(|_| failed)?;
    injection(&made)
        .ok_or("the generator of the class gives something that is not {position, auth}")
}

fn injection(made: &Json) -> Option<Injection> {
    let text = |name: &str| made.get(name).and_then(Json::as_str);
    let position = match text("position") {
        Some("header") | None => Position::Header,
        Some("query") => Position::Query,
        Some("body") if text("contentType").is_some_and(|kind| kind.contains("urlencoded")) => {
            Position::Body(Form::UrlEncoded)
        }
        Some("body") => Position::Body(Form::Json),
        Some(_) => return None,
    };
    let pairs = made.get("auth")?.as_object()?.iter().map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), Clear::new(value))
    });
    Some(Injection {
        position,
        pairs: pairs.collect(),
    })
}

#[cfg(test)]
#[path = "script_tests.rs"]
mod tests;
