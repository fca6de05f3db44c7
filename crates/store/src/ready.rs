//! Whether the stores answer.

use hub::error::{Error, Result};

use crate::Store;
use crate::artifacts;
use crate::database::Database;

impl Store {
    /// Asks both stores for something small.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Internal`], of the first one that does not answer.
    pub async fn ready(&self) -> Result<()> {
        self.database
            .read("SELECT 1 AS one", Vec::new())
            .map_err(Error::from)?;
        artifacts::answers().await
    }
}
