"""Create, list, read, replace, clone and delete: what a client sends and gets (reference B1 to B3)."""

import re

import pytest

from support import sailpoint
from support.pingone import CLONE, TIMESTAMP, check_error, instance


def test_a_201_has_the_published_fields(environment):
    response = environment.create()
    assert response.status_code == 201, response.text
    assert response.headers["content-type"] == "application/json"
    created = response.json()
    assert re.fullmatch("[0-9a-f]{32}", created["id"])
    href = f"{environment.client.base_url}{environment.instances}/{created['id']}"
    assert response.headers["location"] == href
    assert created["_links"] == {
        "self": {"href": href},
        "environment": {"href": f"{environment.client.base_url}{environment.path}"},
        "connectorInstance.clone": {"href": href},
    }
    assert created["environment"] == {"id": environment.id}
    assert created["connector"] == {"id": "httpConnector"}
    assert created["name"] == "API_HTTP_Connection"
    assert TIMESTAMP.fullmatch(created["createdAt"])
    assert created["updatedAt"] == created["createdAt"]
    assert "properties" not in created
    metadata = created["metadata"]
    assert metadata["type"] in ("core", "ping", "service")
    assert set(metadata["colors"]) == {"canvas", "canvasText", "dark"}
    assert metadata["logos"]["canvas"]["imageFileName"]


def test_metadata_is_that_of_the_connector(environment):
    created = environment.created(connector={"id": "connectorZendesk"})
    connector = environment.client.get(f"{environment.path}/connectors/connectorZendesk").json()
    assert created["metadata"] == connector["metadata"]


def test_what_was_created_is_read_and_listed_in_order(environment):
    made = [environment.created(name=f"n {number}") for number in range(3)]
    assert environment.get(made[1]["id"]).json() == made[1]
    listed = environment.client.get(environment.instances).json()
    assert listed["_embedded"]["connectorInstances"] == made
    base = environment.client.base_url
    assert listed["_links"] == {
        "self": {"href": f"{base}{environment.instances}"},
        "environment": {"href": f"{base}{environment.path}"},
    }


def test_an_empty_collection_is_an_empty_list(environment):
    assert environment.list() == []


def test_a_collection_has_no_pages_unless_they_are_asked_for(environment):
    names = {f"n {number}" for number in range(60)}
    for name in names:
        environment.created(name=name)
    listed = environment.client.get(environment.instances).json()
    assert {one["name"] for one in listed["_embedded"]["connectorInstances"]} == names
    assert "next" not in listed["_links"]


def test_the_path_is_with_or_without_the_version_and_hrefs_always_have_it(environment):
    created = environment.client.post(
        f"/environments/{environment.id}/connectorInstances", json=instance()
    ).json()
    assert f"/v1/environments/{environment.id}/" in created["_links"]["self"]["href"]
    for path in ("", "/connectorInstances", f"/connectorInstances/{created['id']}", "/connectors"):
        short = environment.client.get(f"/environments/{environment.id}{path}")
        assert short.json() == environment.client.get(f"{environment.path}{path}").json()


def test_names_are_not_unique(environment):
    ids = {environment.created()["id"] for _ in range(3)}
    assert len(ids) == len(environment.list()) == 3


PROPERTIES = {
    "scalar": {"value": "text", "type": "string", "displayName": "Scalar"},
    "number": {"value": 5, "type": "number"},
    "float": {"value": 2.50},
    "flag": {"value": False, "type": "boolean"},
    "list": {"value": ["a", 1, None, {"b": []}], "type": "array"},
    "nested": {"value": {"a": {"b": [1, {"c": None}]}}, "type": "object"},
    "nothing": {"value": None},
    "described": {
        "type": "string",
        "displayName": "Described",
        "preferredControlType": "dropDown",
        "required": True,
        "secure": False,
        "info": "What it is",
        "options": [{"name": "One", "value": "1"}],
        "enum": ["1"],
        "sections": ["general"],
        "disabled": False,
        "initializeValue": "1",
        "copyToClip": True,
        "value": "1",
    },
    "openId": {
        "properties": {"issuerUrl": {"displayName": "Issuer", "value": "https://idp.example"}}
    },
    "bare": "value by itself",
    "marks": {
        "sensitive": 1,
        "name": "n",
        "value": 1,
    },
}


