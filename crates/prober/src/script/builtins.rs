//! The functions of the language that scripts may call: those whose work can be told before they
//! are called. Each is paid for by what it reads and what it makes. Others are refused when a class
//! is written.

use std::ops::Range;

use regorus::{Engine, Value};

use super::bounds::{extra, is_out_of_bounds, text};
use super::measure::measure;
use crate::budget::{Budget, Exceeded, count};
use crate::compiled::Compiled;
use crate::pattern::Pattern;

/// Names, and how many arguments each takes.
pub(crate) const BUILTINS: [(&str, usize); 88] = [
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
    ("bits.lsh", 2),
    ("bits.negate", 1),
    ("bits.or", 2),
    ("bits.rsh", 2),
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
    ("indexof_n", 2),
    ("intersection", 1),
    ("is_array", 1),
    ("is_boolean", 1),
    ("is_null", 1),
    ("is_number", 1),
    ("is_object", 1),
    ("is_set", 1),
    ("is_string", 1),
    ("json.filter", 2),
    ("json.is_valid", 1),
    ("json.marshal", 1),
    ("json.remove", 2),
    ("json.unmarshal", 1),
    ("lower", 1),
    ("max", 1),
    ("min", 1),
    ("numbers.range", 2),
    ("numbers.range_step", 3),
    ("object.filter", 2),
    ("object.get", 3),
    ("object.keys", 1),
    ("object.remove", 2),
    ("object.subset", 2),
    ("object.union", 2),
    ("object.union_n", 1),
    ("print", 1),
    ("product", 1),
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
    ("strings.any_prefix_match", 2),
    ("strings.any_suffix_match", 2),
    ("strings.count", 2),
    ("strings.reverse", 1),
    ("substring", 3),
    ("sum", 1),
    ("to_number", 1),
    ("trace", 1),
    ("trim", 2),
    ("trim_left", 2),
    ("trim_prefix", 2),
    ("trim_right", 2),
    ("trim_space", 1),
    ("trim_suffix", 2),
    ("type_name", 1),
    ("union", 1),
    ("upper", 1),
    ("urlquery.decode", 1),
    ("urlquery.decode_object", 1),
    ("urlquery.encode", 1),
    ("urlquery.encode_object", 1),
];

/// What it is worth to call one at all: the engine is copied for it.
const CALL_UNITS: u64 = 500;
/// How often a function goes through what it reads, at most: to sort it, or to write it escaped.
const ROUNDS: u64 = 6;

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
    let made = made(name, args, budget)?;
    budget.spend(measure(&made)?)?;
    Ok(made)
}

/// What a function makes of arguments that were paid for.
fn made(name: &str, args: &[Value], budget: &Budget) -> Result<Value, Exceeded> {
    if let Some(name) = name.strip_prefix("regex.") {
        return matching(name, args, budget);
    }
    Ok(match name {
        // Nobody reads what a script says.
        "print" | "trace" => Value::from(true),
        "object.subset" => match args {
            [whole, part] => Value::from(is_subset(whole, part, budget)?),
            _ => Value::Undefined,
        },
        "strings.count" if args.iter().all(|arg| arg.as_string().is_ok()) => {
            Value::from(count(text(args, 0).matches(text(args, 1)).count()))
        }
        _ if is_out_of_bounds(name, args) => Value::Undefined,
        _ => native(name, args),
    })
}

/// Whether a value is part of another. The engine's own function ends the component when it looks
/// for an empty list.
fn is_subset(whole: &Value, part: &Value, budget: &Budget) -> Result<bool, Exceeded> {
    let pay = |times: usize| budget.spend(count(times).saturating_mul(measure(part)?));
    Ok(match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            for (name, member) in part.iter() {
                let has = match whole.get(name) {
                    Some(of) => is_subset(of, member, budget)?,
                    None => false,
                };
                if !has {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Set(whole), Value::Set(part)) => part.iter().all(|item| whole.contains(item)),
        (Value::Array(whole), Value::Set(part)) => {
            pay(whole.iter().count())?;
            part.iter().all(|item| whole.iter().any(|of| of == item))
        }
        (Value::Array(whole), Value::Array(part)) => {
            let (whole, part): (Vec<_>, Vec<_>) = (whole.iter().collect(), part.iter().collect());
            pay(whole.len())?;
            part.is_empty() || whole.windows(part.len()).any(|run| run == part)
        }
        (whole, part) => whole == part,
    })
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
            let by = super::bounds::text(args, 2);
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
