//! What functions of the language make or go through, told before they are called.

use regorus::Value;

use super::measure::{BITS_MAX, measure};
use super::number::long_number;
use crate::budget::{DEPTH_MAX, Exceeded, count, units_of, widths};

/// How many digits a text may have that is to be a number.
const DIGITS_MAX: usize = 64;

/// Beyond twice of this, a floating-point number and the next whole one can be the same, and a range
/// of them has no end.
const EXACT_MAX: u64 = 1 << 52;

/// What a function makes or goes through beyond a few times of what it reads.
///
/// # Errors
/// [`Exceeded`] when it would make something of which nobody can tell the size, or a value that is
/// worth more than any may be.
pub(crate) fn extra(name: &str, args: &[Value], read: u64) -> Result<u64, Exceeded> {
    let text = |index| text(args, index);
    let searched = || {
        let product = count(text(0).len()).saturating_mul(count(text(1).len()));
        product / 16
    };
    Ok(match name {
        "concat" => items(args, 1).saturating_mul(units_of(text(0).len())),
        "replace" => places(text(0), text(1)).saturating_mul(units_of(text(2).len())),
        "split" => places(text(0), text(1)),
        "sprintf" => {
            let verbs = count(text(0).matches('%').count());
            widths(text(0))?.saturating_add(verbs.saturating_mul(read))
        }
        "numbers.range" | "numbers.range_step" => steps(args),
        "trim" | "trim_left" | "trim_right" | "contains" | "indexof" => searched(),
        "indexof_n" | "strings.count" => searched().saturating_add(count(text(0).len())),
        "strings.any_prefix_match" | "strings.any_suffix_match" => {
            let parts = args.get(1).map_or(Ok(0), measure)?;
            items(args, 0).saturating_add(1).saturating_mul(parts)
        }
        "json.unmarshal" | "json.is_valid" => count(text(0).len()),
        "json.filter" | "json.remove" => paths(args)?,
        "object.union_n" => items(args, 0).saturating_mul(read),
        // Each number is as wide as any may be, and so the product grows by that with each.
        "product" => items(args, 0).saturating_mul(items(args, 0)) / 4,
        "bits.lsh" if integer(args, 1).is_some_and(|by| by.unsigned_abs() > BITS_MAX) => {
            return Err(Exceeded);
        }
        _ => 0,
    })
}

/// Whether a function makes nothing of its arguments, or would read a number with more digits, or a
/// larger exponent, than anybody calculates with.
pub(crate) fn is_out_of_bounds(name: &str, args: &[Value]) -> bool {
    match name {
        "to_number" => text(args, 0).len() > DIGITS_MAX || long_number(text(args, 0)).is_some(),
        "json.unmarshal" | "json.is_valid" => long_number(text(args, 0)).is_some(),
        // Texts are read as the places of items.
        "json.filter" => args
            .get(1)
            .and_then(|paths| paths.to_json_str().ok())
            .is_none_or(|paths| long_number(&paths).is_some()),
        "numbers.range" | "numbers.range_step" => {
            let is_exact = |number: i64| number.unsigned_abs() <= EXACT_MAX;
            let is_integer = |index| integer(args, index).is_some_and(is_exact);
            let is_forward = integer(args, 2).is_none_or(|step| step > 0);
            !((0..args.len()).all(is_integer) && is_forward)
        }
        _ => false,
    }
}

/// How many numbers a range has. Its step is one if none is given.
fn steps(args: &[Value]) -> u64 {
    let step = integer(args, 2).map_or(1, i64::unsigned_abs).max(1);
    let ends = integer(args, 0).zip(integer(args, 1));
    ends.and_then(|(from, to)| from.abs_diff(to).checked_div(step))
        .unwrap_or_default()
}

/// The parts of paths, of which objects are made that are as deep as the paths are long.
fn paths(args: &[Value]) -> Result<u64, Exceeded> {
    let length = |path: &Value| match path {
        Value::String(path) => count(path.split('/').count()),
        Value::Array(parts) => count(parts.iter().count()),
        _ => 0,
    };
    let lengths: Vec<u64> = match args.get(1) {
        Some(Value::Array(paths)) => paths.iter().map(length).collect(),
        Some(Value::Set(paths)) => paths.iter().map(length).collect(),
        _ => Vec::new(),
    };
    if lengths.iter().any(|length| *length > u64::from(DEPTH_MAX)) {
        return Err(Exceeded);
    }
    Ok(lengths.into_iter().fold(0, u64::saturating_add))
}

/// How often one text is in another.
fn places(text: &str, part: &str) -> u64 {
    count(text.matches(part).count()).saturating_add(1)
}

/// The text of an argument; empty when it is none.
pub(crate) fn text(args: &[Value], index: usize) -> &str {
    let text = args.get(index).and_then(|arg| arg.as_string().ok());
    text.map_or("", |text| text.as_ref())
}

fn integer(args: &[Value], index: usize) -> Option<i64> {
    args.get(index)?.as_i64().ok()
}

fn items(args: &[Value], index: usize) -> u64 {
    match args.get(index) {
        Some(Value::Array(items)) => count(items.iter().count()),
        Some(Value::Set(items)) => count(items.iter().count()),
        _ => 0,
    }
}
