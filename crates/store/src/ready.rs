//! Whether the stores answer.

use hub::error::{Error, Result};
use spin_sdk::key_value;

use crate::Store;
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
        let store = key_value::Store::open_default().await;
        let answer = store
            .map_err(crate::internal::internal)?
            .exists("none")
            .await;
        answer.map(drop).map_err(crate::internal::internal)
    }
}
