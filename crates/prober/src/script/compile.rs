//! Reads scripts and makes programs of them.

use std::sync::Arc;

use regorus::Engine;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::instructions::Instruction;
use regorus::rvm::program::Program;

use super::builtins::BUILTINS;
use super::number::long_number;
use crate::source::SourceError;

/// The longest script, in bytes.
pub const SOURCE_MAX: usize = 16 << 10;
/// How deep brackets may be nested. The parser tries each as an object, a set, an array and their
/// comprehensions, so that every level costs several times the one above.
const NESTING_MAX: usize = 8;
/// How many rules a script may have. Each can be evaluated within another, and the stack of a
/// component is small.
const RULES_MAX: usize = 24;

/// The package and the rule that a script must define.
pub(crate) type Rule = (&'static str, &'static str);

/// The script as version 1 of the language, or else as version 0. What is neither is told by the
/// version that understood more of it.
///
/// # Errors
/// What is wrong with it, and where.
pub(crate) fn program(source: &str, rule: Rule) -> Result<Arc<Program>, SourceError> {
    SourceError::check_length(source, SOURCE_MAX)?;
    check_nesting(source)?;
    check_numbers(source)?;
    let first = match compile(source, rule, false) {
        Ok(program) => return Ok(program),
        Err(error) => error,
    };
    compile(source, rule, true).map_err(|second| if second > first { second } else { first })
}

/// Counts brackets within texts too, which errs on the safe side.
fn check_nesting(source: &str) -> Result<(), SourceError> {
    let mut depth = 0_usize;
    for (offset, char) in source.char_indices() {
        match char {
            '[' | '{' => depth = depth.saturating_add(1),
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING_MAX {
            let message = format!("is nested deeper than {NESTING_MAX} levels");
            return Err(SourceError::at_offset(source, offset, message));
        }
    }
    Ok(())
}

/// The parser works out every number to its last digit.
fn check_numbers(source: &str) -> Result<(), SourceError> {
    match long_number(&without_texts(source)) {
        None => Ok(()),
        Some(offset) => Err(SourceError::at_offset(
            source,
            offset,
            "is a number with too many digits",
        )),
    }
}

/// The source with spaces for what is in quotes or a comment.
fn without_texts(source: &str) -> String {
    let mut end: Option<char> = None;
    let mut is_escaped = false;
    let blank = |char: char| " ".repeat(char.len_utf8());
    let mut plain = String::with_capacity(source.len());
    for char in source.chars() {
        match end {
            Some(_) if is_escaped => {
                is_escaped = false;
                plain.push_str(&blank(char));
            }
            Some(quote) => {
                is_escaped = quote == '"' && char == '\\';
                // A text in double quotes ends with its line, if not before.
                if char == quote || (char == '\n' && quote != '`') {
                    end = None;
                }
                plain.push_str(&blank(char));
            }
            None if matches!(char, '"' | '`') => {
                end = Some(char);
                plain.push(' ');
            }
            None if char == '#' => {
                end = Some('\n');
                plain.push(' ');
            }
            None => plain.push(char),
        }
    }
    plain
}

fn compile(source: &str, rule: Rule, is_v0: bool) -> Result<Arc<Program>, SourceError> {
    let mut engine = Engine::new();
    engine.set_rego_v0(is_v0);
    engine
        .add_policy("script".to_owned(), source.to_owned())
        .map_err(|error| located(&error.to_string()))?;
    let rules: usize = engine
        .get_modules()
        .iter()
        .map(|module| module.policy.len())
        .sum();
    if rules > RULES_MAX {
        return Err(SourceError::at_start(format!(
            "has more than {RULES_MAX} rules"
        )));
    }
    let (package, rule) = rule;
    let is_package = |name: &String| name == &format!("data.{package}");
    if !engine
        .get_packages()
        .is_ok_and(|packages| packages.iter().any(is_package))
    {
        return Err(SourceError::at_start(format!(
            "must be of the package {package:?}"
        )));
    }
    let entry = format!("data.{package}.{rule}");
    let policy = engine
        .compile_with_entrypoint(&entry.as_str().into())
        .map_err(|error| {
            let text = error.to_string();
            if text.contains("not a valid rule path") {
                return SourceError::at_start(format!("must define the rule {rule:?}"));
            }
            located(&text)
        })?;
    let program =
        Compiler::compile_from_policy_with_host_await(&policy, &[entry.as_str()], &BUILTINS)
            .map_err(|error| located(&error.to_string()))?;
    check_instructions(&program)?;
    Ok(program)
}

/// Functions that stand for operators: `|` and `&` of sets. They are paid for as instructions.
const OPERATORS: [&str; 2] = ["__builtin_sets.union", "__builtin_sets.intersection"];

/// Refuses what cannot be paid for. Functions that can be were made calls to the host.
fn check_instructions(program: &Program) -> Result<(), SourceError> {
    for (index, instruction) in program.instructions.iter().enumerate() {
        let what = match instruction {
            Instruction::BuiltinCall { params_index } => {
                let params = program
                    .instruction_data
                    .get_builtin_call_params(*params_index);
                let info = params.and_then(|params| program.get_builtin_info(params.builtin_index));
                let name = info.map_or("", |info| info.name.as_str());
                if OPERATORS.contains(&name) {
                    continue;
                }
                format!("the function {name:?} has no bounds, and is not available")
            }
            Instruction::VirtualDataDocumentLookup { .. } => {
                "data can be named only by the full path of a rule".to_owned()
            }
            _ => continue,
        };
        let span = program.get_instruction_span(index);
        return Err(SourceError {
            line: span.map_or(1, |span| span.line),
            column: span.map_or(1, |span| span.column),
            message: what,
        });
    }
    Ok(())
}

/// Reads the place out of an error: `--> script:2:5` on a line, and `error: …` on a later one.
fn located(text: &str) -> SourceError {
    let place = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("--> script:"));
    let mut numbers = place
        .unwrap_or_default()
        .split(':')
        .map_while(|number| number.trim().parse().ok());
    let message = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("error: "));
    SourceError {
        line: numbers.next().unwrap_or(1),
        column: numbers.next().unwrap_or(1),
        message: plain(message.unwrap_or(text.trim())).to_owned(),
    }
}

/// Without what the compiler says of its own state: `var x is unsafe (path […], scopes […])`.
fn plain(message: &str) -> &str {
    message
        .split_once(" (path [")
        .map_or(message, |(plain, _)| plain)
}
