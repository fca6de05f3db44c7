use std::collections::BTreeSet;

use super::*;

fn array<'a>(doc: &'a Value, pointer: &str) -> &'a [Value] {
    doc.pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The member of that name of every object in a list, where a name may not be there twice.
fn names<'a>(class: &str, items: &'a [Value], member: &str) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for item in items {
        let name = item[member].as_str().unwrap_or_default();
        assert!(!name.is_empty(), "{class}: no {member} in {item}");
        assert!(names.insert(name), "{class}: {name} is there twice");
    }
    names
}

/// The classes of which more than an id is known.
fn detailed() -> impl Iterator<Item = &'static Class> {
    Class::catalogue().filter(|class| !class.is_opaque())
}

#[test]
fn a_class_of_which_only_an_id_is_known_says_so_and_nothing_else() {
    let opaque: Vec<_> = Class::catalogue()
        .filter(|class| class.is_opaque())
        .collect();
    assert!(opaque.len() >= 200);
    for class in opaque {
        assert!(crate::text::is_dns_name(&class.name), "{}", class.name);
        assert!(class.doc["displayName"].is_string(), "{}", class.name);
        assert!(class.parameters.is_empty() && class.application_types.is_empty());
        assert!(class.doc.get("auth").is_none() && class.doc.get("address").is_none());
    }
}

#[test]
fn a_class_is_found_by_the_id_that_a_dialect_has_for_it() {
    let classes = Classes::new([
        (
            "mine".to_owned(),
            serde_json::json!({"x": {"id": "mineConnector"}}),
        ),
        ("git".to_owned(), serde_json::json!({})),
    ]);
    let name = |dialect: &str, id: &str| classes.with_id(dialect, id).map(|class| &*class.name);
    assert_eq!(name("x", "mineConnector"), Some("mine"));
    assert_eq!(name("x", "mine"), None);
    assert_eq!(name("y", "mine"), Some("mine"));
    assert_eq!(name("pingone", "git"), Some("git"));
    assert_eq!(
        name("pingone", "gitConnector"),
        None,
        "a stored one hides it"
    );
    assert_eq!(name("pingone", "webhookConnector"), Some("webhook"));
    assert_eq!(name("pingone", "webhook"), None);
    assert_eq!(name("x", "github"), Some("github"));
}

#[test]
fn what_is_stored_and_not_valid_is_passed_over() {
    let doc = serde_json::json!({
        "parameters": [{"name": "a"}, {"type": "x"}, {"name": "a"}, 5, {"name": "b", "type": 5}],
        "applicationTypes": "x",
    });
    let classes = Classes::new([("old".to_owned(), doc), ("worse".to_owned(), "text".into())]);
    let old = classes.get("old").unwrap();
    let names: Vec<_> = old.parameters.iter().map(|one| &*one.name).collect();
    assert_eq!(names, ["a", "b"]);
    assert!(classes.get("worse").unwrap().parameters.is_empty());
}

#[test]
fn every_class_of_the_catalogue_is_valid_and_complete() {
    for class in detailed() {
        assert!(crate::text::is_dns_name(&class.name), "{}", class.name);
        for member in ["displayName", "description", "version"] {
            assert!(
                class.doc[member].is_string(),
                "{} has no {member}",
                class.name
            );
        }
        assert!(
            !class.parameters.is_empty(),
            "{} has no parameters",
            class.name
        );
    }
}

#[test]
fn the_catalogue_holds_what_the_dialects_promise() {
    let named = [
        "snowflake",
        "databricks-unity-catalog",
        "postgres",
        "s3",
        "bigquery",
        "http",
        "smtp",
        "git",
    ];
    for name in named {
        let class = Class::in_catalogue(name).unwrap();
        assert!(!class.application_types.is_empty(), "{name}");
    }
    assert!(Class::catalogue().count() >= 20, "PingOne needs twenty");
}

#[test]
fn parameters_of_the_catalogue_agree_with_themselves() {
    for class in detailed() {
        for (parameter, doc) in class
            .parameters
            .iter()
            .zip(array(&class.doc, "/parameters"))
        {
            let at = format!("{}: {}", class.name, parameter.name);
            let category = doc["category"].as_str().unwrap_or_default();
            assert!(
                ["BASIC", "ADVANCED", "CREDENTIALS"].contains(&category),
                "{at}: category"
            );
            assert!(doc["displayName"].is_string(), "{at}: displayName");
            assert!(doc["description"].is_string(), "{at}: description");
            let Some(default) = &parameter.default else {
                // A form could not show which of its choices applies.
                assert!(parameter.allowed.is_empty(), "{at}: a choice has a default");
                continue;
            };
            assert!(!parameter.required, "{at}: required, with a default");
            assert!(!parameter.is_sensitive(), "{at}: a secret with a default");
            let text = default
                .as_str()
                .map_or_else(|| default.to_string(), str::to_owned);
            // The rows of a data source carry numbers and booleans as text.
            let fits = match parameter.kind.as_str() {
                "number" => text.parse::<f64>().is_ok(),
                "boolean" => text == "true" || text == "false",
                "array" => default.is_array(),
                "object" => default.is_object(),
                _ => default.is_string(),
            };
            assert!(fits, "{at}: the default is no {}", parameter.kind);
            assert!(
                parameter.allowed.is_empty() || parameter.allowed.contains(&text),
                "{at}: the default is not allowed"
            );
        }
    }
}

