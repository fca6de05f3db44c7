use super::*;
use serde_json::json;

fn read(text: &str, schema: Schema) -> Result<Document> {
    parse("the file", text.as_bytes(), schema)
}

#[test]
fn names_and_texts_keep_what_they_are() {
    let text = "required: [x, y]\nenum: [NO, off]\n012: 'true'\n200: |\n  1\nb: !!str 1\nempty:\n";
    let json = read(text, Schema::Json12).unwrap().value;
    let expected = json!({
        "required": ["x", "y"], "enum": ["NO", "off"], "012": "true", "200": "1\n", "b": "1", "empty": null,
    });
    assert_eq!(json, expected);
    let kubernetes = read(text, Schema::Kubernetes).unwrap().value;
    let expected = json!({
        "required": ["x", true], "enum": [false, false], "10": "true", "200": "1\n", "b": "1", "empty": null,
    });
    assert_eq!(kubernetes, expected);
}

#[test]
fn json_is_read_as_json() {
    let json = json!({"a": [1, -2.5, "x", null, true, {"b": {}}], "c": u64::MAX, "d": i64::MIN, "\u{1f980}": "\"\n"});
    for schema in [Schema::Json12, Schema::Kubernetes] {
        assert_eq!(read(&json.to_string(), schema).unwrap().value, json);
    }
}

#[test]
fn aliases_and_merge_keys() {
    let text = "a: &a {x: 1, z: 2}\nb: *a\nc: {<<: *a, z: 3}\nd: {<<: [{x: 4}, *a]}\n";
    let value = read(text, Schema::Kubernetes).unwrap().value;
    assert_eq!(value["b"], json!({"x": 1, "z": 2}));
    assert_eq!(value["c"], json!({"z": 3, "x": 1}));
    assert_eq!(value["d"], json!({"x": 4, "z": 2}));
    let value = read("a: {<<: {x: 1}}", Schema::Json12).unwrap().value;
    assert_eq!(value["a"], json!({"<<": {"x": 1}}));
}

#[test]
fn duplicates_are_told_by_path_and_the_last_one_counts() {
    let text = "spec:\n  address: a\n  address: b\n  params:\n  - name: x\n    name: z\n";
    let document = read(text, Schema::Kubernetes).unwrap();
    assert_eq!(
        document.value,
        json!({"spec": {"address": "b", "params": [{"name": "z"}]}})
    );
    assert_eq!(document.duplicates, ["spec.address", "spec.params[0].name"]);
}

#[test]
fn integers_beyond_64_bits_are_refused_by_their_field() {
    for schema in [Schema::Json12, Schema::Kubernetes] {
        let Err(Error::Invalid(errors)) = read("a:\n- b: 18446744073709551616\n", schema) else {
            panic!("{schema:?}")
        };
        assert_eq!(errors[0].field, "a[0].b");
    }
}

#[test]
fn what_has_no_counterpart_in_json_is_refused() {
    let bomb = "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n\
         d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\n\
         g: &g [*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g]\n";
    let deep: String = (0..70)
        .map(|n| format!("a{n}: &b{} [*b{n}]\n", n + 1))
        .collect();
    let deep = format!("a: &b0 [x]\n{deep}");
    for text in [
        "a: b: c",
        "a: [",
        "a: &a [*a]",
        "a: *b",
        "--- 1\n--- 2\n",
        "{{a: b}: c}",
        "? [a]\n: b\n",
        "a: !!binary aGk=",
        "a: !local x",
        "a: !!int x",
        "a: !!set {x}",
        "\u{0}",
        &"- ".repeat(100),
        &"[".repeat(100_000),
        bomb,
        &deep,
    ] {
        for schema in [Schema::Json12, Schema::Kubernetes] {
            let read = read(text, schema);
            let shown: String = text.chars().take(20).collect();
            assert!(
                matches!(read, Err(Error::Malformed(_))),
                "{shown}: {read:?}"
            );
        }
    }
    assert_eq!(read("", Schema::Json12).unwrap().value, Value::Null);
}
