//! Go templates in the paths and headers of probes, with the functions that published classes use
//!: those of text/template, and of sprig the ones for text, lists
//! and URLs.

mod functions;
mod names;

use gotmpl::parse::{DefineNode, ListNode, Node, Parser};
use gotmpl::{Template, TemplateError, Value};
use hub::secret::Clear;

use crate::compiled::Compiled;
use crate::source::SourceError;

/// The longest template, in bytes.
pub const SOURCE_MAX: usize = 16 << 10;
/// The longest text that comes of one, in bytes: more than a header or a path may have.
const OUTPUT_MAX: usize = 16 << 10;
/// How often the `range` actions of one template go round, all together.
const ROUNDS_MAX: u64 = 10_000;

/// Reads a template.
///
/// # Errors
/// What is wrong with it, and where.
pub fn compile(source: &str) -> Result<Template, SourceError> {
    SourceError::check_length(source, SOURCE_MAX)?;
    let (body, defines) = parse(source)?;
    names::check(&body, &defines, source)?;
    functions::add_to(Template::new(""))
        .max_range_iters(ROUNDS_MAX)
        .parse(source)
        .map_err(source_error)
}

/// Stands behind a source while it is parsed, to see whether the parser came there.
const END: &str = "\u{1}";

/// The parser stops at an `end` or `else` that belongs to nothing, and leaves off what follows; Go
/// refuses it.
fn parse(source: &str) -> Result<(ListNode, Vec<DefineNode>), SourceError> {
    // First as it is, so that no fault is told of what is put behind it below.
    Parser::new(source, "{{", "}}")
        .and_then(Parser::parse)
        .map_err(source_error)?;
    let whole = |source: &str| {
        let marked = format!("{source}{END}");
        let (body, defines) = Parser::new(&marked, "{{", "}}").and_then(Parser::parse)?;
        let is_whole =
            matches!(body.nodes.last(), Some(Node::Text(last)) if last.text.ends_with(END));
        Ok::<_, TemplateError>(is_whole.then_some((body, defines)))
    };
    if let Some(parsed) = whole(source).map_err(source_error)? {
        return Ok(parsed);
    }
    let ends = source
        .match_indices("}}")
        .map(|(at, found)| at.saturating_add(found.len()));
    let cut = ends
        .filter_map(|end| source.get(..end))
        .find(|part| matches!(whole(part), Ok(None)))
        .unwrap_or(source);
    let offset = cut.rfind("{{").unwrap_or_default();
    Err(SourceError::at_offset(
        source,
        offset,
        "there is nothing here to end",
    ))
}

fn source_error(error: TemplateError) -> SourceError {
    match error {
        TemplateError::Parse {
            line, col, message, ..
        }
        | TemplateError::Lex {
            line, col, message, ..
        } => SourceError {
            line,
            column: col,
            message,
        },
        other => SourceError::at_start(other.to_string()),
    }
}

/// Fills a template in. What comes of it may hold a secret.
///
/// # Errors
/// A text without any value that was filled in.
pub fn render(source: &str, data: &Value) -> Result<Clear, &'static str> {
    thread_local! {
        static COMPILED: Compiled<Template> = Compiled::default();
    }
    let template = COMPILED
        .with(|compiled| compiled.get(source, compile))
        .map_err(|_| "a template of the class cannot be read")?;
    let mut output = Bounded::default();
    match template.execute_fmt(&mut output, data) {
        Ok(()) => Ok(Clear::new(output.0)),
        Err(TemplateError::Write) => Err("a template of the class gives too long a text"),
        Err(TemplateError::RangeIterLimit | TemplateError::RecursionLimit) => {
            Err("a template of the class takes too long")
        }
        Err(_) => Err("a template of the class cannot be filled in for this connector"),
    }
}

/// A text that refuses to grow beyond [`OUTPUT_MAX`].
#[derive(Default)]
struct Bounded(String);