#[test]
fn templates_of_the_catalogue_start_from_the_defaults_of_the_parameters() {
    for class in detailed() {
        let types = array(&class.doc, "/applicationTypes");
        names(&class.name, types, "type");
        for application in &class.application_types {
            let at = format!("{}: {}", class.name, application.name);
            names(&at, &application.app_configs, "name");
            names(&at, &application.deploy_configs, "name");
            for row in &application.app_configs {
                let parameter = class
                    .parameter(row["name"].as_str().unwrap())
                    .unwrap_or_else(|| panic!("{at}: no parameter for {row}"));
                let default = parameter.default.clone().unwrap_or_else(|| "".into());
                assert_eq!(row["value"], default, "{at}: {}", parameter.name);
            }
            for row in &application.deploy_configs {
                assert!(row["value"].is_string(), "{at}: {row}");
            }
        }
    }
}

#[test]
fn pingone_views_of_the_catalogue_show_the_parameters() {
    let mut ids = BTreeSet::new();
    for class in detailed() {
        let at = &class.name;
        let pingone = &class.doc["pingone"];
        let id = pingone["id"].as_str().unwrap_or_default().to_owned();
        assert!(!id.is_empty(), "{at} has no id for PingOne");
        assert!(ids.insert(id), "{at}: its id is that of another class");
        let kind = pingone["type"].as_str().unwrap_or_default();
        assert!(["core", "ping", "service"].contains(&kind), "{at}: {kind}");
        assert!(pingone["vendor"].is_string(), "{at}: vendor");
        for member in ["canvas", "canvasText", "dark"] {
            assert!(pingone["colors"][member].is_string(), "{at}: {member}");
        }
        assert!(
            pingone["logos"]["canvas"]["imageFileName"].is_string(),
            "{at}: logo"
        );
        let address = pingone.get("addressProperty").and_then(Value::as_str);
        assert!(
            address.is_none_or(|name| class.parameter(name).is_some()),
            "{at}: addressProperty"
        );
        let capabilities = pingone["capabilities"].as_object().unwrap();
        assert!(!capabilities.is_empty(), "{at} can do nothing");
        assert!(capabilities.values().all(Value::is_object), "{at}");
        assert!(
            pingone["accountConfigView"]["componentViewSize"].is_string(),
            "{at}: componentViewSize"
        );

        let account = array(pingone, "/accountConfigView/items");
        let shown = names(at, account, "propertyName");
        let known: BTreeSet<_> = class.parameters.iter().map(|one| &*one.name).collect();
        assert_eq!(shown, known, "{at}");
        let secrets: BTreeSet<_> = class
            .parameters
            .iter()
            .filter(|one| one.is_sensitive())
            .map(|one| &*one.name)
            .collect();
        assert!(pingone["credentialsView"]["items"].is_array(), "{at}");
        let credentials = array(pingone, "/credentialsView/items");
        assert_eq!(names(at, credentials, "propertyName"), secrets, "{at}");
        for member in ["/sections", "/flowSections"] {
            let sections = array(pingone, member);
            assert!(!names(at, sections, "name").is_empty(), "{at}: {member}");
            names(at, sections, "value");
        }
    }
}

#[test]
fn probes_of_the_catalogue_are_for_the_ways_to_sign_in() {
    for class in detailed() {
        let at = &class.name;
        let doc = &class.doc;
        let types = names(at, array(doc, "/auth/types"), "name");
        let probes = array(doc, "/authProbes");
        assert!(names(at, probes, "authName").is_subset(&types), "{at}");
        if !types.is_empty() || !probes.is_empty() {
            assert_eq!(doc["address"]["name"], "address", "{at}");
        }
        let auth = probes.iter().map(|probe| &probe["probe"]);
        for probe in auth.chain(doc.get("livenessProbe")) {
            let http = &probe["http"];
            let path = http["path"].as_str().unwrap_or_default();
            assert!(path.starts_with('/') || path.starts_with("{{"), "{at}");
            let method = http["method"].as_str().unwrap_or_default();
            assert!(["GET", "POST"].contains(&method), "{at}: {method}");
            for header in array(http, "/httpHeaders") {
                assert!(header["name"].is_string(), "{at}: {header}");
                assert!(header["value"].is_string(), "{at}: {header}");
            }
        }
    }
}
