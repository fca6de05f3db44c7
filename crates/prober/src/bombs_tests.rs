//! Classes that are made to take all there is: each ends with its budget, and none gets far. Counts
//! only; a budget that did not count would not end this test.

use std::rc::Rc;

use serde_json::{Value, json};

use crate::budget::{Budget, UNITS};
use crate::expression::{Expression, Seen};
use crate::script::{self, Purpose};
use crate::source::SourceError;
use crate::{check, template};

/// Beyond what a budget holds nothing is spent.
fn assert_exceeded(budget: &Budget, source: &str) {
    let source = source.get(..300).unwrap_or(source);
    assert!(
        budget.exceeded_by().is_some(),
        "{source}: {} were enough",
        budget.spent()
    );
    assert!(budget.spent() <= UNITS, "{source}: {}", budget.spent());
}

/// A generator that does something once there is a secret.
fn generator(body: &str) -> String {
    format!(
        "package proxy\nimport rego.v1\nauth := {{\"position\": \"header\", \"auth\": {{\"a\": sprintf(\"%v\", [result])}}}} if {{\n  token := input.data.token\n{body}\n}}\n"
    )
}

fn generate(source: &str) -> Rc<Budget> {
    let budget = Rc::new(Budget::default());
    let secret = "t".repeat(1000);
    let _ = script::generate(source, &json!({"data": {"token": secret}}), &budget);
    budget
}

const MEGABYTE: &str =
    "  big := concat(token, [sprintf(\"%d\", [i]) | some i in numbers.range(1, 1000)])\n";

/// What a script does with a name again and again.
fn again(times: usize, next: impl Fn(&str) -> String) -> String {
    let lines = (0..times).map(|index| {
        let made = next(&format!("x{index}"));
        format!("  x{} := {made}\n", index.saturating_add(1))
    });
    format!(
        "  x0 := token\n{}  result := x{times}",
        lines.collect::<String>()
    )
}

fn scripts() -> Vec<String> {
    let with_big = |line: &str| format!("{MEGABYTE}  {line}");
    let range = |line: &str| format!("  l := numbers.range(1, 5000)\n  {line}");
    vec![
        with_big("result := regex.find_n(\"t|(t.*)z\", big, -1)"),
        with_big("result := regex.replace(big, \"t\", big)"),
        with_big("result := regex.split(\"t*\", big)"),
        with_big("result := replace(big, \"t\", big)"),
        with_big("result := split(big, \"\")"),
        with_big("result := json.marshal([big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big, big])"),
        with_big("result := count([1 | some i in numbers.range(1, 10000); big == concat(\"\", [big])])"),
        with_big("result := trim(big, big)"),
        with_big("result := count([1 | some i in numbers.range(1, 3000); base64.encode(big)])"),
        "  result := numbers.range(1, 100000000)".to_owned(),
        "  result := numbers.range(1, 1000000000 * count(token))".to_owned(),
        "  result := sprintf(\"%1000000000d\", [1])".to_owned(),
        "  result := sprintf(\"%.1000000000f\", [1.5])".to_owned(),
        "  result := sprintf(concat(\"\", [\"%\", \"9999999\", \"s\"]), [token])".to_owned(),
        "  result := sprintf(\"%*d\", [100000000, 1])".to_owned(),
        range("result := count([1 | l[_]; l[_]])"),
        range("result := count({[a, b] | some a in l; some b in l})"),
        range("result := sum([c | some a in l; some b in l; c := a * b])"),
        range("result := count({a: b | some a in l; some b in l; a > b})"),
        range("result := every_one(l)\n}\nevery_one(l) if {\n  every a in l { every b in l { a + b > 0 } }"),
        range("result := count([1 | some i in l; regex.match(sprintf(\"(a{%d}){9}\", [i]), token)])"),
        range("result := count([1 | some i in l; object.union({\"a\": l}, {\"b\": l})])"),
        range("result := count([1 | some i in l; array.concat(l, l)])"),
        range("result := count([1 | some i in l; 7 in l])"),
        range("result := count([1 | some i in l; sort(l)])"),
        range("result := product([1 | some i in l])"),
        range("result := object.union_n([{sprintf(\"%d\", [i]): i} | some i in l])"),
        range("s := [sprintf(\"%d\", [i]) | some i in l]\n  result := strings.any_prefix_match(s, [sprintf(\"x%d\", [i]) | some i in l])"),
        range("result := object.subset(array.concat(l, l), array.concat(l, [0]))"),
        range("result := numbers.range_step(1, 100000000 * count(l), 3)"),
        with_big("result := json.filter({}, [[i | some i in split(big, \"\")]])"),
        with_big("result := strings.count(big, token)"),
        again(40, |x| format!("concat(\"\", [{x}, {x}])")),
        again(40, |x| format!("[{x}, {x}]")),
        again(40, |x| format!("replace({x}, \"t\", \"tttt\")")),
        again(40, |x| format!("array.concat([{x}], [{x}, {x}])")),
        again(40, |x| format!("{{\"a\": {x}, \"b\": {x}}}")),
        "  x0 := 99999999999999999\n  x1 := x0 * x0\n  x2 := x1 * x1\n  x3 := x2 * x2\n  x4 := x3 * x3\n  x5 := x4 * x4\n  result := x5 * x5".to_owned(),
        // Functions of functions, which go deeper than a script is long.
        "  result := g(g(g(g(token))))\n}\nf(x) := [x, x]\ng(x) := f(f(f(f(f(f(x))))))\nh(x) := x if {\n  true".to_owned(),
        "  result := h(h(h(h(h(token)))))\n}\nf(x) := [x]\ng(x) := f(f(f(f(f(f(f(f(x))))))))\nh(x) := g(g(g(g(g(g(g(g(x)))))))) if {\n  true".to_owned(),
    ]
}

