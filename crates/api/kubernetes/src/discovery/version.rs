//! The version of Kubernetes whose behaviour is answered.

use serde::Serialize;

/// As `git describe` has it.
pub(super) const GIT_VERSION: &str = "v1.32.0";

/// `GET /version`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Info {
    major: &'static str,
    minor: &'static str,
    git_version: &'static str,
    git_commit: &'static str,
    git_tree_state: &'static str,
    build_date: &'static str,
    go_version: &'static str,
    compiler: &'static str,
    platform: &'static str,
}

impl Default for Info {
    fn default() -> Self {
        Self {
            major: "1",
            minor: "32",
            git_version: GIT_VERSION,
            git_commit: "",
            git_tree_state: "clean",
            build_date: "1970-01-01T00:00:00Z",
            go_version: "",
            compiler: "rustc",
            platform: "wasi/wasm32",
        }
    }
}
