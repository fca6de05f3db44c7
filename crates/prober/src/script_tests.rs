use super::*;
use serde_json::json;

const V0: &str = "package proxy\nauth = {\n  \"position\": \"header\",\n  \"auth\": {\n    \"PRIVATE-TOKEN\": input.token\n  }\n}\n";
const V1: &str = "package proxy\n\nauth := {\"position\": \"query\", \"auth\": {\"access_token\": input.data.token}} if {\n  input.request.method == \"GET\"\n}\n";
const OLD_RULE: &str = "package proxy\nauth = {\"position\": \"body\", \"contentType\": \"application/json\", \"auth\": {\"user\": input.data.username}} { input.data.username != \"\" }\n";

fn input() -> Json {
    json!({"data": {"token": "t0k", "username": "joe"}, "token": "t0k", "request": {"method": "GET"}})
}

#[test]
fn scripts_of_both_versions_generate() {
    let rows = [
        (V0, Position::Header, "PRIVATE-TOKEN", "t0k"),
        (V1, Position::Query, "access_token", "t0k"),
        (OLD_RULE, Position::Body(Form::Json), "user", "joe"),
    ];
    for (source, position, name, value) in rows {
        let made = generate(source, &input(), &Budget::default()).unwrap();
        assert_eq!(made.position, position, "{source}");
        assert_eq!(
            made.pairs,
            [(name.to_owned(), Clear::new(value.to_owned()))],
            "{source}"
        );
    }
    let encoded = "package proxy\nauth := {\"position\": \"header\", \"auth\": {\"Authorization\": concat(\" \", [\"Basic\", base64.encode(sprintf(\"%s:x\", [input.data.username]))])}}";
    let made = generate(encoded, &input(), &Budget::default()).unwrap();
    assert_eq!(made.pairs[0].1.expose(), "Basic am9lOng=");
}

#[test]
fn published_permissions_and_extractors_are_accepted() {
    let permissions = "package permissions\nimport future.keywords.if\ndefault result = {\"verb\": \"\"}\nresult = {\"verb\": \"read\"} if { input.request.method == \"POST\" }";
    assert_eq!(
        check(permissions, Purpose::Permissions, &Budget::default()),
        Ok(())
    );
    let extractor =
        "package proxy\nauth = {\n  \"token\": input.request.headers[\"Private-Token\"][0]\n}";
    assert_eq!(
        check(extractor, Purpose::AuthExtractor, &Budget::default()),
        Ok(())
    );
}

#[test]
fn a_broken_script_is_refused_with_its_place() {
    let rows = [
        (
            "package proxy\nauth = {\n  \"position\": \n}\n",
            Purpose::Generator,
            4,
        ),
        ("package proxy\nauth := {\"a\": x}\n", Purpose::Generator, 2),
        ("package other\nauth = {}\n", Purpose::Generator, 1),
        ("package proxy\nother = {}\n", Purpose::Generator, 1),
        ("package proxy\nauth := nosuch(1)\n", Purpose::Generator, 2),
        ("auth = 1", Purpose::AuthExtractor, 1),
        (
            "package proxy\nauth := [{[{[{[{[{1}]}]}]}]}]\n",
            Purpose::Generator,
            2,
        ),
        ("", Purpose::Permissions, 1),
        (&chain(300), Purpose::Generator, 1),
    ];
    for (source, purpose, line) in rows {
        let error = check(source, purpose, &Budget::default()).unwrap_err();
        assert_eq!(error.line, line, "{source}: {error}");
        assert!(!error.message.contains(['\n', '[']), "{error}");
    }
}

/// Rules that each need the next.
fn chain(length: usize) -> String {
    let rules: String = (0..length)
        .map(|rule| format!("a{rule} := a{}\n", rule + 1))
        .collect();
    format!("package proxy\n{rules}a{length} := 1\nauth := a0\n")
}

#[test]
fn a_script_that_fails_or_runs_long_tells_no_secret() {
    let nothing =
        "package proxy\nauth := {\"position\": \"header\", \"auth\": {\"a\": input.data.nosuch}}";
    let wrong = "package proxy\nauth := {\"position\": input.data.token, \"auth\": {}}";
    let long = "package proxy\nl := numbers.range(1, 3000)\nauth := {\"auth\": {\"n\": count([1 | l[_]; l[_]; l[_]])}}";
    for source in [nothing, wrong, long] {
        let error = generate(source, &input(), &Budget::default()).unwrap_err();
        assert!(!error.contains("t0k"), "{error}");
    }
}
