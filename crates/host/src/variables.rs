//! The application's variables and the templates over them. A value comes from `--variable`, then
//! `SPIN_VARIABLE_NAME`, then the same name in `.env`, then the manifest's default.

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};

use crate::manifest::Variable;

/// Every variable of the application with its value, fixed at the start.
#[derive(Debug)]
pub(crate) struct Variables(HashMap<String, String>);

impl Variables {
    /// Finds the value of each declared variable, or says which required ones have none.
    pub(crate) fn resolve(
        declared: &BTreeMap<String, Variable>,
        given: &HashMap<String, String>,
        environment: impl Fn(&str) -> Option<String>,
        dotenv: &HashMap<String, String>,
    ) -> Result<Self> {
        if let Some(unknown) = given.keys().find(|name| !declared.contains_key(*name)) {
            bail!("--variable {unknown}: the manifest has no such variable");
        }
        let mut values = HashMap::new();
        let mut missing = Vec::new();
        for (name, variable) in declared {
            let key = format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase());
            let value = (given.get(name).cloned())
                .or_else(|| environment(&key))
                .or_else(|| dotenv.get(&key).cloned())
                .or_else(|| variable.default.clone());
            match value {
                Some(value) => drop(values.insert(name.clone(), value)),
                None => missing.push(key),
            }
        }
        ensure!(
            missing.is_empty(),
            "required variables have no value; set {}",
            missing.join(", ")
        );
        Ok(Self(values))
    }

    /// Replaces each `{{ name }}` in a template.
    pub(crate) fn expand(&self, template: &str) -> Result<String> {
        let mut expanded = String::new();
        let mut rest = template;
        while let Some((literal, after)) = rest.split_once("{{") {
            let (name, tail) = after
                .split_once("}}")
                .with_context(|| format!("{template}: `{{{{` without `}}}}`"))?;
            let name = name.trim();
            expanded.push_str(literal);
            expanded.push_str(
                self.0
                    .get(name)
                    .with_context(|| format!("{template}: no variable {name}"))?,
            );
            rest = tail;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }
}

/// Reads a `.env` file; none is as good as an empty one.
pub(crate) fn read_dotenv(path: &Path) -> Result<HashMap<String, String>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    parse_dotenv(&text).with_context(|| format!("reading {}", path.display()))
}

fn parse_dotenv(text: &str) -> Result<HashMap<String, String>> {
    let mut values = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let number = index + 1;
        let (key, value) = line
            .split_once('=')
            .with_context(|| format!("line {number}: no `=`"))?;
        let value = dotenv_value(value.trim()).with_context(|| format!("line {number}"))?;
        // The first wins, as in Spin.
        values.entry(key.trim().to_owned()).or_insert(value);
    }
    Ok(values)
}

fn dotenv_value(value: &str) -> Result<String> {
    if let Some(quoted) = value.strip_prefix('\'') {
        return closed_by(quoted, '\'').map(str::to_owned);
    }
    let plain = match value.strip_prefix('"') {
        Some(quoted) => closed_by(quoted, '"')?,
        None => value
            .split_once(" #")
            .map_or(value, |(value, _)| value)
            .trim_end(),
    };
    // Spin would substitute and unescape these; a host that took them literally would start with
    // another secret.
    ensure!(
        !plain.contains(['$', '\\']),
        "a value with `$` or a backslash must be in single quotes"
    );
    Ok(plain.to_owned())
}

fn closed_by(quoted: &str, quote: char) -> Result<&str> {
    let (value, after) = quoted.split_once(quote).context("a quote is not closed")?;
    let after = after.trim_start();
    ensure!(
        after.is_empty() || after.starts_with('#'),
        "text after the closing quote"
    );
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared() -> BTreeMap<String, Variable> {
        toml::from_str("a = { default = 'd' }\nb = { required = true }").unwrap()
    }

    fn map(pairs: &[(&str, &str)]) -> HashMap<String, String> {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    #[test]
    fn the_option_beats_the_environment_beats_dotenv_beats_the_default() {
        let dotenv = map(&[("SPIN_VARIABLE_A", "file"), ("SPIN_VARIABLE_B", "file")]);
        let environment = |key: &str| (key == "SPIN_VARIABLE_B").then(|| "env".to_owned());
        let values = Variables::resolve(&declared(), &map(&[]), environment, &dotenv).unwrap();
        assert_eq!(values.expand("{{ a }}-{{b}}").unwrap(), "file-env");
        let values = Variables::resolve(
            &declared(),
            &map(&[("b", "option")]),
            environment,
            &map(&[]),
        )
        .unwrap();
        assert_eq!(values.expand("{{ a }}-{{b}}").unwrap(), "d-option");
    }

    #[test]
    fn a_required_variable_without_a_value_is_named() {
        let error = Variables::resolve(&declared(), &map(&[]), |_| None, &map(&[])).unwrap_err();
        assert!(error.to_string().contains("SPIN_VARIABLE_B"), "{error}");
        let error =
            Variables::resolve(&declared(), &map(&[("zz", "")]), |_| None, &map(&[])).unwrap_err();
        assert!(error.to_string().contains("zz"), "{error}");
    }

    #[test]
    fn a_bad_template_is_an_error() {
        let values =
            Variables::resolve(&declared(), &map(&[("b", "x")]), |_| None, &map(&[])).unwrap();
        assert!(values.expand("{{ nope }}").is_err());
        assert!(values.expand("{{ a").is_err());
        assert_eq!(values.expand("no } braces {").unwrap(), "no } braces {");
    }

    #[test]
    fn dotenv_is_read() {
        let text =
            "# c\n\nA=1\nexport B = two words # c\nC='it is $5 \\n'\nD=\"q # q\" # c\nE=\nA=2\n";
        let expected = map(&[
            ("A", "1"),
            ("B", "two words"),
            ("C", "it is $5 \\n"),
            ("D", "q # q"),
            ("E", ""),
        ]);
        assert_eq!(parse_dotenv(text).unwrap(), expected);
    }

    #[test]
    fn dotenv_that_spin_would_read_otherwise_is_refused() {
        for text in ["A", "A='x", "A=\"x", "A=$HOME", "A=\"a\\nb\"", "A='x' y"] {
            assert!(parse_dotenv(text).is_err(), "{text}");
        }
    }
}