#[test]
fn no_script_takes_more_than_its_budget() {
    let scripts = scripts();
    assert!(scripts.len() > 25);
    for body in scripts {
        let source = generator(&body);
        // Most act on a secret alone: nothing is seen of it when the class is written.
        let checked = script::check(&source, Purpose::Generator, &Budget::default());
        let is_seen = |error: SourceError| {
            assert_eq!(
                error.message, "takes more work than a class may",
                "{source}"
            );
            true
        };
        assert!(checked.err().is_none_or(is_seen), "{source}");
        let budget = generate(&source);
        assert_exceeded(&budget, &source);
    }
}

#[test]
fn a_script_that_acts_without_a_secret_is_refused_when_it_is_written() {
    let rows = [
        ("auth := numbers.range(1, 100000000)", "takes more work"),
        ("auth := sprintf(\"%1000000000d\", [1])", "takes more work"),
        ("auth := bits.lsh(1, 100000000)", "takes more work"),
        ("auth := product(numbers.range(1, 100))", "takes more work"),
        (
            "auth := numbers.range_step(1, 9000000000000000000, 2)",
            "takes more work",
        ),
        (
            "auth := json.remove({}, [numbers.range(1, 1000)])",
            "takes more work",
        ),
        (
            "auth := json.marshal_with_options({}, {})",
            "\"json.marshal_with_options\" has no bounds",
        ),
        (
            "auth := strings.replace_n({\"a\": \"aa\"}, \"a\")",
            "\"strings.replace_n\" has no bounds",
        ),
        ("auth := 1e1000000000", "too many digits"),
        (&format!("auth := {}", "9".repeat(100)), "too many digits"),
        ("auth := data", "data"),
        ("auth := data.proxy[input.x]", "data"),
    ];
    for (rule, expected) in rows {
        let source = format!("package proxy\n{rule}\n");
        let error = script::check(&source, Purpose::Generator, &Budget::default()).unwrap_err();
        assert!(error.message.contains(expected), "{rule}: {error}");
        if expected.contains("bounds") || expected.contains("digits") {
            assert_eq!(error.line, 2, "{rule}");
        }
        let doc = json!({"auth": {"types": [{"name": "a", "generator": {"rego": source}}]}});
        let refused = check::class(&doc).unwrap_err().to_string();
        assert!(
            refused.contains("auth.types[0].generator.rego"),
            "{refused}"
        );
    }
}

#[test]
fn many_scripts_of_one_class_share_its_budget() {
    let source = format!("package proxy\nauth := 1\n#{}", "x".repeat(16_000));
    let types: Vec<Value> = (0..20)
        .map(|index| json!({"name": format!("a{index}"), "generator": {"rego": source}}))
        .collect();
    let refused = check::class(&json!({"auth": {"types": types}})).unwrap_err();
    assert!(refused.to_string().contains("takes more work"), "{refused}");
}

fn judge(source: &str, body: &str) -> Budget {
    let seen = Seen {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        text: body.to_owned(),
    };
    let budget = Budget::default();
    let expression =
        Expression::compile(source).unwrap_or_else(|error| panic!("{source}: {error}"));
    let _ = expression.judge(&seen, &budget);
    budget
}

