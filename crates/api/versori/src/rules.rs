//! Rules for values that several documents share: how long they may be, and what URLs, names and
//! lists are. Versori publishes no limits.

use hub::error::{FieldCode, FieldError};
use hub::fields::{FieldErrors, Fields};

use crate::text::Members;

/// The longest name, in characters.
pub(crate) const NAME_MAX: usize = 256;
/// The longest id that a client makes, in characters.
pub(crate) const ID_MAX: usize = 256;
/// The longest description, URL or value of a variable, in characters.
pub(crate) const TEXT_MAX: usize = 8192;
/// The most variables, and the most tags.
pub(crate) const ENTRIES_MAX: usize = 1000;
/// The most auth scheme configs of a connector, and the most credentials of a connection.
pub(crate) const SCHEMES_MAX: usize = 200;
/// The most actions, the most triggers and the most definitions of a version.
pub(crate) const PARTS_MAX: usize = 5000;

/// Refuses a text that is too long.
pub(crate) fn length(fields: &Fields<'_>, name: &str, longest: usize, faults: &mut FieldErrors) {
    let text = fields.members().text_at(name).unwrap_or_default();
    if text.chars().count() > longest {
        let message = format!("must have at most {longest} characters");
        faults.push(FieldError::new(
            fields.path(name),
            FieldCode::TooLong,
            message,
        ));
    }
}

/// Notes that a list or an object has too many members.
pub(crate) fn too_many(field: &str, most: usize, faults: &mut FieldErrors) {
    let message = format!("must have at most {most} entries");
    faults.push(FieldError::new(field, FieldCode::TooLong, message));
}

/// Refuses what is no absolute http(s) URL. A part of it may be the name of a connection variable
/// in braces, so no more than its beginning is looked at.
pub(crate) fn url(fields: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    length(fields, name, TEXT_MAX, faults);
    let Some(text) = fields.optional_string(name, faults) else {
        return;
    };
    let after = |scheme: &str| {
        let begins = text.get(..scheme.len())?.eq_ignore_ascii_case(scheme);
        text.get(scheme.len()..).filter(|_| begins)
    };
    let rest = after("http://").or_else(|| after("https://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next());
    let bad = |char: char| char.is_whitespace() || char.is_control();
    if host.is_none_or(str::is_empty) || text.contains(bad) {
        let message = "must be an absolute URL: http:// or https:// and a host";
        faults.push(FieldError::new(
            fields.path(name),
            FieldCode::Invalid,
            message,
        ));
    }
}

/// Refuses a name that a path cannot have as one of its parts.
pub(crate) fn path_segment(fields: &Fields<'_>, name: &str, faults: &mut FieldErrors) {
    length(fields, name, NAME_MAX, faults);
    if fields
        .members()
        .text_at(name)
        .is_some_and(|text| text.contains('/'))
    {
        let message = "must not have a slash: it is part of paths";
        faults.push(FieldError::new(
            fields.path(name),
            FieldCode::Invalid,
            message,
        ));
    }
}

/// The texts of a list, which must be there or not.
pub(crate) fn strings(
    fields: &Fields<'_>,
    name: &str,
    required: bool,
    faults: &mut FieldErrors,
) -> Option<Vec<String>> {
    let items = if required {
        fields.array(name, faults)
    } else {
        fields.optional_array(name, faults)
    }?;
    let mut texts = Vec::new();
    for (path, item) in items {
        match item.as_str() {
            Some(text) => texts.push(text.to_owned()),
            None => faults.wrong_type(&path, "a string"),
        }
    }
    Some(texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn urls_are_absolute() {
        let accepted = [
            "https://a",
            "HTTP://a/b?c",
            "https://{{tenant}}.example.com/v1",
            "http://ü.de",
        ];
        let refused = [
            "",
            "a",
            "/a",
            "ftp://a",
            "https://",
            "https:///a",
            "http://a b",
            "http",
            "ümlaut-x",
        ];
        for (text, good) in accepted
            .map(|text| (text, true))
            .into_iter()
            .chain(refused.map(|text| (text, false)))
        {
            let document = json!({"u": text});
            let mut faults = FieldErrors::default();
            let fields = faults.object("", &document).unwrap();
            url(&fields, "u", &mut faults);
            assert_eq!(faults.finish(()).is_ok(), good, "{text:?}");
        }
    }
}
