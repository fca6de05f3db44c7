"""Protocols, their auth schemes, and imports of OpenAPI documents."""

import json

import httpx
import pytest
import yaml

from support.versori import OPENAPI, fields

SCHEMES = [
    "none",
    "api-key",
    "basic-auth",
    "oauth2",
    "google-service-account",
    "hmac",
    "jwt-bearer",
    "custom-function",
    "certificate",
]


def test_protocols_are_those_of_the_classes(either):
    page = either.get("/protocols")
    assert page["totalCount"] == len(page["protocols"])
    assert {"http", "bigquery"} <= {one["slug"] for one in page["protocols"]}
    for one in page["protocols"]:
        assert one.keys() == {"id", "slug", "name", "description", "iconURL"} and all(one.values())
    first = either.get("/protocols", params={"first": 1})
    assert first["protocols"] == page["protocols"][:1]
    rest = either.get("/protocols", params={"after": first["next"]})
    assert first["protocols"] + rest["protocols"] == page["protocols"]


@pytest.mark.parametrize(
    ("slug", "schemes"), [("http", SCHEMES), ("bigquery", ["google-service-account", "oauth2"])]
)
def test_the_auth_schemes_of_a_protocol(either, slug, schemes):
    page = either.get(f"/protocols/{slug}/auth-schemes")
    assert page["totalCount"] == len(schemes)
    assert [one["type"] for one in page["authSchemes"]] == schemes
    for one in page["authSchemes"]:
        assert one.keys() == {"id", "type", "name", "description"} and all(one.values())


def test_an_unknown_protocol(organisation):
    assert organisation.get("/protocols/soap/auth-schemes", 404)["code"] == "404000"


def upload(organisation, path, document, status=201, metadata=None):
    text = document if isinstance(document, (str, bytes)) else json.dumps(document)
    files = {"file": ("pets.json", text)}
    data = {"metadata": json.dumps(metadata or {"format": "openapi", "version": "1"})}
    return organisation.request("POST", path, status, files=files, data=data).json()


NEW = "/protocols/http/import"


@pytest.mark.parametrize("print_", [json.dumps, yaml.safe_dump], ids=["json", "yaml"])
def test_a_document_becomes_a_connector(either, print_):
    answer = upload(either, NEW, print_(OPENAPI))
    connector = answer["connector"]
    assert (connector["name"], connector["baseUrl"]) == ("Pets", "https://eu.example.com/v1")
    assert [one["id"] for one in connector["authSchemeConfigs"]] == ["key"]
    [version] = connector["versions"]
    assert version["name"] == "1" and version["publishedAt"] is None
    assert {one["name"] for one in answer["actions"]} == {"get_pets_id", "removePet"}
    assert [one["name"] for one in answer["triggers"]] == ["petAdded"]
    assert {one["name"] for one in answer["definitions"]} == {"Pet", "Unused"}
    [message] = answer["messages"]
    assert message.keys() == {"text", "severity"} and message["severity"] == "warning"
    for one in answer["actions"] + answer["triggers"]:
        assert one["id"] and one["type"] == "http" and isinstance(one["parameters"], list)
    [get] = [one for one in answer["actions"] if one["name"] == "get_pets_id"]
    assert get["parameters"] == [{"name": "id", "in": "path", "required": True, "type": "string"}]
    [response] = get["responses"]
    [reference] = response["definitions"]
    assert response["status"] == 200 and response["id"] and reference["id"]
    assert reference["definition"] == {"name": "Pet"}
    [pet] = [one for one in answer["definitions"] if one["name"] == "Pet"]
    assert pet["referencedBy"] == [{"type": "action", "id": get["id"], "name": "get_pets_id"}]
    for one in answer["definitions"]:
        assert one["id"] and one["accept"] == ["application/json"]
        assert httpx.get(one["url"], headers=either.client.headers).json() == one["schema"]
    assert either.get(f"/connectors/{connector['id']}") == connector
    path = f"/connectors/{connector['id']}/versions/1"
    assert either.get(path)["messages"] == answer["messages"]
    assert either.get(f"{path}/actions") == {"totalCount": 2, "actions": answer["actions"]}
    assert either.get(f"{path}/definitions")["definitions"] == answer["definitions"]
    either.delete(f"{path}/definitions/Pet", 412)
    either.delete(f"{path}/definitions/Unused")