#[test]
fn no_expression_takes_more_than_its_budget() {
    let list = serde_json::to_string(&(0..900).collect::<Vec<_>>()).unwrap();
    let text = json!("a".repeat(200_000)).to_string();
    let times = |times, part: &str| part.repeat(times);
    let rows = [
        (&list, "body.exists(x, 'a'.matches('(b{9}){' + string(x + 1) + '}'))".to_owned()),
        (&list, "body.exists(x, 'a'.matches('b'))".to_owned()),
        (&list, "body.all(a, body.all(b, body.all(c, a + b + c >= 0)))".to_owned()),
        (&list, "body.exists(a, body.exists(b, a + b < 0))".to_owned()),
        (&list, "body.map(a, body.map(b, a + b)).size() == 0".to_owned()),
        (&list, "body.map(a, body).map(a, body.map(b, [a, b])).size() == 0".to_owned()),
        (&list, format!("body{}.size() > 0", times(12, ".map(x, [x, x])"))),
        (&list, format!("[body]{}.size() == 0", times(30, ".map(x, x + x)"))),
        (&list, format!("[1]{} == [2]", times(40, ".map(x, [x, x])"))),
        (&list, format!("{{'a': [1]{}}} == body", times(40, ".map(x, [x, x])"))),
        (&list, format!("['aaaaaaaaaaaaaaaa']{}.size() == 0", times(40, ".map(x, x + x)"))),
        (&list, "body.all(a, body == body)".to_owned()),
        (&list, "body.all(a, a in body)".to_owned()),
        (&list, "body.exists(a, string(a) + string(body.map(b, string(b)).size()) == '')".to_owned()),
        (&text, "body.matches('(a|aa)*b|(a?){100}a{100}c')".to_owned()),
        (&text, "[1,2,3,4,5,6,7,8,9].all(x, body.matches('b') == false)".to_owned()),
        (&text, "[1,2,3,4].all(x, [1,2,3,4,5,6,7,8,9].all(y, [1,2,3].all(z, body.contains('b') == false)))".to_owned()),
        (&text, "[1,2,3,4].all(x, [1,2,3,4,5,6,7,8,9].all(y, body + body != body))".to_owned()),
        (&text, "[1,2,3,4,5,6,7,8,9].all(x, [1,2,3,4,5,6,7,8,9].all(y, bytes(body).size() > 1))".to_owned()),
    ];
    for (body, source) in rows {
        assert_exceeded(&judge(&source, body), &source);
    }
}

#[test]
fn no_template_takes_more_than_its_budget() {
    let params: Vec<Value> = (0..3000).map(|index| json!({"Name": index})).collect();
    let data = json!({"Params": params, "Text": "t".repeat(400_000), "Token": "t".repeat(1000)});
    let data = gotmpl::to_value(&data).unwrap();
    let twice = |call: &str| {
        format!(
            "{{{{ $s := .Token }}}}{}",
            format!("{{{{ $s = {call} }}}}").repeat(60)
        )
    };
    let rows = [
        "{{ range .Params }}{{ range $.Params }}{{ end }}{{ end }}".to_owned(),
        "{{ range .Params }}{{ $x := replace \"t\" \"tt\" $.Token }}{{ end }}".to_owned(),
        "{{ range .Params }}{{ $x := splitList \"\" $.Token }}{{ end }}".to_owned(),
        "{{ range .Params }}{{ if eq $.Text $.Text }}{{ end }}{{ end }}".to_owned(),
        "{{ range .Params }}{{ if contains \"x\" $.Text }}{{ end }}{{ end }}".to_owned(),
        "{{ range .Params }}{{ $x := printf \"%s\" $.Token | b64enc | upper | html }}{{ end }}"
            .to_owned(),
        "{{ $l := list }}{{ range .Params }}{{ $l = append $l . }}{{ end }}".to_owned(),
        "{{ $l := list }}{{ range .Params }}{{ $l = list $l }}{{ end }}".to_owned(),
        "{{ printf \"%1000000000d\" 1 }}".to_owned(),
        "{{ printf \"%*d\" 1000000000 1 }}".to_owned(),
        "{{ printf \"%.1000000000f\" 1.5 }}".to_owned(),
        format!("{{{{ printf \"{}\" 1 }}}}", "%65535d".repeat(2000)),
        "{{ range 1000000000 }}{{ end }}".to_owned(),
        format!(
            "{{{{ range 10000 }}}}{}{{{{ end }}}}",
            "{{ $x := $.Token }}".repeat(700)
        ),
        twice("list $s $s"),
        twice("append (list $s $s) $s"),
        twice("list $s $s $s $s | first"),
        "{{ $s := .Text }}{{ range .Params }}{{ $x := slice $s 1 }}{{ end }}".to_owned(),
        "{{ range .Params }}{{ $x := urlParse $.Text }}{{ end }}".to_owned(),
    ];
    for source in rows {
        let budget = Rc::new(Budget::default());
        let ends = template::render(&source, &data, &budget);
        if source.contains("| first") {
            // Nothing grows here: what it makes is paid for, and is little.
            assert!(ends.is_ok(), "{source}");
            continue;
        }
        let failed = ends.expect_err(&source);
        assert!(failed.contains("more work"), "{failed}");
        assert_exceeded(&budget, &source);
    }
}

