//! Versions and their parts.

use http::StatusCode;
use hub::error::Error;
use hub::object::Kind;
use hub::operation::{Operation, View};
use serde_json::{Value, json};

use super::{Memory, uid_of};
use crate::Versori;
use crate::part::contents::PartKind;
use crate::part::delete::{Chosen, DeleteParts};
use crate::part::found::PartsPath;
use crate::part::operations::CreateParts;
use crate::version::operations::{CreateVersion, UpdateVersion};
use crate::version::path::VersionPath;
use api::Dialect;
use api::request::Request;

/// A connector with a draft.
fn with_draft() -> (Memory, VersionPath) {
    let mut memory = Memory::new();
    let made =
        memory.create(&json!({"name": "c", "baseUrl": "https://x", "authSchemeConfigs": []}));
    let connector = uid_of(&made);
    let body = json!({"name": "1"});
    memory.run(&CreateVersion { connector, body }).unwrap();
    let version = "1".to_owned();
    (memory, VersionPath { connector, version })
}

fn parts(path: &VersionPath, kind: PartKind) -> PartsPath {
    PartsPath {
        path: path.clone(),
        kind,
        base: String::new(),
    }
}

#[test]
fn a_definition_in_use_is_told_with_what_refers_to_it() {
    let (mut memory, path) = with_draft();
    let mut make = |kind, body| {
        let parts = parts(&path, kind);
        memory
            .run(&CreateParts { parts, body })
            .unwrap()
            .answer
            .unwrap()
    };
    let pet = make(PartKind::Definition, json!({"name": "Pet", "schema": {}}));
    let action = make(
        PartKind::Action,
        json!({"name": "get", "responses": [{"definitions": [{"definition": {"name": "Pet"}}]}]}),
    );
    for chosen in [
        Chosen::Name("Pet".to_owned()),
        Chosen::Body(json!({"ids": [pet["id"]]})),
    ] {
        let delete = DeleteParts {
            parts: parts(&path, PartKind::Definition),
            chosen,
            force: false,
        };
        let error = delete.compute(&memory).unwrap_err();
        let response = Versori.error(&Request::default(), &error);
        assert_eq!(response.status, StatusCode::PRECONDITION_FAILED);
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        let reference = json!({"type": "action", "id": action["id"], "name": "get"});
        let expected = json!({"id": pet["id"], "name": "Pet", "referencedBy": [reference]});
        assert_eq!(
            (&body["code"], &body["definition"]),
            (&json!("412000"), &expected)
        );
    }
}

/// RFC 9110, section 13.2.1.
#[test]
fn preconditions_are_about_what_is_there_whatever_the_body_says() {
    let (memory, path) = with_draft();
    let update = UpdateVersion {
        path,
        body: json!({"updatedAt": "2020-01-01T00:00:00.000Z", "name": 7}),
    };
    let subject = update.subject(&memory).unwrap().unwrap();
    let version = memory.object(Kind::Version, subject.uid).unwrap().unwrap();
    assert_eq!(subject.tag, version.tag());
    assert!(matches!(
        update.compute(&memory),
        Err(Error::Invalid(_) | Error::Malformed(_))
    ));
}
