//! The functions of the language that scripts may call: those whose work can be told before they
//! are called. Each is paid for by what it reads and what it makes. Others are refused when a class
//! is written.

use std::ops::Range;

use regorus::{Engine, Value};

use super::measure::measure;
use super::number::long_number;
use crate::budget::{Budget, Exceeded, count, units_of, widths};
use crate::compiled::Compiled;
use crate::pattern::Pattern;

/// Names, and how many arguments each takes.
pub(crate) const BUILTINS: [(&str, usize); 71] = [
    ("abs", 1),
    ("array.concat", 2),
    ("array.reverse", 1),
    ("array.slice", 3),
    ("base64.decode", 1),
    ("base64.encode", 1),
    ("base64.is_valid", 1),
    ("base64url.decode", 1),
    ("base64url.encode", 1),
    ("base64url.encode_no_pad", 1),
    ("bits.and", 2),
    ("bits.negate", 1),
    ("bits.or", 2),
    ("bits.xor", 2),
    ("ceil", 1),
    ("concat", 2),
    ("contains", 2),
    ("count", 1),
    ("endswith", 2),
    ("floor", 1),
    ("format_int", 2),
    ("hex.decode", 1),
    ("hex.encode", 1),
    ("indexof", 2),
    ("intersection", 1),
    ("is_array", 1),
    ("is_boolean", 1),
    ("is_null", 1),
    ("is_number", 1),
    ("is_object", 1),
    ("is_set", 1),
    ("is_string", 1),
    ("json.is_valid", 1),
    ("json.marshal", 1),
    ("json.unmarshal", 1),
    ("lower", 1),
    ("max", 1),
    ("min", 1),
    ("numbers.range", 2),
    ("object.filter", 2),
    ("object.get", 3),
    ("object.keys", 1),
    ("object.remove", 2),
    ("object.union", 2),
    ("regex.find_n", 3),
    ("regex.is_valid", 1),
    ("regex.match", 2),
    ("regex.replace", 3),
    ("regex.split", 2),
    ("replace", 3),
    ("round", 1),
    ("semver.compare", 2),
    ("semver.is_valid", 1),
    ("sort", 1),
    ("split", 2),
    ("sprintf", 2),
    ("startswith", 2),
    ("strings.reverse", 1),
    ("substring", 3),
    ("sum", 1),
    ("to_number", 1),
    ("trim", 2),
    ("trim_left", 2),
    ("trim_prefix", 2),
    ("trim_right", 2),
    ("trim_space", 1),
    ("trim_suffix", 2),
    ("type_name", 1),
    ("union", 1),
    ("upper", 1),
    ("urlquery.encode", 1),
];

/// What it is worth to call one at all: the engine is copied for it.
const CALL_UNITS: u64 = 500;
/// How often a function goes through what it reads, at most: to sort it, or to write it escaped.
const ROUNDS: u64 = 6;
/// How many digits a text may have that is to be a number.
const DIGITS_MAX: usize = 64;

/// What a function makes of its arguments; undefined when it makes nothing of them, as everywhere
/// in the language.
///
/// # Errors
/// [`Exceeded`], before the work is done.
pub(crate) fn call(name: &str, args: &[Value], budget: &Budget) -> Result<Value, Exceeded> {
    let mut read = 0_u64;
    for arg in args {
        read = read.saturating_add(measure(arg)?);
    }
    budget.spend(CALL_UNITS.saturating_add(read.saturating_mul(ROUNDS)))?;
    budget.spend(extra(name, args, read)?)?;
    let made = match name.strip_prefix("regex.") {
        Some(name) => matching(name, args, budget)?,
        None if has_long_number(name, args) => Value::Undefined,
        None => native(name, args),
    };
    budget.spend(measure(&made)?)?;
    Ok(made)
}

