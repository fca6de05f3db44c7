//! The version of Kubernetes whose behaviour is answered.

use serde_json::{Value, json};

/// As `git describe` has it.
pub const GIT_VERSION: &str = "v1.32.0";

/// `GET /version`
pub fn info() -> Value {
    json!({
        "major": "1",
        "minor": "32",
        "gitVersion": GIT_VERSION,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "rustc",
        "platform": "wasi/wasm32",
    })
}
