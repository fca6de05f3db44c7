//! The part of Spin's manifest (version 2) that this application uses. Every other field is refused
//! by name, so that nothing is silently left out that Spin would do.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component as PathPart, Path},
};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, de::IgnoredAny};

/// A whole spin.toml.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    spin_manifest_version: u32,
    /// Name and version, for people.
    #[serde(rename = "application")]
    _application: Application,
    /// The application's variables by name.
    #[serde(default)]
    pub variables: BTreeMap<String, Variable>,
    /// What starts components.
    pub trigger: Triggers,
    /// The components by id.
    pub component: BTreeMap<String, Component>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Application {
    #[serde(rename = "name")]
    _name: String,
    #[serde(rename = "version")]
    _version: Option<String>,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(rename = "authors")]
    _authors: Option<Vec<String>>,
}

/// A variable of the application: required, or with a default.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Variable {
    /// The value when nobody sets it.
    pub default: Option<String>,
    /// Whether the host refuses to start without a value.
    #[serde(default)]
    pub required: bool,
    #[serde(default, rename = "secret")]
    _secret: bool,
}

/// Triggers by kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Triggers {
    /// The only kind that this host has.
    pub http: Vec<HttpTrigger>,
}

/// One route to one component.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HttpTrigger {
    #[serde(rename = "id")]
    _id: Option<String>,
    /// The pattern of the path.
    pub route: RouteSpec,
    /// The id of the component.
    pub component: String,
}

/// A pattern, or `{ private = true }`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum RouteSpec {
    /// Reached from outside.
    Public(String),
    /// Reached by other components only.
    Private {
        /// Must be true.
        private: bool,
    },
}

/// One component and what it may use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Component {
    /// Its Wasm file, relative to the manifest.
    pub source: String,
    #[serde(rename = "description")]
    _description: Option<String>,
    /// Where it may send requests to.
    #[serde(default)]
    pub allowed_outbound_hosts: Vec<String>,
    /// Databases that it may open.
    #[serde(default)]
    pub sqlite_databases: Vec<String>,
    /// Key-value stores that it may open.
    #[serde(default)]
    pub key_value_stores: Vec<String>,
    /// Its variables, as templates over the application's.
    #[serde(default)]
    pub variables: BTreeMap<String, String>,
    /// The components that satisfy its imports, by the import's name.
    #[serde(default)]
    pub dependencies: BTreeMap<String, Dependency>,
    /// How Spin builds it; no concern of this host.
    #[serde(default, rename = "build")]
    _build: Option<IgnoredAny>,
}

/// Another component of the same application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dependency {
    /// Its id.
    pub component: String,
}

/// The one database and the one key-value store that exist without runtime configuration, as in
/// Spin.
pub(crate) const DEFAULT_STORE: &str = "default";