def test_properties_of_every_shape_come_back_as_they_were_sent(environment):
    created = environment.created(properties=PROPERTIES)
    assert created["properties"] == PROPERTIES
    assert environment.get(created["id"]).json()["properties"] == PROPERTIES
    replaced = environment.replace(created["id"], {**created, "name": "other"})
    assert replaced.json()["properties"] == PROPERTIES


@pytest.mark.parametrize("empty", [{}, None])
def test_empty_properties_are_not_shown(environment, empty):
    document = {**instance(), "properties": empty}
    response = environment.create(document)
    assert response.status_code == 201
    assert "properties" not in response.json()


def test_unknown_members_are_kept(environment):
    extra = {"tags": ["a", {"b": 1}], "connector": {"id": "httpConnector", "version": "1.0.0"}}
    created = environment.created(**extra)
    assert created["tags"] == extra["tags"]
    assert created["connector"] == extra["connector"]
    assert "tags" not in environment.replace(created["id"], instance()).json()


def test_what_only_the_server_sets_is_ignored(environment):
    own = {
        "id": "f" * 32,
        "environment": {"id": "x"},
        "createdAt": "x",
        "updatedAt": "x",
        "metadata": 1,
        "_links": [],
    }
    created = environment.created(**own)
    assert created["id"] != own["id"]
    assert created["environment"]["id"] == environment.id
    replaced = environment.replace(created["id"], instance(name="other", **own)).json()
    for member in ("id", "environment", "createdAt", "metadata", "_links"):
        assert replaced[member] == created[member]


def test_a_replacement_unsets_what_it_leaves_out(environment):
    created = environment.created(properties={"a": {"value": 1}, "b": {"value": 2}})
    replaced = environment.replace(
        created["id"], instance(name="HTTP_Connection", properties={"b": {"value": 3}})
    )
    assert replaced.status_code == 200, replaced.text
    replaced = replaced.json()
    assert replaced["name"] == "HTTP_Connection"
    assert replaced["properties"] == {"b": {"value": 3}}
    assert replaced["createdAt"] == created["createdAt"]
    assert replaced["updatedAt"] >= created["updatedAt"]
    assert environment.get(created["id"]).json() == replaced
    assert "properties" not in environment.replace(created["id"], instance()).json()


def test_a_replacement_tolerates_an_empty_connector_id(environment):
    created = environment.created()
    replaced = environment.replace(
        created["id"], {"connector": {"id": ""}, "name": "HTTP_Connection"}
    )
    assert replaced.status_code == 200, replaced.text
    assert replaced.json()["connector"] == {"id": "httpConnector"}


def test_the_connector_of_an_instance_cannot_change(environment):
    created = environment.created()
    document = instance(connector={"id": "connectorZendesk"})
    details = check_error(environment.replace(created["id"], document), 400, "INVALID_DATA")
    assert details == [("INVALID_VALUE", "connector.id")]


@pytest.mark.parametrize("content", [b"", b"{}\n", b'{"any": "thing"}'])
def test_a_clone_is_a_new_instance_named_after_its_source(environment, content):
    source = environment.created(name="HTTP_Connection", properties={"a": {"value": [1]}})
    response = environment.clone(source["id"], content)
    assert response.status_code == 201, response.text
    clone = response.json()
    assert clone["id"] != source["id"]
    assert re.fullmatch("HTTP_Connection clone [0-9a-f]{4}", clone["name"])
    assert clone["createdAt"] == clone["updatedAt"]
    for member in ("connector", "environment", "properties", "metadata"):
        assert clone[member] == source[member]
    assert environment.get(clone["id"]).json() == clone
    assert environment.get(source["id"]).json() == source


def test_a_clone_can_be_cloned_and_outlives_its_source(environment):
    source = environment.created(name="a")
    clone = environment.clone(source["id"]).json()
    again = environment.clone(clone["id"]).json()
    assert re.fullmatch("a clone [0-9a-f]{4} clone [0-9a-f]{4}", again["name"])
    assert environment.delete(source["id"]).status_code == 204
    assert {one["id"] for one in environment.list()} == {clone["id"], again["id"]}


