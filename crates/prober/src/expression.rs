//! CEL expressions that judge a response (`response.cel` of the published ConnectorClass).
//!
//! CEL always ends, but loops within each other take their time, and so do long texts. An expression
//! is evaluated part by part, and each is paid for before it is.

mod evaluate;
mod kind;
mod measure;
mod names;
mod part;
mod response;

use std::rc::Rc;

use cel::Env;

use self::evaluate::{Evaluation, Fault};
use self::part::Part;
pub use self::response::{Seen, canonical};
use crate::budget::{Budget, count};
use crate::compiled::Compiled;
use crate::source::SourceError;

/// The longest expression, in bytes.
pub const SOURCE_MAX: usize = 4 << 10;
/// How deep an expression may be nested: its parser and its evaluation are recursive.
const DEPTH_MAX: u16 = 48;
/// How many operators, dots and brackets an expression may have. Every one of a chain is a level of
/// the recursion that [`DEPTH_MAX`] does not count, and the stack of a component is small.
const OPERATORS_MAX: usize = 256;
/// How many bytes of a response are read for a unit.
const BYTES_PER_UNIT: usize = 4;

/// An expression that was read.
pub struct Expression {
    root: Part,
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
        names::check(&root, source, &places)?;
        if !kind::can_be_boolean(&root) {
            let message = "is never true or false: compare it with something";
            return Err(SourceError::at_start(message));
        }
        let root = Part::read(root).ok_or_else(|| SourceError::at_start("is not supported"))?;
        Ok(Self { root })
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
    pub fn judge(&self, seen: &Seen, budget: &Budget) -> Result<bool, &'static str> {
        let too_much = "the expression of the class takes more work than a class may";
        // It is read as JSON, and made into values.
        let bytes = seen.text.len() / BYTES_PER_UNIT;
        budget.spend(count(bytes)).map_err(|_| too_much)?;
        let body = response::body(seen);
        let variables = response::variables(seen, &body);
        match Evaluation::new(variables, budget).verdict(&self.root) {
            Ok(Some(verdict)) => Ok(verdict),
            Ok(None) => Err("the expression of the class is neither true nor false"),
            Err(Fault::Failed) => {
                Err("the expression of the class cannot be evaluated for this response")
            }
            Err(Fault::Exceeded) => {
                // A value that is worth more than any may be is the end of a budget, too.
                budget.exhaust();
                Err(too_much)
            }
        }
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