impl std::fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        if self.0.len().saturating_add(text.len()) > OUTPUT_MAX {
            return Err(std::fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filled(source: &str) -> String {
        let data = json!({
            "Connector": {"Spec": {"Address": "https://git.example.com:8443/scm/", "Auth": {"Params": [
                {"Name": "repository", "Value": {"Type": "string", "StringVal": "org/repo.git"}}]}}},
            "Secret": {"StringData": {"username": "joe", "password": "pä:ss"}},
            "None": null,
        });
        let rendered = render(source, &gotmpl::to_value(&data).unwrap());
        rendered.map_or_else(str::to_owned, |text| text.expose().to_owned())
    }

    #[test]
    fn templates_of_published_classes_are_filled_in() {
        let rows = [
            ("/-/ping", "/-/ping"),
            (
                "/{{- range .Connector.Spec.Auth.Params }}{{- if eq .Name \"repository\" }}{{ .Value.StringVal }}{{ end }}{{- end }}/info/refs?service=git-upload-pack",
                "/org/repo.git/info/refs?service=git-upload-pack",
            ),
            (
                "{{- if .Secret }}Basic {{ printf \"%s:%s\" .Secret.StringData.username .Secret.StringData.password | b64enc }} {{- end }}",
                "Basic am9lOnDDpDpzcw==",
            ),
            ("{{ if .None }}x{{ end }}", ""),
            (
                "{{ trimPrefix \"/\" (trimSuffix \"/\" (urlParse .Connector.Spec.Address).path) }}/",
                "scm/",
            ),
            (
                "{{ $u := urlParse .Connector.Spec.Address }}{{ $u.scheme }} {{ $u.host }} {{ $u.hostname }} {{ $u.port }}",
                "https git.example.com:8443 git.example.com 8443",
            ),
            (
                "{{ splitList \":\" \"a:b\" | first }}{{ list 1 2 | join \",\" }}",
                "a1,2",
            ),
            (
                "{{ $l := list }}{{ $l = append $l \"x\" }}{{ $l | join \"\" | urlquery }}",
                "x",
            ),
            (
                "{{ b64dec \"eA==\" }}{{ default \"d\" \"\" }}{{ upper \"u\" }}",
                "xdU",
            ),
            ("{{ .Secret.StringData.token }}", "<no value>"),
        ];
        for (source, expected) in rows {
            assert_eq!(filled(source), expected, "{source}");
        }
    }

    #[test]
    fn a_broken_template_is_refused_with_its_place() {
        let rows = [
            ("a\n {{ if }}x{{ end }}", 2),
            ("{{ nosuch 1 }}", 1),
            ("{{ .A ", 1),
            ("a\nb\n{{ end }}", 3),
            ("a\n{{ $y }}", 2),
            ("{{ if true }}{{ template \"nosuch\" }}{{ end }}", 1),
        ];
        for (source, line) in rows {
            let error = compile(source).err().expect(source);
            assert_eq!(error.line, line, "{source}: {error}");
            assert!(
                error.message.is_ascii() && !error.message.contains("u{1}"),
                "{error}"
            );
        }
        assert!(compile(&"x".repeat(SOURCE_MAX + 1)).is_err());
    }

    #[test]
    fn a_template_that_takes_too_much_is_stopped() {
        let long = "{{ $s := \"xxxxxxxxxxxxxxxx\" }}{{ range 2000 }}{{ $s }}{{ end }}";
        assert!(filled(long).contains("too long"));
        let rounds = "{{ range 1000000 }}{{ end }}";
        assert!(
            filled(rounds).contains("takes too long"),
            "{}",
            filled(rounds)
        );
        for double in [
            "printf \"%s%s\" $s $s",
            "print $s $s",
            "list $s $s",
            "list $s $s | join \"-\"",
            "replace \"x\" \"xx\" $s",
        ] {
            let source = format!(
                "{{{{ $s := \"x\" }}}}{}{{{{ $s }}}}",
                format!("{{{{ $s = {double} }}}}").repeat(60)
            );
            assert!(
                filled(&source).contains("too long"),
                "{double}: {}",
                filled(&source).len()
            );
        }
        let recursion = "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}";
        assert!(filled(recursion).contains("takes too long"));
    }

    #[test]
    fn what_goes_wrong_tells_no_value() {
        let error = filled(
            "{{ index .Secret.StringData.password 99 }}{{ b64dec .Secret.StringData.password }}",
        );
        assert_eq!(
            error,
            "a template of the class cannot be filled in for this connector"
        );
    }
}
