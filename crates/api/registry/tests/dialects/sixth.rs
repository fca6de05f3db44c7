//! docs/adding-a-dialect.md, followed to the letter by `tests/sixth-dialect`: its code is what the
//! page says, and the dialect answers without another file being touched.

use api::request::Request;
use api::route::Parse;
use http::{HeaderValue, Method, StatusCode};
use hub::class::Classes;
use hub::command::{CreateObject, Export, Import, Outcome};
use hub::connector::settle;
use hub::object::{Kind, Object};
use hub::plan::Change;
use hub::resource::Context;
use hub::scope::{NAME, Scope, SecretStore};
use hub::time::Timestamp;
use serde_json::{Map, Value, json};
use std::rc::Rc;

use crate::{file, request, route_of};

/// A block of code in the page says which file of the dialect it is from, and stands there.
#[test]
fn the_page_shows_the_code_of_the_dialect() {
    let page = std::fs::read_to_string(file("docs/adding-a-dialect.md")).unwrap();
    let blocks: Vec<&str> = page.split("```rust\n").skip(1).collect();
    assert!(blocks.len() >= 5, "the page has lost its code");
    for block in blocks {
        let (code, _) = block.split_once("```").unwrap();
        let (name, code) = code.split_once('\n').unwrap();
        let name = name.strip_prefix("// ").unwrap();
        let text = std::fs::read_to_string(file(name)).unwrap();
        for part in code.split("// …\n") {
            assert!(text.contains(part.trim_end()), "not in {name}:\n{part}");
        }
    }
}

fn classes() -> Classes {
    let class = json!({"parameters": [
        {"name": "region"},
        {"name": "token", "sensitive": true},
    ]});
    Classes::new([("lamp".to_owned(), class)])
}

fn scope() -> Scope {
    Scope::new("team-a", &registry::Registry, Timestamp::now()).unwrap()
}

fn command(path: &str, document: &Value) -> Box<CreateObject> {
    let request = request(&Method::POST, path, &document.to_string());
    let Parse::Import(parse) = route_of(&request).parse else {
        panic!("not of import")
    };
    match parse(&request).unwrap().command {
        Import::Object(create) => create,
        _ => panic!("no object is created"),
    }
}

/// What is stored of a document that is sent to a path.
fn created(path: &str, document: &Value) -> Object {
    let (scope, classes) = (scope(), classes());
    let context = Context {
        scope: &scope,
        classes: &classes,
    };
    let create = command(path, document);
    let draft = create
        .resource
        .read(&create.document, None, &context)
        .unwrap();
    let class = context.class_of_raw(&draft.doc);
    let (doc, _) = settle(draft.doc, None, class, SecretStore::Values).unwrap();
    let now = Timestamp::from_millis(1_700_000_000_123);
    Change::create(Kind::Connector, 1, &draft.name, doc, create.claim, now)
        .unwrap()
        .object
}

fn answered(request: &Request, outcome: Outcome) -> (StatusCode, Value) {
    let outcome = Outcome::WithClasses(Box::new(outcome), Rc::new(classes()));
    let dialect = route_of(request).dialect;
    let response = dialect.render(request, outcome, Some(&scope())).unwrap();
    (
        response.status,
        serde_json::from_slice(&response.body).unwrap_or_default(),
    )
}

const LINKS: &str = "/sixth/realms/R-00000001/links";

