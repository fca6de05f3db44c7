//! How paths name versions.

use hub::error::Result;
use hub::id::Uid;
use hub::object::Kind;
use hub::operation::{ObjectVersion, View};

use crate::family::Family;
use crate::request::connector_id;
use api::request::Request;

/// How a path names a version: by its name, or as `latest` or `default`.
#[derive(Clone, Debug)]
pub(crate) struct VersionPath {
    /// The connector.
    pub connector: Uid,
    /// The version.
    pub version: String,
}

impl VersionPath {
    /// The connector with its versions.
    ///
    /// # Errors
    /// [`hub::error::Error::NotFound`] when there is no such connector.
    pub(crate) fn family(&self, view: &dyn View) -> Result<Family> {
        Family::with(self.connector, &[Kind::Version], view)
    }

    /// The version that preconditions are about.
    ///
    /// # Errors
    /// [`hub::error::Error::NotFound`] when there is no such version.
    pub(crate) fn version_of(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        let family = self.family(view)?;
        Ok(Some(ObjectVersion::from(family.version(&self.version)?)))
    }
}

/// The version that the path of a request names.
///
/// # Errors
/// [`hub::error::Error::NotFound`] for an id that no connector can have.
pub(crate) fn version_path(request: &Request) -> Result<VersionPath> {
    Ok(VersionPath {
        connector: connector_id(request)?,
        version: request.param("version").to_owned(),
    })
}
