//! Pages of a list, by `limit` and `cursor` as PingOne publishes them for other collections ("Paging,
//! ordering, and filtering collections"). Without them a list is whole, as published for this one.

use api::request::Request;
use hub::error::{FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::query::{Cursor, LONGEST_PAGE};

/// Which page is asked for.
pub(crate) struct Page {
    /// How long it is.
    pub(crate) limit: Option<u32>,
    /// What it comes after.
    pub(crate) after: Option<Cursor>,
}

impl Page {
    /// Reads `limit` and `cursor`.
    ///
    /// # Errors
    /// [`hub::error::Error::Invalid`] with the parameter that cannot be read.
    pub(crate) fn of(request: &Request) -> Result<Self> {
        let mut errors = FieldErrors::default();
        let limit = request.query("limit").and_then(|text| {
            let limit = text.parse().ok();
            let limit = limit.filter(|limit| (1..=LONGEST_PAGE).contains(limit));
            if limit.is_none() {
                let message = format!("must be a whole number from 1 to {LONGEST_PAGE}");
                errors.push(FieldError::new("limit", FieldCode::Invalid, message));
            }
            limit
        });
        let after = request.query("cursor").and_then(|text| {
            let after = i64::from_str_radix(text, 16).ok();
            if after.is_none() {
                let message = "is not a cursor of this list: use the link next of a page of it";
                errors.push(FieldError::new("cursor", FieldCode::Invalid, message));
            }
            // In order of age the id is all that counts.
            after.map(|id| Cursor {
                scope: 0,
                key: String::new(),
                id,
            })
        });
        errors.finish(Self { limit, after })
    }
}

/// The query of the page that comes after a place.
pub(crate) fn next_page(request: &Request, next: &Cursor) -> String {
    let limit = request.query("limit").unwrap_or_default();
    format!("limit={limit}&cursor={:x}", next.id)
}
