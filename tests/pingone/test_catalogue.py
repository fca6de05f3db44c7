"""The environment and the catalogue of connectors (reference B1, B3 and B5)."""

import re
import uuid

import pytest

from support.pingone import TIMESTAMP, check_error, instance

COLOR = re.compile("#[0-9A-Fa-f]{6}")


def connectors(environment):
    response = environment.client.get(f"{environment.path}/connectors")
    assert response.status_code == 200, response.text
    return response.json()


def test_the_environment_has_what_the_go_client_requires(environment):
    document = environment.client.get(environment.path).json()
    assert document["id"] == environment.id
    assert document["name"] == environment.scope.name
    assert document["region"] in ("AP", "AU", "CA", "EU", "NA", "SG")
    assert document["type"] in ("PRODUCTION", "SANDBOX")
    assert document["createdAt"] == "2024-01-01T00:00:00.000Z"
    assert TIMESTAMP.fullmatch(document["updatedAt"])
    for id in (document["id"], document["organization"]["id"]):
        uuid.UUID(id)
    assert document["_links"]["self"]["href"] == f"{environment.client.base_url}{environment.path}"


def test_the_catalogue_has_at_least_twenty_connectors(environment):
    catalogue = connectors(environment)
    base = environment.client.base_url
    assert catalogue["_links"]["self"]["href"] == f"{base}{environment.path}/connectors"
    assert catalogue["_links"]["environment"]["href"] == f"{base}{environment.path}"
    listed = catalogue["_embedded"]["connectors"]
    assert len(listed) >= 20
    assert len({connector["id"] for connector in listed}) == len(listed)
    for connector in listed:
        assert (
            connector["_links"]["self"]["href"]
            == f"{base}{environment.path}/connectors/{connector['id']}"
        )
        assert connector["environment"] == {"id": environment.id}
        assert connector["name"] and connector["version"]
        assert TIMESTAMP.fullmatch(connector["createdAt"])
        assert connector["metadata"]["type"] in ("core", "ping", "service")
        assert all(COLOR.fullmatch(color) for color in connector["metadata"]["colors"].values())
        assert connector["metadata"]["logos"]["canvas"]["imageFileName"]


def test_a_connector_is_read_as_it_is_listed(environment):
    for connector in connectors(environment)["_embedded"]["connectors"]:
        assert (
            environment.client.get(f"{environment.path}/connectors/{connector['id']}").json()
            == connector
        )


def test_the_published_connector(environment):
    zendesk = environment.client.get(f"{environment.path}/connectors/connectorZendesk").json()
    assert zendesk["name"] == "Zendesk"
    assert zendesk["metadata"]["type"] == "service"
    assert zendesk["metadata"]["vendor"] == "zendesk"
    assert zendesk["metadata"]["colors"] == {
        "canvas": "#BDD9D7",
        "canvasText": "#212529",
        "dark": "#03363D",
    }
    assert zendesk["metadata"]["logos"] == {"canvas": {"imageFileName": "zendesk.svg"}}


def test_every_connector_has_details_and_instances(environment):
    classes = environment.client.get(f"/v1/scopes/{environment.scope.name}/classes").json()
    opaque = {one["pingone"]["id"] for one in classes["classes"] if one.get("opaque")}
    for connector in connectors(environment)["_embedded"]["connectors"]:
        if connector["id"] in opaque:
            continue
        path = f"{environment.path}/connectors/{connector['id']}/details"
        details = environment.client.get(path).json()
        assert details["_links"]["self"]["href"] == f"{environment.client.base_url}{path}"
        assert details["environment"] == {"id": environment.id}
        assert TIMESTAMP.fullmatch(details["createdAt"])
        for property in details["properties"].values():
            assert property["type"] in ("string", "number", "boolean", "array", "object")
            assert property["displayName"] and isinstance(property["secure"], bool)
        assert details["capabilities"]
        for item in details["accountConfigView"]["items"]:
            assert item["propertyName"] in details["properties"]
        assert isinstance(details["credentialsView"]["items"], list)
        for section in details["sections"] + details["flowSections"]:
            assert section["name"] and section["value"]
        assert environment.created(connector={"id": connector["id"]})["connector"] == {
            "id": connector["id"]
        }


def test_what_the_details_call_secure_is_masked(environment):
    details = environment.client.get(f"{environment.path}/connectors/oktaConnector/details").json()
    secure = [name for name, property in details["properties"].items() if property["secure"]]
    assert secure
    created = environment.created(
        connector={"id": "oktaConnector"},
        properties={name: {"value": "hunter2"} for name in details["properties"]},
    )
    shown = {
        name for name, property in created["properties"].items() if property["value"] == "******"
    }
    assert shown == set(secure)


def test_an_unknown_connector_is_404(environment):
    for path in ("noSuchConnector", "noSuchConnector/details", "details"):
        check_error(
            environment.client.get(f"{environment.path}/connectors/{path}"), 404, "NOT_FOUND"
        )


def test_a_class_of_the_scope_is_a_connector(environment):
    document = {
        "displayName": "Mine",
        "description": "Our own",
        "version": "2.0.0",
        "parameters": [{"name": "pin", "type": "string", "sensitive": True}],
    }
    put = environment.client.put(
        f"/v1/scopes/{environment.scope.name}/classes/my-own", json=document
    )
    assert put.status_code == 201, put.text
    connector = environment.client.get(f"{environment.path}/connectors/my-own").json()
    assert (connector["name"], connector["version"]) == ("Mine", "2.0.0")
    created = environment.created(connector={"id": "my-own"}, properties={"pin": {"value": "1234"}})
    assert created["properties"] == {"pin": {"value": "******"}}
    assert created["metadata"] == connector["metadata"]
    environment.client.delete(f"/v1/scopes/{environment.scope.name}/classes/my-own")
    left = environment.get(created["id"]).json()
    assert left["connector"] == {"id": "my-own"}
    assert left["properties"]["pin"]["value"] == "******"
    replaced = environment.replace(
        created["id"], instance(name="b", connector={"id": "my-own"}, properties=left["properties"])
    )
    assert replaced.status_code == 200, replaced.text


@pytest.mark.parametrize(
    "name", ["connectors", "details", "environments", "connector-instances", "v1"]
)
def test_a_connector_that_is_named_like_a_word_of_our_paths_is_read_like_any(environment, name):
    scope = environment.scope
    document = {"parameters": [{"name": "url"}]}
    assert (
        scope.client.put(f"/v1/scopes/{scope.name}/classes/{name}", json=document).status_code
        == 201
    )
    for root in (environment.path, environment.path.removeprefix("/v1")):
        path = f"{root}/connectors/{name}"
        minimal, details = (scope.client.get(address) for address in (path, f"{path}/details"))
        assert (minimal.status_code, details.status_code) == (200, 200)
        assert minimal.json()["id"] == details.json()["id"] == name
        assert minimal.json()["name"] == name and "properties" not in minimal.json()
        assert list(details.json()["properties"]) == ["url"] and "metadata" not in details.json()
        assert scope.client.get(f"{path}/").json() == minimal.json()
