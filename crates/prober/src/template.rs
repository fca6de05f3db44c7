//! Go templates in the paths and headers of probes, with the functions that published classes use
//!: those of text/template, and of sprig the ones for text, lists
//! and URLs.

mod functions;
mod names;
mod work;

use std::cell::RefCell;
use std::rc::Rc;

use gotmpl::parse::{DefineNode, ListNode, Node, Parser};
use gotmpl::{Template, TemplateError, Value};
use hub::secret::Clear;

use crate::budget::{Budget, Exceeded, units_of};
use crate::compiled::Compiled;
use crate::source::SourceError;

/// The longest template, in bytes.
pub const SOURCE_MAX: usize = 16 << 10;
/// The longest text that comes of one, in bytes: more than a header or a path may have.
const OUTPUT_MAX: usize = 16 << 10;
/// How often the `range` actions of one template go round, all together.
const ROUNDS_MAX: u64 = 10_000;
/// How many actions may be carried out in all those rounds. What an action calls and prints is paid
/// for besides.
const ACTIONS_MAX: u64 = 200_000;

/// Reads a template.
///
/// # Errors
/// What is wrong with it, and where.
pub fn compile(source: &str) -> Result<Template, SourceError> {
    SourceError::check_length(source, SOURCE_MAX)?;
    let (body, defines) = parse(source)?;
    names::check(&body, &defines, source)?;
    let actions = work::actions(&body, &defines, source)?;
    let rounds = ACTIONS_MAX.checked_div(actions).unwrap_or(ROUNDS_MAX);
    functions::add_to(Template::new(""))
        .max_range_iters(rounds.clamp(1, ROUNDS_MAX))
        .parse(source)
        .map_err(source_error)
}

/// Stands behind a source while it is parsed, to see whether the parser came there.
const END: &str = "\u{1}";

/// The parser stops at an `end` or `else` that belongs to nothing, and leaves off what follows; Go
/// refuses it.
fn parse(source: &str) -> Result<(ListNode, Vec<DefineNode>), SourceError> {
    // First as it is, so that no fault is told of what is put behind it below.
    Parser::new(source, "{{", "}}")
        .and_then(Parser::parse)
        .map_err(source_error)?;
    let whole = |source: &str| {
        let marked = format!("{source}{END}");
        let (body, defines) = Parser::new(&marked, "{{", "}}").and_then(Parser::parse)?;
        let is_whole =
            matches!(body.nodes.last(), Some(Node::Text(last)) if last.text.ends_with(END));
        Ok::<_, TemplateError>(is_whole.then_some((body, defines)))
    };
    if let Some(parsed) = whole(source).map_err(source_error)? {
        return Ok(parsed);
    }
    let ends = source
        .match_indices("}}")
        .map(|(at, found)| at.saturating_add(found.len()));
    let cut = ends
        .filter_map(|end| source.get(..end))
        .find(|part| matches!(whole(part), Ok(None)))
        .unwrap_or(source);
    let offset = cut.rfind("{{").unwrap_or_default();
    Err(SourceError::at_offset(
        source,
        offset,
        "there is nothing here to end",
    ))
}

fn source_error(error: TemplateError) -> SourceError {
    match error {
        TemplateError::Parse {
            line, col, message, ..
        }
        | TemplateError::Lex {
            line, col, message, ..
        } => SourceError {
            line,
            column: col,
            message,
        },
        other => SourceError::at_start(other.to_string()),
    }
}

thread_local! {
    /// What the template that is filled in may use: its functions are called with their arguments
    /// alone.
    static CURRENT: RefCell<Rc<Budget>> = RefCell::default();
}

/// Fills a template in. What comes of it may hold a secret.
///
/// # Errors
/// A text without any value that was filled in.
pub fn render(source: &str, data: &Value, budget: &Rc<Budget>) -> Result<Clear, &'static str> {
    thread_local! {
        static COMPILED: Compiled<Template> = Compiled::default();
    }
    let template = COMPILED
        .with(|compiled| compiled.get(source, compile))
        .map_err(|_| "a template of the class cannot be read")?;
    CURRENT.set(Rc::clone(budget));
    let mut output = Bounded::default();
    let filled = template.execute_fmt(&mut output, data);
    CURRENT.take();
    match filled {
        Ok(()) => Ok(Clear::new(output.0)),
        Err(_) if budget.exceeded_by().is_some() => Err(TOO_MUCH),
        Err(TemplateError::Write) => Err("a template of the class gives too long a text"),
        Err(TemplateError::RangeIterLimit | TemplateError::RecursionLimit) => {
            budget.exhaust();
            Err(TOO_MUCH)
        }
        Err(_) => Err("a template of the class cannot be filled in for this connector"),
    }
}

/// What is said of a template that used the budget up.
const TOO_MUCH: &str = "a template of the class takes more work than a class may";

/// Takes units from the budget of the template that is filled in.
fn spend(units: u64) -> Result<(), Exceeded> {
    CURRENT.with_borrow(|budget| budget.spend(units))
}

/// Says that a value was worth more than any may be.
fn exhaust() {
    CURRENT.with_borrow(|budget| budget.exhaust());
}

/// A text that refuses to grow beyond [`OUTPUT_MAX`], and that is paid for.
#[derive(Default)]
struct Bounded(String);

impl std::fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        if self.0.len().saturating_add(text.len()) > OUTPUT_MAX {
            return Err(std::fmt::Error);
        }
        spend(units_of(text.len())).map_err(|_| std::fmt::Error)?;
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
