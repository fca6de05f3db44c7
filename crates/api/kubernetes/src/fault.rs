//! Refused fields, in the words of an API server (apimachinery, `util/validation/field`).

use hub::error::{FieldCode, FieldError};

/// `Invalid value: "X": …`
pub(crate) fn invalid(field: &str, value: &str, rule: &str) -> FieldError {
    let message = format!("Invalid value: {value:?}: {rule}");
    FieldError::new(field, FieldCode::Invalid, message)
}

/// `Required value: …`
pub(crate) fn required(field: &str, why: &str) -> FieldError {
    let message = match why {
        "" => "Required value".to_owned(),
        why => format!("Required value: {why}"),
    };
    FieldError::new(field, FieldCode::Required, message)
}

/// `Forbidden: …`
pub(crate) fn forbidden(field: &str, why: &str) -> FieldError {
    FieldError::new(field, FieldCode::Forbidden, format!("Forbidden: {why}"))
}

/// `Duplicate value: "X"`
pub(crate) fn duplicate(field: &str, value: &str) -> FieldError {
    let message = format!("Duplicate value: {value:?}");
    FieldError::new(field, FieldCode::Duplicate, message)
}

/// `Too long: may not be more than 63 bytes`
pub(crate) fn too_long(field: &str, longest: usize) -> FieldError {
    let message = format!("Too long: may not be more than {longest} bytes");
    FieldError::new(field, FieldCode::TooLong, message)
}

/// `Unsupported value: "PUT": supported values: "GET", "POST"`
pub(crate) fn unsupported(field: &str, value: &str, allowed: &[&str]) -> FieldError {
    let quoted: Vec<String> = allowed.iter().map(|value| format!("{value:?}")).collect();
    let message = format!(
        "Unsupported value: {value:?}: supported values: {}",
        quoted.join(", ")
    );
    FieldError {
        allowed: allowed.iter().map(ToString::to_string).collect(),
        ..FieldError::new(field, FieldCode::Unsupported, message)
    }
}
