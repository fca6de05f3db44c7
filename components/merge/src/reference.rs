//! References to objects.

use serde::Deserialize;

/// What a reference says of the object it means.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Reference {
    /// The type of the object.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Its id, which differs between tenants.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
}
