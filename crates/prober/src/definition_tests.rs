use super::*;
use crate::schedule;
use serde_json::json;

fn parse(doc: &Value) -> Definition {
    Definition::parse(doc, "tools").unwrap()
}

#[test]
fn endpoints_are_resolved_as_published() {
    let service = json!({"kind": "Service", "name": "git"});
    let rows = [
        (json!({}), Endpoint::None),
        (
            json!({"api": {"uri": "https://api.example.com/x"}}),
            Endpoint::At("https://api.example.com/x".to_owned()),
        ),
        (
            json!({"api": {"ref": service, "uri": "/prefix"}}),
            Endpoint::At("http://git.tools.svc.cluster.local/prefix".to_owned()),
        ),
        (
            json!({"api": {"ref": {"kind": "Service", "name": "git", "namespace": "a"}}}),
            Endpoint::At("http://git.a.svc.cluster.local".to_owned()),
        ),
        (
            json!({"api": {"ref": service, "uri": "https://api.example.com"}}),
            Endpoint::Unresolved,
        ),
        (json!({"api": {"uri": "/relative"}}), Endpoint::Unresolved),
        (json!({"api": {"openapi": {}}}), Endpoint::None),
    ];
    for (doc, expected) in rows {
        assert_eq!(parse(&doc).api, expected, "{doc}");
    }
}

#[test]
fn the_interval_and_hosts_are_read_from_either_place() {
    let native = json!({"probing": {"intervalSeconds": 60, "secretHosts": ["Auth.example.com"]}});
    let annotations = json!({INTERVAL: "60", SECRET_HOSTS: "auth.example.com, "});
    let kubernetes =
        json!({"extensions": {"kubernetes": {"metadata": {"annotations": annotations}}}});
    for doc in [native, kubernetes] {
        assert_eq!(parse(&doc).interval, 60);
        assert_eq!(parse(&doc).secret_hosts, ["auth.example.com"]);
    }
    assert_eq!(parse(&json!({})).interval, schedule::INTERVAL_DEFAULT);
    assert!(Definition::parse(&json!({"probing": {"intervalSeconds": 1}}), "").is_err());
}

#[test]
fn every_class_of_the_catalogue_is_read() {
    for class in hub::class::Class::catalogue() {
        parse(&class.doc);
    }
}

#[test]
fn a_probe_may_ask_both_the_tool_and_the_api() {
    let probe = json!({"http": {"path": "/a"}, "api": {"path": "/b"}});
    let class =
        parse(&json!({"livenessProbe": probe, "authProbes": [{"authName": "x", "probe": probe}]}));
    let asked = |probes: &[Probe]| match probes {
        [Probe::Http(http), Probe::Api(path)] => (http.path.clone(), path.clone()),
        other => panic!("{other:?}"),
    };
    let expected = ("/a".to_owned(), "/b".to_owned());
    assert_eq!(asked(&class.liveness), expected);
    assert_eq!(asked(&class.auth_probes[0].probes), expected);
}
