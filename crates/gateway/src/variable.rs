//! Spin variables, each with an error that names it.

use hub::error::{Error, Result};
use spin_sdk::variables;

/// What a variable is set to.
///
/// # Errors
/// [`Error::Internal`] when it is missing; the text names it.
pub(crate) async fn text(name: &str) -> Result<String> {
    variables::get(name)
        .await
        .map_err(|error| Error::Internal(format!("variable {name}: {error}")))
}

/// The number that a variable is set to.
///
/// # Errors
/// [`Error::Internal`] when it is missing or is no number in range; the text names it.
pub(crate) async fn number<T: std::str::FromStr>(name: &str) -> Result<T> {
    let text = text(name).await?;
    text.trim().parse().map_err(|_| {
        Error::Internal(format!(
            "variable {name}: {text:?} is not a number in range"
        ))
    })
}