impl Manifest {
    /// Reads and checks a file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text =
            fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        Self::parse(&text).with_context(|| {
            format!(
                "{} has what this host does not run (it is no second Spin; see its README)",
                path.display()
            )
        })
    }

    fn parse(text: &str) -> Result<Self> {
        let manifest: Self = toml::from_str(text)?;
        ensure!(
            manifest.spin_manifest_version == 2,
            "spin_manifest_version must be 2"
        );
        manifest.check_variables()?;
        for (id, component) in &manifest.component {
            manifest
                .check_component(component)
                .with_context(|| format!("component {id}"))?;
        }
        for trigger in &manifest.trigger.http {
            let id = &trigger.component;
            ensure!(
                manifest.component.contains_key(id),
                "a trigger names the component {id}, which does not exist"
            );
            if let RouteSpec::Private { private: false } = trigger.route {
                bail!("the route of component {id} must be a path or {{ private = true }}");
            }
        }
        Ok(manifest)
    }

    fn check_variables(&self) -> Result<()> {
        for (name, variable) in &self.variables {
            let valid = name.starts_with(|c: char| c.is_ascii_lowercase())
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            ensure!(
                valid,
                "variable {name}: a name is of lower-case letters, digits and _"
            );
            ensure!(
                variable.required != variable.default.is_some(),
                "variable {name} must either be required or have a default"
            );
        }
        Ok(())
    }

    fn check_component(&self, component: &Component) -> Result<()> {
        let source = Path::new(&component.source);
        ensure!(
            source
                .components()
                .all(|part| matches!(part, PathPart::Normal(_) | PathPart::CurDir)),
            "source {} must be a path below the manifest's folder",
            component.source
        );
        for label in component
            .sqlite_databases
            .iter()
            .chain(&component.key_value_stores)
        {
            ensure!(
                label == DEFAULT_STORE,
                "{label}: the only database and the only key-value store are `default`"
            );
        }
        for (import, dependency) in &component.dependencies {
            let id = &dependency.component;
            let target = self
                .component
                .get(id)
                .with_context(|| format!("dependency {import}: no component {id}"))?;
            ensure!(
                target.dependencies.is_empty(),
                "dependency {import}: {id} has dependencies of its own"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        spin_manifest_version = 2
        [application]
        name = "x"
        [variables]
        a = { default = "" }
        b = { required = true, secret = true }
        [[trigger.http]]
        route = "/..."
        component = "one"
        [[trigger.http]]
        route = { private = true }
        component = "two"
        [component.one]
        source = "one.wasm"
        sqlite_databases = ["default"]
        allowed_outbound_hosts = ["http://two.spin.internal"]
        variables = { a = "{{ a }}" }
        [component.one.dependencies]
        "x:y/z@0.1.0" = { component = "two" }
        [component.one.build]
        command = "make"
        [component.two]
        source = "target/two.wasm"
    "#;

    #[test]
    fn what_this_application_uses_is_read() {
        let manifest = Manifest::parse(GOOD).unwrap();
        assert_eq!(manifest.trigger.http.len(), 2);
        assert_eq!(
            manifest.component["one"].dependencies["x:y/z@0.1.0"].component,
            "two"
        );
    }

    #[test]
    fn the_manifest_of_this_repository_is_read() {
        Manifest::read(Path::new(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../spin.toml"
        )))
        .unwrap();
    }

    #[test]
    fn what_is_not_supported_is_refused_by_name() {
        for (from, to, named) in [
            (
                "spin_manifest_version = 2",
                "spin_manifest_version = 1",
                "spin_manifest_version",
            ),
            ("[component.two]", "[component.two]\nfiles = ['a']", "files"),
            (
                "[component.two]",
                "[component.two]\nai_models = ['a']",
                "ai_models",
            ),
            (
                "[component.two]",
                "[component.two]\nenvironment = { A = 'b' }",
                "environment",
            ),
            (
                "[component.two]",
                "[component.two]\nsqlite_databases = ['other']",
                "other",
            ),
            (
                "[[trigger.http]]\n        route = {",
                "[[trigger.cron]]\n        route = {",
                "cron",
            ),
            ("private = true", "private = false", "private"),
            (
                "component = \"two\"\n        [component.one]",
                "component = \"three\"\n        [component.one]",
                "three",
            ),
            (
                "source = \"one.wasm\"",
                "source = { url = 'https://x', digest = 'y' }",
                "string",
            ),
            ("\"one.wasm\"", "\"../one.wasm\"", "../one.wasm"),
            ("\"one.wasm\"", "\"/one.wasm\"", "/one.wasm"),
            (
                "{ component = \"two\" }",
                "{ component = \"two\", inherit_configuration = true }",
                "inherit_configuration",
            ),
            (
                "{ component = \"two\" }",
                "{ component = \"four\" }",
                "four",
            ),
            ("a = { default = \"\" }", "a = {}", "variable a"),
            (
                "a = { default = \"\" }",
                "A = { default = \"\" }",
                "variable A",
            ),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let error = Manifest::parse(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(format!("{error:#}").contains(named), "{to}: {error:#}");
        }
    }
}