#[test]
fn a_template_of_templates_is_refused_when_it_is_written() {
    let doubling: String = (0..40)
        .map(|index| {
            let next = format!("{{{{ template \"a{}\" }}}}", index + 1);
            format!("{{{{ define \"a{index}\" }}}}{next}{next}{{{{ end }}}}")
        })
        .collect();
    let source =
        format!("{doubling}{{{{ define \"a40\" }}}}{{{{ end }}}}{{{{ template \"a0\" }}}}");
    let error = template::compile(&source).err().unwrap();
    assert!(error.message.contains("more than 20000 actions"), "{error}");
}

/// What a class takes for a probe, with a token and a response of usual size.
fn spent_by(doc: &Value) -> u64 {
    use crate::definition::{Definition, Probe};
    use crate::exchange::Exchange;
    use crate::observation::{Answer, liveness};
    use crate::target::{ProbeTarget, Secret};
    use hub::object::{Kind, Object};
    use hub::plan::{Change, Uniqueness};
    use hub::secret::Clear;
    use hub::time::Timestamp;

    let definition = Definition::parse(doc, "n").unwrap();
    let names: Vec<String> = definition
        .auth_types
        .iter()
        .map(|auth| auth.name.clone())
        .collect();
    let params: Vec<Value> = (0..50)
        .map(|index| json!({"name": format!("p{index}"), "value": "value"}))
        .collect();
    let body = json!({"items": vec![json!({"name": "x", "status": "healthy"}); 200]}).to_string();
    let seen = Seen {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        text: body,
    };
    let mut most = 0;
    for name in names.iter().map(String::as_str).chain([""]) {
        let connector: Object = Change::create(
            Kind::Connector,
            1,
            "c",
            json!({"address": "https://git.example.com", "auth": {"name": name}, "params": params}),
            Uniqueness::None,
            Timestamp::from_millis(0),
        )
        .unwrap()
        .object;
        let budget = Rc::new(Budget::default());
        let subject = ProbeTarget {
            connector: &connector,
            namespace: "n",
            definition: &definition,
            budget: &budget,
        };
        let entries = [
            "username",
            "password",
            "token",
            "ssh-privatekey",
            "access_token",
        ];
        let secret = Secret {
            name: "s".to_owned(),
            kind: String::new(),
            data: entries
                .map(|entry| (entry.to_owned(), Clear::new("t".repeat(4000))))
                .to_vec(),
        };
        let auth = definition
            .auth_probe(name)
            .map_or(&[][..], |auth| &auth.probes);
        let probes: Vec<&Probe> = definition.liveness.iter().chain(auth).collect();
        for probe in probes {
            let _ = Exchange::new(probe, subject, Some(&secret));
            liveness(probe, &Answer::Response(seen.clone()), &budget);
        }
        assert_eq!(budget.exceeded_by(), None);
        most = most.max(budget.spent());
    }
    most
}

#[test]
fn ordinary_classes_stay_far_below() {
    let mut most = (0, String::new());
    for class in hub::class::Class::catalogue() {
        let spent = spent_by(&class.doc);
        most = most.max((spent, class.doc["displayName"].to_string()));
    }
    let published = [
        json!({"auth": {"types": [{"name": "PAT", "generator": {"rego":
            "package proxy\nauth = {\n  \"position\": \"header\",\n  \"auth\": {\n    \"PRIVATE-TOKEN\": input.token\n  }\n}\n"}}]},
            "livenessProbe": {"http": {"path": "/-/health", "response": {"cel":
                "response.statusCode == 200 && response.body.items.all(item, item.status == 'healthy')"}}},
            "authProbes": [{"authName": "PAT", "probe": {"http": {"path": "/api/v4/user"}}}]}),
        json!({"auth": {"types": [{"name": "basic", "generator": {"rego":
            "package proxy\nauth := {\"position\": \"header\", \"auth\": {\"Authorization\": concat(\" \", [\"Basic\", base64.encode(sprintf(\"%s:%s\", [input.data.username, input.data.password]))])}}"}}]},
            "livenessProbe": {"http": {"path":
                "/{{- range .Connector.Spec.Auth.Params }}{{- if eq .Name \"repository\" }}{{ .Value.StringVal }}{{ end }}{{- end }}/info/refs",
                "httpHeaders": [{"name": "Authorization", "value":
                    "{{- if .Secret }}Basic {{ printf \"%s:%s\" .Secret.StringData.username .Secret.StringData.password | b64enc }} {{- end }}"}],
                "response": {"cel": "response.bodyString.matches('^.*healthy') && response.body.items.size() > 1"}}},
            "authProbes": [{"authName": "basic", "probe": {"http": {"path": "/login"}}}]}),
    ];
    for doc in published {
        assert_eq!(check::class(&doc), Ok(()));
        most = most.max((spent_by(&doc), doc.to_string()));
    }
    println!("at most {} of {UNITS} units, by {}", most.0, most.1);
    assert!(most.0 < UNITS / 10, "{most:?}");
}
