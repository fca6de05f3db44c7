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
        .map(|rule| format!("a{rule} := a{}\n", rule.saturating_add(1)))
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

#[test]
fn what_scripts_are_written_with_works() {
    let rows = [
        ("a := \"x\"", "x"),
        ("default a := \"d\"\na := \"n\" if { input.nosuch }", "d"),
        (
            "a := \"one\" if { input.token == \"other\" } else := \"two\"",
            "two",
        ),
        (
            "f(x) := concat(\"-\", [x, \"y\"])\na := f(f(\"x\"))",
            "x-y-y",
        ),
        ("f(1) := \"one\"\nf(2) := \"two\"\na := f(2)", "two"),
        (
            "a := concat(\",\", [upper(x) | some x in [\"p\", \"q\"]])",
            "P,Q",
        ),
        (
            "names contains \"n\"\nnames contains \"m\" if { input.token }\na := concat(\"\", sort(names))",
            "mn",
        ),
        (
            "byname[name] := value if { some name, value in input.data }\na := byname.username",
            "joe",
        ),
        ("a := \"all\" if { every x in [1, 2] { x < 3 } }", "all"),
        ("a := \"none\" if { not input.nosuch }", "none"),
        ("a := x if { [_, x] := split(\"k:v\", \":\") }", "v"),
        ("a := x if { {\"username\": x} = input.data }", "joe"),
        ("a := object.get(input.data, \"nosuch\", \"else\")", "else"),
        ("a := \"in\" if { \"joe\" in [\"joe\", \"jim\"] }", "in"),
        ("a := sprintf(\"%s %d %v\", [\"s\", 1, [2]])", "s 1 [2]"),
        (
            "a := input.data[\"username\"] if startswith(input.request.method, \"G\")",
            "joe",
        ),
        (
            "a := regex.replace(\"a1b2\", \"[0-9]\", \"<$0>\")",
            "a<1>b<2>",
        ),
        (
            "a := concat(\"|\", regex.find_n(\"[a-z]\", \"a1b2c\", 2))",
            "a|b",
        ),
        (
            "a := concat(\"|\", regex.split(\"[0-9]\", \"a1b2c\"))",
            "a|b|c",
        ),
        ("a := \"m\" if regex.match(\"^a+$\", \"aaa\")", "m"),
        (
            "a := json.marshal({\"k\": [1, true, null]})",
            "{\"k\":[1,true,null]}",
        ),
        ("a := json.unmarshal(\"{\\\"k\\\": \\\"v\\\"}\").k", "v"),
        ("a := urlquery.encode(\"a b\")", "a+b"),
        ("a := base64url.encode_no_pad(\"a\")", "YQ"),
        ("a := sprintf(\"%d\", [count({1, 2} | {2, 3})])", "3"),
        ("a := sprintf(\"%d\", [count({1, 2} & {2, 3})])", "1"),
        ("a := sprintf(\"%d\", [count({1, 2} - {2, 3})])", "1"),
        ("a := sprintf(\"%d\", [(7 * 6 - 2) % 9])", "4"),
        (
            "a := sprintf(\"%d %d %d\", [product([2, 3, 4]), bits.lsh(1, 8), bits.rsh(256, 4)])",
            "24 256 16",
        ),
        (
            "a := \"part\" if { object.subset({\"k\": [1, 2, 3]}, {\"k\": [2, 3]}); object.subset([1], []); object.subset([3, 1], {1, 3}) }",
            "part",
        ),
        (
            "a := \"none\" if { not object.subset({\"k\": 1}, {\"k\": 2}); not object.subset({}, {\"k\": 1}); not object.subset([1], [1, 2]) }",
            "none",
        ),
        (
            "a := object.union_n([{\"k\": \"1\"}, {\"k\": \"2\"}]).k",
            "2",
        ),
        ("a := urlquery.decode(\"a+b%21\")", "a b!"),
        ("a := urlquery.decode_object(\"a=b&a=c\").a[1]", "c"),
        (
            "a := urlquery.encode_object({\"k\": [\"a b\"], \"l\": \"c\"})",
            "k=a+b&l=c",
        ),
        (
            "a := \"any\" if { strings.any_prefix_match([\"abc\"], {\"x\", \"ab\"}); strings.any_suffix_match(\"abc\", \"bc\") }",
            "any",
        ),
        (
            "a := sprintf(\"%d %d\", [strings.count(\"aaaa\", \"aa\"), strings.count(\"ab\", \"\")])",
            "2 3",
        ),
        ("a := json.marshal(indexof_n(\"abab\", \"b\"))", "[1,3]"),
        (
            "a := json.marshal(json.filter({\"k\": [{\"l\": 1, \"m\": 2}], \"n\": 3}, [\"k/0/l\"]))",
            "{\"k\":[{\"l\":1}]}",
        ),
        (
            "a := json.marshal(json.remove({\"k\": {\"l\": 1, \"m\": 2}}, [[\"k\", \"m\"]]))",
            "{\"k\":{\"l\":1}}",
        ),
        ("a := json.marshal(numbers.range_step(1, 6, 2))", "[1,3,5]"),
        (
            "a := \"step\" if { not numbers.range_step(1, 6, 0) }",
            "step",
        ),
        (
            "a := \"wide\" if { not numbers.range(10000000000000000000, 19000000000000000000) }",
            "wide",
        ),
        (
            "a := \"same\" if { not numbers.range(json.unmarshal(\"1e17\"), json.unmarshal(\"1.00000000000000016e17\")) }",
            "same",
        ),
        ("a := \"said\" if { print(\"x\"); trace(\"y\") }", "said"),
        ("b.c := \"v\"\na := b.c", "v"),
        ("a := trim_prefix(lower(\"HTTPS://x\"), \"https://\")", "x"),
    ];
    for (rules, expected) in rows {
        let source = format!(
            "package proxy\nimport rego.v1\nauth := {{\"position\": \"header\", \"auth\": {{\"A\": a}}}}\n{rules}\n"
        );
        let budget = Budget::default();
        assert_eq!(
            check(&source, Purpose::Generator, &budget),
            Ok(()),
            "{rules}"
        );
        let made = generate(&source, &input(), &budget);
        let made = made.map(|made| made.pairs[0].1.expose().to_owned());
        assert_eq!(made.as_deref(), Ok(expected), "{rules}");
    }
}
