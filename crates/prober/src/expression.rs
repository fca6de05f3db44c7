//! CEL expressions that judge a response (`response.cel` of the published ConnectorClass).
//!
//! CEL always ends, but two loops over a long list within each other take their time. How often the
//! parts of an expression are evaluated follows from its form and from the size of the response, so
//! it is known, and limited, before anything is evaluated.

mod kind;
mod names;
mod response;

use std::rc::Rc;
use std::sync::Arc;

use cel::common::ast::IdedExpr;
use cel::{Context, Env, Value};
use serde_json::Value as Json;

pub use self::response::{Seen, canonical};
use crate::compiled::Compiled;
use crate::source::SourceError;

/// The longest expression, in bytes.
pub const SOURCE_MAX: usize = 4 << 10;
/// How deep an expression may be nested: its parser and its evaluation are recursive.
const DEPTH_MAX: u16 = 48;
/// How many operators, dots and brackets an expression may have. Every one of a chain is a level of
/// the recursion that [`DEPTH_MAX`] does not count, and the stack of a component is small.
const OPERATORS_MAX: usize = 256;
/// How many parts may be evaluated, all together.
const WORK_MAX: u64 = 1_000_000;
/// How many characters of text a part goes through at the price of one.
const TEXT_PER_STEP: u64 = 1024;

/// An expression that was read.
pub struct Expression {
    root: IdedExpr,
    /// Of each part, in how many loops it is.
    loops: Vec<u32>,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, and where: syntax, a variable or a function that is not known, a
    /// value that cannot judge.
    pub fn compile(source: &str) -> Result<Self, SourceError> {
        SourceError::check_length(source, SOURCE_MAX)?;
        check_operators(source)?;
        let parsed = Env::stdlib()
            .parser()
            .max_recursion_depth(DEPTH_MAX)
            .parse_with_source_info(source);
        let (root, places) = parsed.map_err(|errors| syntax_error(&errors))?;
        let loops = names::check(&root, source, &places)?;
        if !kind::can_be_boolean(&root) {
            let message = "is never true or false: compare it with something";
            return Err(SourceError::at_start(message));
        }
        Ok(Self { root, loops })
    }

    /// As [`Expression::compile`], once for each source.
    ///
    /// # Errors
    /// Those of [`Expression::compile`].
    pub fn compiled(source: &str) -> Result<Rc<Self>, SourceError> {
        thread_local! {
            static COMPILED: Compiled<Expression> = Compiled::default();
        }
        COMPILED.with(|compiled| compiled.get(source, Self::compile))
    }

    /// Whether the response is as it should be.
    ///
    /// # Errors
    /// Why that cannot be told, without anything of the response.
    pub fn judge(&self, seen: &Seen) -> Result<bool, &'static str> {
        let body = response::body(seen);
        if self.work(seen, &body) > WORK_MAX {
            return Err("the response is too large for the expression of the class");
        }
        let mut context = Context::with_env(Arc::new(Env::stdlib()));
        for (name, value) in response::variables(seen, &body) {
            context.add_variable_from_value(name, value);
        }
        match Value::resolve(&self.root, &context) {
            Ok(Value::Bool(verdict)) => Ok(verdict),
            Ok(_) => Err("the expression of the class is neither true nor false"),
            Err(_) => Err("the expression of the class cannot be evaluated for this response"),
        }
    }

    /// An upper bound of the parts that are evaluated, each at the price of going through all of
    /// the text. No list is longer than the longest there is times the number of parts, which
    /// are what can put lists together.
    fn work(&self, seen: &Seen, body: &Json) -> u64 {
        let parts = number(self.loops.len());
        let longest = response::longest(body).max(seen.headers.len()).max(1);
        let rounds = number(longest).saturating_add(parts);
        let price = (number(seen.text.len()) / TEXT_PER_STEP).saturating_add(1);
        let steps = self.loops.iter().map(|loops| rounds.saturating_pow(*loops));
        steps.fold(0, u64::saturating_add).saturating_mul(price)
    }
}

/// Counts those within texts too, which errs on the safe side.
fn check_operators(source: &str) -> Result<(), SourceError> {
    let operators =
        source.match_indices(|char: char| char.is_ascii_punctuation() && !"_'\",".contains(char));
    match operators.map(|(offset, _)| offset).nth(OPERATORS_MAX) {
        None => Ok(()),
        Some(offset) => {
            let message = format!("has more than {OPERATORS_MAX} operators, dots and brackets");
            Err(SourceError::at_offset(source, offset, message))
        }
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn syntax_error(errors: &cel::ParseErrors) -> SourceError {
    errors.errors.first().map_or_else(
        || SourceError::at_start("is not an expression"),
        |error| SourceError {
            line: usize::try_from(error.pos.0).unwrap_or_default().max(1),
            column: usize::try_from(error.pos.1).unwrap_or_default().max(1),
            message: plain(&error.msg),
        },
    )
}

/// What the parser says, without the structure that it sometimes prints around it.
fn plain(message: &str) -> String {
    let inner = message
        .split_once("msg: \"")
        .and_then(|(_, rest)| rest.split_once('"'));
    let text = inner.map_or(message, |(text, _)| text);
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
#[path = "expression_tests.rs"]
mod tests;
