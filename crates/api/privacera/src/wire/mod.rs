//! The import document and its form in the hub.

mod applications;
mod deploy;
mod export;
mod read;
mod resource;

pub(crate) use export::{export, preview};
pub(crate) use read::read;
pub(crate) use resource::{probed, resource};

/// The lists of rows of an application.
const APP_CONFIGS: &str = "appConfigs";
const DEPLOY_CONFIGS: &str = "deployConfigs";

/// `DATABRICKS_UNITY_CATALOG` is the class `databricks-unity-catalog`.
fn class_name(datasource_type: &str) -> String {
    datasource_type
        .trim()
        .to_ascii_lowercase()
        .replace('_', "-")
}

/// The class `databricks-unity-catalog` is `DATABRICKS_UNITY_CATALOG`. One that this would not lead
/// back to is called by its own name.
fn datasource_type(class: &str) -> String {
    let published = class.to_ascii_uppercase().replace('-', "_");
    if class_name(&published) == class {
        published
    } else {
        class.to_owned()
    }
}
