//! What plain scalars are.

use hub::json::is_large_integer;
use serde_json::{Number, Value};

/// How plain scalars are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The JSON schema of YAML 1.2 (1.2.2, section 10.2): what JSON has no other word for is a
    /// text. OpenAPI asks for it.
    Json12,
    /// YAML 1.1 as Kubernetes reads it, by its library sigs.k8s.io/yaml: with `yes` and `off`,
    /// octal numbers by a leading zero, and merge keys.
    Kubernetes,
}

/// Why a scalar has no value.
#[derive(Debug, PartialEq)]
pub(super) enum Refused {
    /// It is an integer beyond 64 bits.
    TooLarge,
    /// It is a number that JSON does not have.
    NotFinite,
}

type Resolved = std::result::Result<Value, Refused>;

impl Schema {
    /// Whether `<<` adds the members of another mapping.
    pub(super) const fn merges(self) -> bool {
        matches!(self, Self::Kubernetes)
    }

    /// The value of a plain scalar.
    pub(super) fn resolve(self, text: &str) -> Resolved {
        match self {
            Self::Json12 => json(text),
            Self::Kubernetes => kubernetes(text),
        }
    }
}

fn json(text: &str) -> Resolved {
    match text {
        // A node without content.
        "" | "null" => Ok(Value::Null),
        "true" => Ok(true.into()),
        "false" => Ok(false.into()),
        _ if is_json_number(text) => number(text),
        _ => Ok(text.into()),
    }
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?`
fn is_json_number(text: &str) -> bool {
    let (integer, rest) = digits(text.strip_prefix('-').unwrap_or(text));
    let has_integer = integer == "0" || !integer.is_empty() && !integer.starts_with('0');
    let rest = rest.strip_prefix('.').map_or(rest, |rest| digits(rest).1);
    has_integer && is_exponent(rest)
}

/// The digits that a text begins with, and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|char: char| !char.is_ascii_digit());
    text.split_at(end.unwrap_or(text.len()))
}

/// `([eE][-+]?[0-9]+)?`
fn is_exponent(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(['e', 'E']) else {
        return text.is_empty();
    };
    let (exponent, rest) = digits(rest.strip_prefix(['+', '-']).unwrap_or(rest));
    !exponent.is_empty() && rest.is_empty()
}

/// A number in decimal.
fn number(text: &str) -> Resolved {
    if let Ok(integer) = text.parse::<i64>() {
        return Ok(integer.into());
    }
    if let Ok(integer) = text.parse::<u64>() {
        return Ok(integer.into());
    }
    if is_large_integer(text) {
        return Err(Refused::TooLarge);
    }
    let float = text.parse::<f64>().ok().and_then(Number::from_f64);
    float.map(Value::Number).ok_or(Refused::NotFinite)
}

fn kubernetes(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Ok(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => {
            Ok(true.into())
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            Ok(false.into())
        }
        ".nan" | ".NaN" | ".NAN" => Err(Refused::NotFinite),
        _ if is_infinite(text) => Err(Refused::NotFinite),
        _ => legacy_number(text).unwrap_or_else(|| Ok(text.into())),
    }
}

fn is_infinite(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    [".inf", ".Inf", ".INF"].contains(&unsigned)
}

/// A number with a sign, underscores, or the prefix of another base; none where the text is
/// something else.
fn legacy_number(text: &str) -> Option<Resolved> {
    if !text.starts_with(|char: char| char.is_ascii_digit() || "+-.".contains(char)) {
        return None;
    }
    let plain = text.replace('_', "");
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    let sign = if plain.starts_with('-') { "-" } else { "" };
    if let Some(value) = in_other_base(sign, unsigned) {
        return Some(value);
    }
    let (integer, rest) = digits(unsigned);
    let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), digits);
    let is_number = !(integer.is_empty() && fraction.is_empty()) && is_exponent(rest);
    is_number.then(|| number(&format!("{sign}{unsigned}")))
}

/// `0x1f`, `0o17`, `0b101`, and `017`, which is octal; none where it is in decimal.
fn in_other_base(sign: &str, unsigned: &str) -> Option<Resolved> {
    let prefixes = [
        ("0x", 16),
        ("0X", 16),
        ("0o", 8),
        ("0O", 8),
        ("0b", 2),
        ("0B", 2),
        ("0", 8),
    ];
    let mut based = prefixes
        .into_iter()
        .filter_map(|(prefix, base)| Some((unsigned.strip_prefix(prefix)?, base)));
    let (digits, base) = based.next()?;
    if digits.is_empty() || !digits.chars().all(|char| char.is_digit(base)) {
        return None;
    }
    let signed = i64::from_str_radix(&format!("{sign}{digits}"), base);
    let value = signed.map(Value::from).or_else(|error| match sign {
        "" => u64::from_str_radix(digits, base).map(Value::from),
        _ => Err(error),
    });
    Some(value.map_err(|_| Refused::TooLarge))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Text, its value by the JSON schema, its value by that of Kubernetes.
    #[test]
    fn scalars() {
        let table = [
            ("", json!(null), json!(null)),
            ("~", json!("~"), json!(null)),
            ("null", json!(null), json!(null)),
            ("Null", json!("Null"), json!(null)),
            ("true", json!(true), json!(true)),
            ("True", json!("True"), json!(true)),
            ("yes", json!("yes"), json!(true)),
            ("y", json!("y"), json!(true)),
            ("NO", json!("NO"), json!(false)),
            ("off", json!("off"), json!(false)),
            ("oN", json!("oN"), json!("oN")),
            ("0", json!(0), json!(0)),
            ("-0", json!(0), json!(0)),
            ("12", json!(12), json!(12)),
            ("-12", json!(-12), json!(-12)),
            ("+12", json!("+12"), json!(12)),
            ("012", json!("012"), json!(10)),
            ("089", json!("089"), json!(89)),
            ("0o12", json!("0o12"), json!(10)),
            ("0x1F", json!("0x1F"), json!(31)),
            ("-0b11", json!("-0b11"), json!(-3)),
            ("1_000", json!("1_000"), json!(1000)),
            ("18446744073709551615", json!(u64::MAX), json!(u64::MAX)),
            ("1.5", json!(1.5), json!(1.5)),
            ("1.", json!(1.0), json!(1.0)),
            (".5", json!(".5"), json!(0.5)),
            ("1e3", json!(1000.0), json!(1000.0)),
            ("1e", json!("1e"), json!("1e")),
            ("1.2.3", json!("1.2.3"), json!("1.2.3")),
            ("2026-01-01", json!("2026-01-01"), json!("2026-01-01")),
            ("12:30", json!("12:30"), json!("12:30")),
            ("-", json!("-"), json!("-")),
            ("0x", json!("0x"), json!("0x")),
            ("inf", json!("inf"), json!("inf")),
        ];
        for (text, by_json, by_kubernetes) in table {
            assert_eq!(Schema::Json12.resolve(text), Ok(by_json), "{text}");
            assert_eq!(
                Schema::Kubernetes.resolve(text),
                Ok(by_kubernetes),
                "{text}"
            );
        }
    }

    #[test]
    fn what_json_does_not_have_is_refused() {
        let kubernetes = |text| Schema::Kubernetes.resolve(text);
        for text in ["18446744073709551616", "-9223372036854775809"] {
            assert_eq!(kubernetes(text), Err(Refused::TooLarge));
            assert_eq!(Schema::Json12.resolve(text), Err(Refused::TooLarge));
        }
        assert_eq!(kubernetes("0xfffffffffffffffff"), Err(Refused::TooLarge));
        for text in [".inf", "-.INF", ".nan", "1e999"] {
            assert_eq!(kubernetes(text), Err(Refused::NotFinite), "{text}");
        }
        assert_eq!(Schema::Json12.resolve("1e999"), Err(Refused::NotFinite));
        assert_eq!(Schema::Json12.resolve(".inf"), Ok(json!(".inf")));
    }
}