def test_a_clone_is_another_object_to_every_api(environment):
    """Who exports both finds two of them, and no signature of a document that the clone is not."""
    tenant = sailpoint.Tenant(environment.client)
    signed = sailpoint.config(
        "SOURCE",
        "2c9180835d2e5168015d32f890ca1581",
        "AD",
        {"connector": "http"},
        note="of the original",
    )
    tenant.run_import(sailpoint.file(signed))
    [source] = environment.list()
    clone = environment.clone(source["id"]).json()
    exported = {
        item["self"]["name"]: item for item in tenant.export(includeTypes=["SOURCE"])["objects"]
    }
    assert exported.keys() == {"AD", clone["name"]}
    assert exported["AD"]["self"]["id"] != exported[clone["name"]]["self"]["id"]
    assert "note" in exported["AD"] and "note" not in exported[clone["name"]]


def test_a_clone_of_the_longest_name_is_not_longer(environment):
    clone = environment.clone(environment.created(name="ü" * 256)["id"]).json()
    assert len(clone["name"]) == 256
    assert re.fullmatch("ü+ clone [0-9a-f]{4}", clone["name"])


def test_a_deleted_instance_is_gone(environment):
    created = environment.created()
    response = environment.delete(created["id"])
    assert response.status_code == 204
    assert response.content == b""
    assert "content-length" not in response.headers
    for answer in (
        environment.get(created["id"]),
        environment.delete(created["id"]),
        environment.replace(created["id"], instance()),
        environment.clone(created["id"]),
    ):
        check_error(answer, 404, "NOT_FOUND")
    assert environment.list() == []


def test_an_instance_that_another_refers_to_can_be_deleted(environment):
    used = environment.created(name="used")
    user = environment.created(name="user", properties={"connectionId": {"value": used["id"]}})
    assert environment.delete(used["id"]).status_code == 204
    assert environment.get(user["id"]).json()["properties"] == {
        "connectionId": {"value": used["id"]}
    }


def test_a_head_is_a_get_without_a_body(environment):
    created = environment.created()
    head = environment.client.head(f"{environment.instances}/{created['id']}")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["etag"] == environment.get(created["id"]).headers["etag"]


def test_the_ids_of_a_request_do_no_harm(environment):
    headers = {"X-Ping-External-Session-ID": "s", "X-Ping-External-Transaction-ID": "t"}
    assert environment.create(headers=headers).status_code == 201


def test_connectors_of_other_dialects_are_instances_too(environment):
    document = {
        "name": "Sales",
        "datasourceType": "SNOWFLAKE",
        "applications": [
            {
                "appType": "ACCESS_CONTROL",
                "appConfigs": [
                    {
                        "name": "CONNECTOR_SNOWFLAKE_JDBC_URL",
                        "value": "jdbc:snowflake://a.snowflakecomputing.com",
                    },
                    {"name": "CONNECTOR_SNOWFLAKE_JDBC_USERNAME", "value": "u"},
                    {"name": "CONNECTOR_SNOWFLAKE_JDBC_PASSWORD", "value": "hunter2"},
                ],
                "deployConfigs": [],
            }
        ],
    }
    imported = environment.client.post("/v2/runtime/connector/import", json=document)
    assert imported.status_code == 201, imported.text
    [shown] = environment.list()
    assert shown["name"] == "Sales"
    assert shown["connector"] == {"id": "snowflakeConnector"}
    before = environment.client.get("/v2/runtime/connector/Sales/export").json()
    properties = {**shown["properties"], "region": {"value": "eu"}}
    replaced = environment.replace(
        shown["id"], instance(name="Sales", connector=shown["connector"], properties=properties)
    )
    assert replaced.status_code == 200, replaced.text
    after = environment.client.get("/v2/runtime/connector/Sales/export").json()
    # A property that no row is for is one more of the first application.
    after["applications"][0]["appConfigs"].pop()
    assert after == before
    clone = environment.clone(shown["id"], headers={"content-type": f"{CLONE}; charset=utf-8"})
    assert clone.json()["properties"] == properties
