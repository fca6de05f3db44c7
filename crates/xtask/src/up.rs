//! `cargo xtask up`

use std::path::Path;

use anyhow::Result;

use crate::host::{MANIFEST, Running, admin_key, choose, serve};
use crate::process::{root, say};
use crate::toolchain::Toolchain;
use crate::{UpArguments, components};

/// Builds, serves, and tells how to call it.
///
/// # Errors
/// When something cannot be prepared, or the host fails.
pub fn run(arguments: &UpArguments) -> Result<()> {
    let kind = choose(arguments.host)?;
    components::build(&Toolchain::prepare()?)?;
    let state_dir = root().join(&arguments.state_dir);
    let url = format!("http://{}", arguments.listen);
    let mut command = serve(
        kind,
        MANIFEST,
        arguments.listen,
        &state_dir,
        &arguments.runtime_config_file,
    )?;
    say(&format!(
        "starting {}",
        if kind == crate::HostKind::Spin {
            "spin up"
        } else {
            "the local host"
        }
    ));
    let mut host = Running::start_shown(&mut command)?;
    host.wait_until_ready(&url)?;
    greet(&url, &state_dir)?;
    host.wait()
}

fn greet(url: &str, state_dir: &Path) -> Result<()> {
    let key = admin_key(state_dir)?;
    println!(
        "
Patchbay answers at {url}
Admin key: {key}
Data:      {}

Import a connector:

curl -sS {url}/v2/runtime/connector/import -H 'x-pcloud-key: {key}' -H 'Content-Type: application/json' -d '{IMPORT}'
",
        state_dir.display()
    );
    Ok(())
}

const IMPORT: &str = r#"{"name": "Sales warehouse", "datasourceType": "SNOWFLAKE", "applications": [{"appType": "ACCESS_CONTROL", "appConfigs": [{"name": "CONNECTOR_SNOWFLAKE_JDBC_URL", "value": "jdbc:snowflake://acme.snowflakecomputing.com"}, {"name": "CONNECTOR_SNOWFLAKE_JDBC_USERNAME", "value": "PATCHBAY"}, {"name": "CONNECTOR_SNOWFLAKE_JDBC_PASSWORD", "value": "change-me"}], "deployConfigs": []}]}"#;
