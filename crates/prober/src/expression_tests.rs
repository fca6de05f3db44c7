use super::*;
use proptest::prelude::*;

fn seen(status: u16, media_type: &str, text: &str) -> Seen {
    let headers = vec![
        ("content-type".to_owned(), media_type.to_owned()),
        ("x-a".to_owned(), "1".to_owned()),
        ("x-a".to_owned(), "2".to_owned()),
    ];
    Seen {
        status,
        headers,
        text: text.to_owned(),
    }
}

fn judge(source: &str, seen: &Seen) -> Result<bool, String> {
    let expression = Expression::compile(source).map_err(|error| error.to_string())?;
    expression
        .judge(seen, &Budget::default())
        .map_err(str::to_owned)
}

#[test]
fn published_expressions_judge_a_response() {
    let json = seen(
        200,
        "application/json; charset=utf-8",
        r#"{"status": "healthy", "uptime": 61, "errors": [], "valid": true}"#,
    );
    let text = seen(401, "text/plain", "it was a success");
    let rows = [
        (
            "response.statusCode == 200 && response.body.status == 'healthy'",
            &json,
            true,
        ),
        (
            "response.body.uptime > 60 && response.body.errors.size() == 0",
            &json,
            true,
        ),
        (
            "response.body.contains('success') && !response.body.contains('error')",
            &text,
            true,
        ),
        (
            "response.headers['content-type'][0].startsWith('application/json')",
            &json,
            true,
        ),
        (
            "response.headers['Content-Type'][0].startsWith('application/json')",
            &json,
            true,
        ),
        (
            "response.headers['x-a'].size() == 2 && response.headers['X-A'][1] == '2'",
            &json,
            true,
        ),
        ("statusCode == 200 && bodyJSON.valid == true", &json, true),
        (
            "response.statusCode == 200 || response.statusCode == 401",
            &text,
            true,
        ),
        ("response.statusCode in [401, 403]", &json, false),
        ("response.bodyString.contains('valid')", &json, true),
        (
            "has(response.body.status) && !has(response.body.nothing)",
            &json,
            true,
        ),
        ("type(response.statusCode) == int", &json, true),
        ("response.body.errors.all(e, e.size() < 3)", &json, true),
        ("response.headers.exists(name, name == 'x-a')", &json, true),
        ("response.bodyString.matches('^it .* succ')", &text, true),
        ("matches(response.bodyString, 'fail|error')", &text, false),
    ];
    for (source, seen, expected) in rows {
        assert_eq!(judge(source, seen), Ok(expected), "{source}");
    }
}