def test_a_document_becomes_a_version(organisation):
    made = organisation.http()
    path = f"/connector/{made['id']}/http/import"
    answer = upload(organisation, path, OPENAPI, metadata={"format": "openapi", "version": "2"})
    assert [one["name"] for one in answer["connector"]["versions"]] == ["2"]
    assert answer["connector"]["baseUrl"] == made["baseUrl"], "what the connector has stays"
    smaller = {**OPENAPI, "webhooks": {}}
    again = upload(organisation, path, smaller, metadata={"format": "openapi", "version": "2"})
    assert again["triggers"] == []
    assert organisation.get(f"/connectors/{made['id']}/versions/2/triggers")["totalCount"] == 0
    organisation.publish(made, "2")
    upload(organisation, path, OPENAPI, 409, metadata={"format": "openapi", "version": "2"})
    upload(organisation, "/connector/01ARZ3NDEKTSV4RRFFQ69G5FAV/http/import", OPENAPI, 404)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ("", "file"),
        ("{", "file"),
        ("a: b: c", "file"),
        ({"swagger": "2.0", "info": {"title": "a"}}, "file.openapi"),
        ({"openapi": "3.1.0"}, "file.info"),
        ({"openapi": "3.1.0", "info": {}}, "file.info.title"),
        ({"openapi": "3.1.0", "info": {"title": "a"}}, "file.servers"),
    ],
)
def test_what_is_no_document(organisation, document, field):
    error = upload(organisation, NEW, document, 400)
    assert field in fields(error)
    assert error["messages"] and all(one["severity"] == "error" for one in error["messages"])
    assert organisation.get("/connectors")["totalCount"] == 0


@pytest.mark.parametrize(
    ("metadata", "field"),
    [
        ({"version": "1"}, "metadata.format"),
        ({"format": "wsdl", "version": "1"}, "metadata.format"),
        ({"format": "openapi", "version": ""}, "metadata.version"),
        ({"format": "openapi", "version": "latest"}, "metadata.version"),
    ],
)
def test_what_the_metadata_needs(organisation, metadata, field):
    assert field in fields(upload(organisation, NEW, OPENAPI, 400, metadata))


def test_only_a_version_of_a_connector_must_be_named(organisation):
    made = upload(organisation, NEW, OPENAPI, metadata={"format": "openapi"})["connector"]
    assert [one["name"] for one in made["versions"]] == ["1.2.0"]
    path = f"/connector/{made['id']}/http/import"
    assert "metadata.version" in fields(
        upload(organisation, path, OPENAPI, 400, {"format": "openapi"})
    )


def test_a_form_without_its_parts(organisation):
    error = organisation.request("POST", NEW, 400, files={"other": ("a", "b")}).json()
    assert {"file", "metadata"} <= fields(error).keys()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"format": "openapi"}, "schemaURL"),
        ({"schemaURL": "https://x.example.com"}, "format"),
        ({"schemaURL": "file:///etc/passwd", "format": "openapi"}, "schemaURL"),
        ({"schemaURL": "https://x.example.com/openapi.json", "format": "wsdl"}, "format"),
        (
            {
                "schemaURL": "https://x.example.com/openapi.json",
                "format": "openapi",
                "filetype": "xml",
            },
            "filetype",
        ),
        (
            {
                "schemaURL": "https://x.example.com/openapi.json",
                "format": "openapi",
                "version": "latest",
            },
            "version",
        ),
    ],
)
def test_what_an_import_by_url_needs(organisation, body, field):
    assert field in fields(organisation.post(NEW, body, 400))
