//! Pages of lists that are read whole, with `first`, `after` and `before`: `{totalCount, next?,
//! prev?}` and the items.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hub::error::{FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::object::Object;
use serde::Serialize;
use serde_json::json;

use api::request::Request;

/// The default of `first`.
const FIRST: u32 = 20;
/// The most of a page.
const FIRST_MAX: u32 = 1000;

/// What an item is sorted by in its list: a number and, of those with the same number, a text. No
/// two are equal.
pub(crate) type PagePosition = (i64, String);

/// Most recently updated first.
pub(crate) fn by_update(object: &Object) -> PagePosition {
    let later = object.updated_at.millis().saturating_neg();
    (later, object.uid.hex())
}

/// By a name, which no other item has.
pub(crate) fn by_name(name: &str) -> PagePosition {
    (0, name.to_owned())
}

/// Which page of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    first: usize,
    from: Option<(Side, PagePosition)>,
}

/// On which side of a position a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    After,
    Before,
}

impl Page {
    /// Reads the query.
    ///
    /// # Errors
    /// [`hub::error::Error::Invalid`] with every parameter that is wrong.
    pub(crate) fn of(request: &Request) -> Result<Self> {
        let mut faults = FieldErrors::default();
        let first = usize::try_from(first(request, &mut faults)).unwrap_or_default();
        let from = cursor(request, &mut faults).and_then(|(name, text)| {
            let position = BASE64.decode(text).ok();
            let position = position.and_then(|bytes| serde_json::from_slice(&bytes).ok());
            if position.is_none() {
                let message = "is not a cursor of this list: use next or prev of a page of it";
                faults.push(FieldError::new(name, FieldCode::Invalid, message));
            }
            let side = if name == AFTER {
                Side::After
            } else {
                Side::Before
            };
            Some((side, position?))
        });
        faults.finish(Self { first, from })
    }

    /// The page, with its items under `name`.
    pub(crate) fn print<T, B>(
        &self,
        name: &'static str,
        items: Vec<(PagePosition, T)>,
        print: impl Fn(T) -> B,
    ) -> PageBody<B> {
        let total = items.len();
        let mut items = items;
        items.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (begin, end) = match &self.from {
            None => (0, self.first),
            Some((Side::After, position)) => {
                let begin = items.partition_point(|(known, _)| known <= position);
                (begin, begin.saturating_add(self.first))
            }
            Some((Side::Before, position)) => {
                let end = items.partition_point(|(known, _)| known < position);
                (end.saturating_sub(self.first), end)
            }
        };
        let end = end.min(total);
        items.truncate(end);
        let items = items.split_off(begin.min(end));
        let cursor = |item: Option<&(PagePosition, T)>| {
            item.map(|(position, _)| BASE64.encode(json!(position).to_string()))
        };
        let next = cursor(items.last()).filter(|_| end < total);
        let prev = cursor(items.first()).filter(|_| begin > 0);
        let items = items.into_iter().map(|(_, item)| print(item)).collect();
        PageBody::new(total, next, prev, name, items)
    }
}

/// A page of the published form.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageBody<B> {
    total_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prev: Option<String>,
    /// The items, by the name that the list has for them.
    #[serde(flatten)]
    items: BTreeMap<&'static str, Vec<B>>,
}

impl<B> PageBody<B> {
    /// A page of so many in all.
    pub(crate) fn new(
        total_count: usize,
        next: Option<String>,
        prev: Option<String>,
        name: &'static str,
        items: Vec<B>,
    ) -> Self {
        Self {
            total_count,
            next,
            prev,
            items: BTreeMap::from([(name, items)]),
        }
    }
}

/// The parameter of a cursor that the page comes after.
pub(crate) const AFTER: &str = "after";
/// The parameter of a cursor that the page comes before.
pub(crate) const BEFORE: &str = "before";

/// How many items are asked for.
pub(crate) fn first(request: &Request, faults: &mut FieldErrors) -> u32 {
    let Some(text) = request.query("first").filter(|text| !text.is_empty()) else {
        return FIRST;
    };
    match text.parse::<u32>() {
        Ok(first) if first > 0 => first.min(FIRST_MAX),
        _ => {
            let message = format!("must be a number from 1 to {FIRST_MAX}");
            faults.push(FieldError::new("first", FieldCode::Invalid, message));
            FIRST
        }
    }
}

/// The cursor of a request and the parameter that it is in: there can be one.
pub(crate) fn cursor<'r>(
    request: &'r Request,
    faults: &mut FieldErrors,
) -> Option<(&'static str, &'r str)> {
    let value = |name: &str| request.query(name).filter(|text| !text.is_empty());
    match (value(AFTER), value(BEFORE)) {
        (None, None) => None,
        (Some(after), None) => Some((AFTER, after)),
        (None, Some(before)) => Some((BEFORE, before)),
        (Some(_), Some(_)) => {
            let message = "cannot be together with after: use one of them";
            faults.push(FieldError::new(BEFORE, FieldCode::Invalid, message));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn page(query: &[(&str, &str)]) -> Result<Page> {
        let pairs = query.iter();
        Page::of(&Request {
            query: pairs
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..Request::default()
        })
    }

    fn print(query: &[(&str, &str)]) -> Value {
        let items = ["c", "a", "e", "b", "d"].map(|name| (by_name(name), name));
        let page = page(query).unwrap();
        json!(page.print("items", items.to_vec(), |name| name))
    }

    #[test]
    fn pages_go_forth_and_back() {
        let first = print(&[("first", "2")]);
        assert_eq!(
            (&first["totalCount"], &first["items"]),
            (&json!(5), &json!(["a", "b"]))
        );
        assert!(first.get("prev").is_none());
        let second = print(&[("first", "2"), ("after", first["next"].as_str().unwrap())]);
        assert_eq!(second["items"], json!(["c", "d"]));
        let third = print(&[("first", "2"), ("after", second["next"].as_str().unwrap())]);
        assert_eq!(third["items"], json!(["e"]));
        assert!(third.get("next").is_none());
        let back = print(&[("first", "2"), ("before", third["prev"].as_str().unwrap())]);
        assert_eq!(back["items"], second["items"]);
        let begin = print(&[("first", "3"), ("before", back["prev"].as_str().unwrap())]);
        assert_eq!(begin["items"], first["items"]);
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for query in [
            ("first", "0"),
            ("first", "x"),
            ("after", "x"),
            ("before", "e30"),
        ] {
            assert!(page(&[query]).is_err(), "{query:?}");
        }
        let cursor = print(&[("first", "1")])["next"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(page(&[("after", &cursor), ("before", &cursor)]).is_err());
    }
}