#[test]
fn what_is_sent_comes_back_without_its_secrets() {
    let link = json!({
        "title": "Desk", "kind": "lamp", "target": "https://lamp.example",
        "settings": {"region": "eu", "token": "s3cret", "count": 3}, "colour": {"red": 1},
    });
    let object = created(LINKS, &link);
    assert!(!object.doc.to_string().contains("s3cret"));
    let (status, mut shown) = answered(
        &request(&Method::POST, LINKS, ""),
        Outcome::Created(object.clone()),
    );
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(shown["id"], object.uid.hex());
    let mut expected = link;
    expected["settings"]["token"] = json!("******");
    shown.as_object_mut().unwrap().remove("id");
    assert_eq!(shown, expected);

    let path = format!("{LINKS}/{}", object.uid.hex());
    let (status, read) = answered(
        &request(&Method::GET, &path, ""),
        Outcome::Found(object.clone()),
    );
    assert_eq!((status, &read["title"]), (StatusCode::OK, &json!("Desk")));
    let (status, body) = answered(
        &request(&Method::DELETE, &path, ""),
        Outcome::Deleted(object),
    );
    assert_eq!((status, body), (StatusCode::NO_CONTENT, Value::Null));
}

/// And the other way round: what one dialect made is shown by the next.
#[test]
fn what_another_dialect_made_is_a_link_and_a_link_is_something_to_the_others() {
    let environment = "/v1/environments/abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6/connectorInstances";
    let instance = json!({
        "name": "Desk", "connector": {"id": "lamp"}, "properties": {"region": {"value": "eu"}, "token": {"value": "s3cret"}},
    });
    let object = created(environment, &instance);
    let path = format!("{LINKS}/{}", object.uid.hex());
    let (_, link) = answered(&request(&Method::GET, &path, ""), Outcome::Found(object));
    assert_eq!(link["settings"], json!({"region": "eu", "token": "******"}));

    let object = created(
        LINKS,
        &json!({"title": "Desk", "kind": "lamp", "settings": {"region": "eu"}, "colour": 1}),
    );
    let path = format!("{environment}/{}", object.uid.hex());
    let (status, shown) = answered(&request(&Method::GET, &path, ""), Outcome::Found(object));
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        (&shown["name"], &shown["properties"]["region"]["value"]),
        (&json!("Desk"), &json!("eu"))
    );
}

#[test]
fn a_scope_has_its_name_in_every_dialect() {
    let mut scope = scope();
    let realm = scope.name_in("sixth").to_owned();
    assert!(realm.starts_with("R-") && realm.len() == 10, "{realm}");
    let given = Map::from_iter([("realm".to_owned(), json!("r-0000abcd"))]);
    scope.rename(&given, &registry::Registry).unwrap();
    assert_eq!(scope.name_in("sixth"), "R-0000ABCD");
    let bad = Map::from_iter([("realm".to_owned(), json!("nowhere"))]);
    let refused = scope
        .rename(&bad, &registry::Registry)
        .unwrap_err()
        .to_string();
    assert_eq!(refused, "realm: must be R- and eight hex digits");
    for dialect in registry::dialects() {
        let Some(known) = dialect.scope_name() else {
            continue;
        };
        if known.field() != NAME {
            let name = scope.name_in(dialect.name());
            assert_eq!(
                known.parse(name).as_deref(),
                Some(name),
                "{}",
                dialect.name()
            );
        }
    }
}

#[test]
fn its_credential_comes_in_a_header_of_its_own() {
    let mut request = request(&Method::GET, LINKS, "");
    request
        .headers
        .insert("x-sixth-pass", HeaderValue::from_static("pbk_1_2"));
    let found = registry::dialects().find_map(|dialect| dialect.credential(&request));
    assert_eq!(found, Some("pbk_1_2"));
}

#[test]
fn it_lists_and_errs_in_its_own_form() {
    let list = request(&Method::GET, LINKS, "");
    let Parse::Export(parse) = route_of(&list).parse else {
        panic!("not of export")
    };
    assert!(matches!(parse(&list).unwrap().command, Export::List(_)));
    let missing = request(&Method::PATCH, LINKS, "");
    let error = registry::find(&Method::PATCH, LINKS).unwrap_err();
    let response = registry::dialect_of(LINKS).error(&missing, &error);
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(
        (response.status, &body["fault"]["status"]),
        (StatusCode::METHOD_NOT_ALLOWED, &json!(405))
    );
}
