//! How paths name connections.

use hub::error::{Error, Result};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::View;

/// How a path names a connection: by its id or its name.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionPath {
    /// The connector.
    pub connector: Uid,
    /// The connection.
    pub connection: String,
}

impl ConnectionPath {
    /// The connection.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the connector has none of that id or name.
    pub(crate) fn find(&self, view: &dyn View) -> Result<Object> {
        let by_id = match Uid::parse_ulid(&self.connection) {
            Some(uid) => view.object(Kind::Connection, uid)?,
            None => None,
        };
        let own = by_id.filter(|found| found.parent == Some(self.connector));
        let found = match own {
            None => view.child(self.connector, Kind::Connection, &self.connection)?,
            found => found,
        };
        found.ok_or_else(|| Error::not_found(Kind::Connection, self.connection.clone()))
    }
}