#[test]
fn what_cannot_be_judged_is_no_success_and_tells_nothing() {
    let seen = seen(200, "application/json", r#"{"password": "hunter2"}"#);
    for source in [
        "response.body.nothing == 1",
        "response.body.password",
        "1 / 0 == 1",
        "response.body.password + 1 == 2",
    ] {
        let error = judge(source, &seen).unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_broken_expression_is_refused_with_its_place() {
    let rows = [
        ("1 +", 1),
        ("response.statusCode == 200 &&\n respons.body == 1", 2),
        ("nosuch(response.body)", 1),
        ("response.bodyString.nosuch('a')", 1),
        ("response.statusCode = 200", 1),
        ("", 1),
    ];
    for (source, line) in rows {
        let error = Expression::compile(source).err().unwrap();
        assert_eq!(error.line, line, "{source}: {error}");
        assert!(!error.message.contains("source:"), "{error}");
    }
    let error = Expression::compile("true &&\n  respons.body == 1")
        .err()
        .unwrap();
    assert_eq!((error.line, error.column), (2, 3), "{error}");
    assert!(Expression::compile(&"a".repeat(SOURCE_MAX + 1)).is_err());
    assert!(Expression::compile(&format!("{}1{}", "(".repeat(500), ")".repeat(500))).is_err());
    assert!(Expression::compile(&format!("{}true", "!".repeat(2000))).is_err());
}

#[test]
fn the_deepest_expressions_fit_the_stack_of_a_component() {
    let chains = [
        format!("{}true", "!".repeat(OPERATORS_MAX)),
        format!("{}1 > 0", "-".repeat(OPERATORS_MAX - 1)),
        format!("1{} > 0", "+1".repeat(OPERATORS_MAX - 1)),
        format!("body{}", ".a".repeat(OPERATORS_MAX)),
        format!("body{}", "[0]".repeat(OPERATORS_MAX / 2)),
        format!("{}false", "true?false:".repeat(OPERATORS_MAX / 2)),
        format!("true{}", "||false".repeat(OPERATORS_MAX / 2)),
        format!("{}{}", "[".repeat(128), "]".repeat(128)),
    ];
    // Code that is not optimised takes far more stack; components are.
    let stack_size = if cfg!(debug_assertions) {
        32 << 20
    } else {
        1 << 20
    };
    let small = std::thread::Builder::new().stack_size(stack_size);
    let run = move || {
        for source in chains {
            let error = judge(&source, &seen(200, "application/json", "{}")).err();
            assert!(!error.unwrap_or_default().contains("source:"), "{source}");
        }
    };
    small.spawn(run).unwrap().join().unwrap();
}

#[test]
fn the_size_of_a_response_is_not_the_fault_of_its_class() {
    let list = format!("[{}0]", "0,".repeat(120_000));
    let large = seen(200, "application/json", &list);
    for source in [
        "response.body.size() > 1",
        "size(response.body) == 120001",
        "response.body[100000] == 0",
        "response.bodyString.contains('1') || response.statusCode == 200",
    ] {
        assert_eq!(judge(source, &large), Ok(true), "{source}");
    }
    let small = seen(200, "application/json", "[1, 2, 3]");
    assert_eq!(
        judge(
            "response.body.all(a, response.body.exists(b, a == b))",
            &small
        ),
        Ok(true)
    );
}

#[test]
fn loops_are_those_of_the_language() {
    let seen = seen(
        200,
        "application/json",
        r#"{"a": [1, 2, 3], "b": {"x": 1}}"#,
    );
    let rows = [
        ("response.body.a.map(x, x + 1) == [2, 3, 4]", Some(true)),
        ("response.body.a.filter(x, x > 1) == [2, 3]", Some(true)),
        ("response.body.a.exists_one(x, x == 2)", Some(true)),
        (
            "response.body.a.exists(x, response.body.a.exists(y, x + y == 6))",
            Some(true),
        ),
        (
            "response.body.a.map(x, response.body.a.map(x, x)).size() == 3",
            Some(true),
        ),
        ("response.body.b.all(name, name == 'x')", Some(true)),
        // What fails is no matter where something else decides.
        ("response.body.a.exists(x, x / (x - 1) == 2)", Some(true)),
        ("response.body.a.all(x, x / (x - 1) == 7)", Some(false)),
        ("response.body.a.exists(x, x / (x - 1) == 7)", None),
        ("response.body.none == 1 || true", Some(true)),
        ("response.body.none == 1 && true", None),
        ("true ? true : response.body.none", Some(true)),
        ("[1, 2] + [3] == response.body.a", Some(true)),
        (
            "{'a': 1}['a'] == 1 && 'a' + 'b' == 'ab' && 1 + 1 == 2",
            Some(true),
        ),
    ];
    for (source, expected) in rows {
        assert_eq!(judge(source, &seen).ok(), expected, "{source}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn nothing_panics(source in r#"(response|body|headers|[0-9a-z.()\[\]{}+*/%<>=!&|?:,'" -]){0,40}"#) {
        let _ = judge(&source, &seen(200, "application/json", r#"{"a": [1, 2.5, -1], "b": "c"}"#));
    }
}

#[test]
fn what_cannot_be_true_or_false_is_refused() {
    for source in [
        "'x'",
        "1 + 1",
        "response.statusCode",
        "response.headers",
        "response.headers['a']",
        "statusCode",
        "[true]",
        "{'a': true}",
        "size(bodyString)",
        "true ? 1 : 'x'",
        "response.body.items.map(x, x)",
        "-1",
        "null",
        "response",
        "string(true)",
    ] {
        assert!(Expression::compile(source).is_err(), "{source}");
    }
    for source in [
        "true",
        "response.statusCode == 200",
        "response.body",
        "response.body.ok",
        "body['ok']",
        "!false",
        "has(response.body.a)",
        "response.body.items.all(x, x > 1)",
        "response.body.items.exists_one(x, x == 1)",
        "true ? false : 1",
        "response.bodyString.contains('x')",
        "dyn(true)",
        "'a' in response.headers",
        "response.body.items.exists(x, x)",
    ] {
        assert!(Expression::compile(source).is_ok(), "{source}");
    }
}
