//! Collects what is wrong.

use crate::error::{Code, Error, FieldError};
use crate::limits::{Allowance, MAX_ERRORS};
use crate::pointer::Path;

/// Collects bad fields, so that a caller learns of all of them at once.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    fields: Vec<FieldError>,
    allowance: Allowance,
}

impl Errors {
    pub(crate) fn push(&mut self, path: &Path, code: Code, message: impl Into<String>) {
        if !self.is_full() {
            self.add(path.to_pointer(), code, message.into(), None);
        }
    }

    pub(crate) fn add(
        &mut self,
        pointer: String,
        code: Code,
        message: String,
        operation: Option<u32>,
    ) {
        let fits = self.allowance.spend(&pointer) && self.allowance.spend(&message);
        self.fields.push(if fits && self.fields.len() < MAX_ERRORS {
            FieldError {
                pointer,
                code,
                message,
                operation,
            }
        } else {
            let message = "there are more errors; correct these first".into();
            FieldError {
                pointer: String::new(),
                code: Code::TooLarge,
                message,
                operation: None,
            }
        });
    }

    /// Whether nothing more will be noted.
    pub(crate) fn is_full(&self) -> bool {
        self.fields.len() > MAX_ERRORS || self.allowance.check().is_err()
    }

    /// The value, if nothing was wrong with it.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Error> {
        if self.fields.is_empty() {
            Ok(value)
        } else {
            Err(Error::Invalid(self.fields))
        }
    }
}
