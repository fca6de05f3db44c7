//! `cargo xtask up`

use std::path::Path;

use anyhow::Result;

use crate::host::{MANIFEST, Running, choose, serve};
use crate::keys::admin_key;
use crate::process::{here, root, say};
use crate::toolchain::Toolchain;
use crate::{HostKind, UpArguments, components, port};

/// Builds, serves, and tells how to call it.
///
/// # Errors
/// When something cannot be prepared, or the host fails.
pub(crate) fn run(arguments: &UpArguments) -> Result<()> {
    let kind = choose(arguments.host)?;
    let listen = port::ensure_free(arguments.listen)?;
    components::build(&Toolchain::prepare()?)?;
    let state_dir = match &arguments.state_dir {
        Some(folder) => here(folder)?,
        None => root().join(STATE_DIR),
    };
    let runtime_config = match &arguments.runtime_config_file {
        Some(file) => here(file)?,
        None => root().join(crate::host::RUNTIME_CONFIG),
    };
    let mut command = serve(kind, MANIFEST, listen, &state_dir, &runtime_config)?;
    say(match kind {
        HostKind::Spin => "starting spin up",
        HostKind::Local => "starting the local host",
    });
    let host = Running::start(&mut command, listen)?;
    let key = admin_key(&state_dir)?;
    println!(
        "{}",
        greeting(&format!("http://{listen}"), &key, &state_dir)
    );
    host.wait()
}

/// Where the data is kept unless another folder is asked for: Spin's own default, so that `spin up`
/// has the same data.
const STATE_DIR: &str = ".spin";

fn greeting(url: &str, key: &str, state_dir: &Path) -> String {
    format!(
        "
Patchbay answers at {url}
Admin key: {key}
Data:      {}

Import a connector:

curl -sS {url}/v2/runtime/connector/import \\
  -H 'x-pcloud-key: {key}' -H 'Content-Type: application/json' -d '{IMPORT}'
",
        state_dir.display()
    )
}

/// What the greeting imports.
const IMPORT: &str = r#"{
  "name": "Sales warehouse", "datasourceType": "SNOWFLAKE",
  "applications": [{"appType": "ACCESS_CONTROL", "deployConfigs": [], "appConfigs": [
    {"name": "CONNECTOR_SNOWFLAKE_JDBC_URL", "value": "jdbc:snowflake://acme.snowflakecomputing.com"},
    {"name": "CONNECTOR_SNOWFLAKE_JDBC_USERNAME", "value": "PATCHBAY"},
    {"name": "CONNECTOR_SNOWFLAKE_JDBC_PASSWORD", "value": "change-me"}]}]}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greeting_has_what_a_first_call_needs() {
        let greeting = greeting("http://127.0.0.1:3000", "k-1", Path::new("/data"));
        assert!(greeting.contains("Admin key: k-1\n"));
        assert!(
            greeting.contains("curl -sS http://127.0.0.1:3000/v2/runtime/connector/import \\\n")
        );
        assert!(greeting.contains("-H 'x-pcloud-key: k-1'"));
        assert!(greeting.contains("/data"));
        serde_json::from_str::<serde_json::Value>(IMPORT).unwrap();
    }
}
