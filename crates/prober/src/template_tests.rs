use super::*;
use serde_json::json;

fn filled(source: &str) -> String {
    let data = json!({
        "Connector": {"Spec": {"Address": "https://git.example.com:8443/scm/", "Auth": {"Params": [
            {"Name": "repository", "Value": {"Type": "string", "StringVal": "org/repo.git"}}]}}},
        "Secret": {"StringData": {"username": "joe", "password": "pä:ss"}},
        "None": null,
    });
    let rendered = render(source, &gotmpl::to_value(&data).unwrap(), &Rc::default());
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
        filled(rounds).contains("takes more work"),
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
            filled(&source).contains("too long") || filled(&source).contains("more work"),
            "{double}: {}",
            filled(&source).len()
        );
    }
    let recursion = "{{ define \"a\" }}{{ template \"a\" . }}{{ end }}{{ template \"a\" . }}";
    let error = compile(recursion).err().unwrap();
    assert!(error.message.contains("calls itself"), "{error}");
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
