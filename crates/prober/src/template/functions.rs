//! The functions that a template may call. None of them gives a text or a list beyond the limits,
//! since a template can put what comes of one into the next.

use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gotmpl::{Template, TemplateError, Value};

use super::{Bounded, ROUNDS_MAX, exhaust, spend};
use crate::budget::{Exceeded, Measure, count, widths};

type Answer = Result<Value, TemplateError>;

/// The functions of text/template that make texts, of which there is no end without a limit.
const TEXT_FUNCTIONS: [&str; 6] = ["html", "js", "print", "printf", "println", "urlquery"];

/// Those of text/template that compare texts, which may be long.
const COMPARISONS: [&str; 6] = ["eq", "ge", "gt", "le", "lt", "ne"];

/// Those of text/template that are used as they are: they go through nothing.
const OTHER_FUNCTIONS: [&str; 6] = ["and", "call", "index", "len", "not", "or"];

/// What it is worth to call a function, and to call one of the engine through a template.
const CALL_UNITS: u64 = 8;
const ENGINE_CALL_UNITS: u64 = 200;
/// How often a function goes through what it reads, at most.
const ROUNDS: u64 = 4;

/// Those of sprig, with the arguments in its order: what is piped in comes last; and `slice`.
type Function = fn(&[Value]) -> Answer;

const OWN: [(&str, Function); 20] = [
    ("append", append),
    ("b64dec", b64dec),
    ("b64enc", |args| Ok(string(STANDARD.encode(text(args, 0)?)))),
    ("contains", |args| {
        Ok(Value::Bool(text(args, 1)?.contains(&text(args, 0)?)))
    }),
    ("default", default),
    ("first", |args| {
        Ok(items(args, 0)?.first().cloned().unwrap_or(Value::Nil))
    }),
    ("hasPrefix", |args| {
        Ok(Value::Bool(text(args, 1)?.starts_with(&text(args, 0)?)))
    }),
    ("hasSuffix", |args| {
        Ok(Value::Bool(text(args, 1)?.ends_with(&text(args, 0)?)))
    }),
    ("join", join),
    ("last", |args| {
        Ok(items(args, 0)?.last().cloned().unwrap_or(Value::Nil))
    }),
    ("list", |args| list(args.to_vec())),
    ("lower", |args| Ok(string(text(args, 0)?.to_lowercase()))),
    ("replace", replace),
    ("slice", slice),
    ("splitList", split_list),
    ("trim", |args| Ok(string(text(args, 0)?.trim()))),
    ("trimPrefix", |args| {
        let (prefix, text) = (text(args, 0)?, text(args, 1)?);
        Ok(string(text.strip_prefix(&prefix).unwrap_or(&text)))
    }),
    ("trimSuffix", |args| {
        let (suffix, text) = (text(args, 0)?, text(args, 1)?);
        Ok(string(text.strip_suffix(&suffix).unwrap_or(&text)))
    }),
    ("upper", |args| Ok(string(text(args, 0)?.to_uppercase()))),
    ("urlParse", |args| Ok(url_parts(&text(args, 0)?))),
];

fn b64dec(args: &[Value]) -> Answer {
    let decoded = STANDARD.decode(text(args, 0)?).ok();
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    text.map(string)
        .ok_or_else(|| wrong("b64dec: not base64 of a text"))
}

fn default(args: &[Value]) -> Answer {
    let given = args.get(1).filter(|value| value.is_truthy());
    given
        .or(args.first())
        .cloned()
        .ok_or_else(|| wrong("default: no value"))
}

fn append(args: &[Value]) -> Answer {
    let mut all = items(args, 0)?.to_vec();
    all.extend(args.get(1).cloned());
    list(all)
}

fn join(args: &[Value]) -> Answer {
    let separator = text(args, 0)?;
    let mut all = Bounded::default();
    for (index, item) in items(args, 1)?.iter().enumerate() {
        if index > 0 {
            all.write_str(&separator)?;
        }
        write!(all, "{item}")?;
    }
    Ok(string(all.0))
}

fn replace(args: &[Value]) -> Answer {
    let (old, new, text) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
    let mut all = Bounded::default();
    for (index, part) in text.split(&old).enumerate() {
        if index > 0 {
            all.write_str(&new)?;
        }
        all.write_str(part)?;
    }
    Ok(string(all.0))
}

/// As that of text/template, of texts and lists alike.
fn slice(args: &[Value]) -> Answer {
    let index = |at: usize| match args.get(at) {
        None => Ok(None),
        Some(Value::Int(index)) => Ok(Some(*index)),
        Some(_) => Err(wrong("slice: an index is not a number")),
    };
    let whole = args.first().ok_or_else(|| wrong("too few arguments"))?;
    whole.slice(index(1)?, index(2)?)
}

fn split_list(args: &[Value]) -> Answer {
    let (separator, text) = (text(args, 0)?, text(args, 1)?);
    let pieces = count(text.matches(&separator).count());
    spend(pieces).or_else(|_| exceeded())?;
    list(text.split(&separator).map(string).collect())
}