/// What a function makes or goes through beyond a few times of what it reads.
fn extra(name: &str, args: &[Value], read: u64) -> Result<u64, Exceeded> {
    let text = |index| text(args, index);
    let product = |divisor: u64| {
        let product = count(text(0).len()).saturating_mul(count(text(1).len()));
        product.checked_div(divisor).unwrap_or_default()
    };
    Ok(match name {
        "concat" => items(args, 1).saturating_mul(units_of(text(0).len())),
        "replace" => places(text(0), text(1)).saturating_mul(units_of(text(2).len())),
        "split" => places(text(0), text(1)),
        "sprintf" => {
            let verbs = count(text(0).matches('%').count());
            widths(text(0))?.saturating_add(verbs.saturating_mul(read))
        }
        "numbers.range" => {
            let end = |index| {
                args.get(index)
                    .and_then(|value: &Value| value.as_i64().ok())
            };
            end(0).zip(end(1)).map_or(0, |(from, to)| from.abs_diff(to))
        }
        "trim" | "trim_left" | "trim_right" | "contains" | "indexof" => product(16),
        "json.unmarshal" | "json.is_valid" => count(text(0).len()),
        _ => 0,
    })
}

/// How often one text is in another.
fn places(text: &str, part: &str) -> u64 {
    count(text.matches(part).count()).saturating_add(1)
}

/// Whether a text is to be read as a number with more digits, or a larger exponent, than anybody
/// calculates with.
fn has_long_number(name: &str, args: &[Value]) -> bool {
    match name {
        "to_number" => text(args, 0).len() > DIGITS_MAX || long_number(text(args, 0)).is_some(),
        "json.unmarshal" | "json.is_valid" => long_number(text(args, 0)).is_some(),
        _ => false,
    }
}

fn matching(name: &str, args: &[Value], budget: &Budget) -> Result<Value, Exceeded> {
    // `regex.replace` has the text first, the others the pattern.
    let (pattern, text) = match name {
        "replace" => (text(args, 1), text(args, 0)),
        _ => (text(args, 0), text(args, 1)),
    };
    let is_typed = args.iter().take(2).all(|arg| arg.as_string().is_ok());
    let pattern = match Pattern::of(pattern, budget)? {
        _ if !is_typed => return Ok(Value::Undefined),
        None if name == "is_valid" => return Ok(Value::from(false)),
        None => return Ok(Value::Undefined),
        Some(pattern) => pattern,
    };
    let part = |range: Range<usize>| Value::from(text.get(range).unwrap_or_default());
    Ok(match name {
        "is_valid" => Value::from(true),
        "match" => Value::from(pattern.is_match(text, budget)?),
        "find_n" => {
            let most = args.get(2).and_then(|most| most.as_i64().ok());
            let most = usize::try_from(most.unwrap_or_default()).unwrap_or(usize::MAX);
            let found = pattern.find(text, most, budget)?;
            Value::from(found.into_iter().map(part).collect::<Vec<_>>())
        }
        "replace" => {
            let by = self::text(args, 2);
            Value::from(pattern.replace(text, by, budget)?)
        }
        _ => {
            let mut parts = Vec::new();
            let mut from = 0;
            for found in pattern.find(text, usize::MAX, budget)? {
                parts.push(part(from..found.start));
                from = found.end;
            }
            parts.push(part(from..text.len()));
            Value::from(parts)
        }
    })
}

/// Calls the engine's own function.
fn native(name: &str, args: &[Value]) -> Value {
    thread_local! {
        static COMPILED: Compiled<Engine> = Compiled::default();
    }
    let places: Vec<String> = (0..args.len())
        .map(|index| format!("input[{index}]"))
        .collect();
    let source = format!("package builtin\nresult := {name}({})", places.join(", "));
    let compile = |source: &str| {
        let mut engine = Engine::new();
        let added = engine.add_policy("builtin".to_owned(), source.to_owned());
        added.map(|_| engine)
    };
    let Ok(compiled) = COMPILED.with(|compiled| compiled.get(&source, compile)) else {
        return Value::Undefined;
    };
    // A copy for each: an engine keeps what it is asked.
    let mut engine = compiled.as_ref().clone();
    engine.set_input(Value::from(args.to_vec()));
    let made = engine.eval_rule("data.builtin.result".to_owned());
    made.unwrap_or(Value::Undefined)
}

fn text(args: &[Value], index: usize) -> &str {
    let text = args.get(index).and_then(|arg| arg.as_string().ok());
    text.map_or("", |text| text.as_ref())
}

fn items(args: &[Value], index: usize) -> u64 {
    match args.get(index) {
        Some(Value::Array(items)) => count(items.iter().count()),
        Some(Value::Set(items)) => count(items.iter().count()),
        _ => 0,
    }
}