/// The parts that sprig's `urlParse` gives, and `port`. A part that is not there is empty.
fn url_parts(url: &str) -> Value {
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, rest) = rest.split_once("://").unwrap_or(("", rest));
    let (authority, path) = match rest.find('/') {
        _ if scheme.is_empty() => ("", rest),
        Some(at) => rest.split_at_checked(at).unwrap_or((rest, "")),
        None => (rest, ""),
    };
    let (userinfo, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (hostname, port) = match host.rsplit_once(':') {
        Some((hostname, port)) if !port.contains(']') => (hostname, port),
        _ => (host, ""),
    };
    let hostname = hostname.trim_start_matches('[').trim_end_matches(']');
    let parts = [
        ("scheme", scheme),
        ("userinfo", userinfo),
        ("host", host),
        ("hostname", hostname),
        ("port", port),
        ("path", path),
        ("query", query),
        ("fragment", fragment),
    ];
    Value::from_entries(parts.map(|(name, part)| (name.to_owned(), string(part))))
}

fn text(args: &[Value], index: usize) -> Result<String, TemplateError> {
    match args.get(index) {
        Some(Value::String(text)) => Ok(text.to_string()),
        Some(Value::Nil) => Ok(String::new()),
        Some(other @ (Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Float(_))) => {
            Ok(other.to_string())
        }
        Some(_) => Err(wrong("an argument is not a text")),
        None => Err(wrong("too few arguments")),
    }
}

fn items(args: &[Value], index: usize) -> Result<&[Value], TemplateError> {
    match args.get(index) {
        Some(Value::List(items)) => Ok(items),
        Some(_) => Err(wrong("an argument is not a list")),
        None => Err(wrong("too few arguments")),
    }
}

/// A list of more items than a template can go through is of no use.
fn list(items: Vec<Value>) -> Answer {
    if u64::try_from(items.len()).unwrap_or(u64::MAX) > ROUNDS_MAX {
        return Err(TemplateError::RangeIterLimit);
    }
    Ok(Value::List(items.into()))
}

fn string(text: impl AsRef<str>) -> Value {
    Value::String(Arc::from(text.as_ref()))
}

fn wrong(message: &str) -> TemplateError {
    TemplateError::Exec(message.to_owned())
}

/// Registers what a template may call. All of it is paid for by what it reads.
pub(super) fn add_to(template: Template) -> Template {
    let template = TEXT_FUNCTIONS.into_iter().fold(template, |template, name| {
        template.func(name, move |args| limited(name, args))
    });
    let template = COMPARISONS.into_iter().fold(template, |template, name| {
        template.func(name, move |args| {
            Ok(Value::Bool(by_engine(name, args)? == "true"))
        })
    });
    OWN.into_iter()
        .fold(template, |template, (name, function)| {
            template.func(name, move |args| {
                pay(args, CALL_UNITS)?;
                let made = function(args)?;
                pay(std::slice::from_ref(&made), 0)?;
                Ok(made)
            })
        })
}

/// Whether there is a function of that name.
pub(super) fn is_known(name: &str) -> bool {
    OTHER_FUNCTIONS.contains(&name)
        || TEXT_FUNCTIONS.contains(&name)
        || COMPARISONS.contains(&name)
        || OWN.iter().any(|(known, _)| *known == name)
}

/// A function of the engine that makes texts, called on arguments that are not too long.
fn limited(name: &str, args: &[Value]) -> Answer {
    let mut size = Bounded::default();
    args.iter().try_for_each(|arg| write!(size, "{arg}"))?;
    if name == "printf"
        && let Some(Value::String(format)) = args.first()
    {
        let verbs = count(format.matches('%').count());
        let read = worth(args)?.saturating_mul(verbs);
        let widths = widths(format).or_else(|_| exceeded())?;
        spend(widths.saturating_add(read)).or_else(|_| exceeded())?;
    }
    by_engine(name, args).map(string)
}

/// What a function of the engine gives, as text.
fn by_engine(name: &str, args: &[Value]) -> Result<String, TemplateError> {
    pay(args, ENGINE_CALL_UNITS)?;
    let places = (0..args.len()).map(|index| format!(" (index . {index})"));
    let call = format!("{{{{ {name}{} }}}}", places.collect::<String>());
    let mut output = Bounded::default();
    Template::new("")
        .parse(&call)?
        .execute_fmt(&mut output, &Value::List(args.into()))?;
    Ok(output.0)
}

fn pay(args: &[Value], call: u64) -> Result<(), TemplateError> {
    let read = worth(args)?.saturating_mul(ROUNDS);
    spend(read.saturating_add(call)).or_else(|_| exceeded())
}

fn exceeded<T>() -> Result<T, TemplateError> {
    exhaust();
    Err(wrong("the budget is used up"))
}

/// The units of values, each as a tree.
fn worth(values: &[Value]) -> Result<u64, TemplateError> {
    let mut measure = Measure::default();
    let added = values
        .iter()
        .try_for_each(|value| add(value, 0, &mut measure));
    added.or_else(|_| exceeded())?;
    Ok(measure.units())
}

/// As deep as a value may be.
fn add(value: &Value, depth: u32, measure: &mut Measure) -> Result<(), Exceeded> {
    let deeper = depth.saturating_add(1);
    match value {
        Value::String(text) => measure.part(text.len(), depth),
        Value::List(items) => {
            measure.part(0, depth)?;
            items.iter().try_for_each(|item| add(item, deeper, measure))
        }
        Value::Map(members) => members.iter().try_for_each(|(name, member)| {
            measure.part(name.len(), depth)?;
            add(member, deeper, measure)
        }),
        _ => measure.part(0, depth),
    }
}
