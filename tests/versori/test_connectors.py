"""Create, get, delete, tags and categories of connectors."""

import pytest

from support.versori import SCHEMES, SECRET, connection, fields, http_connector, update_of

CATEGORIES = [
    "Development & IT",
    "ERP",
    "Supply Chain & Logistics",
    "Communication",
    "Accounting",
    "Hospitality",
    "Productivity",
    "HR",
    "CRM",
    "AI/LLMs",
    "eCommerce",
    "Business Operations",
]


def is_ulid(text):
    return (
        len(text) == 26 and set(text) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ") and text[0] <= "7"
    )


def test_a_http_connector_with_all_there_is(either):
    optional = {
        "public": True,
        "tags": {"team": ["a", "b"]},
        "documentationURL": "https://docs.example.com",
        "imageURL": "https://img.example.com",
        "connectionVariables": [{"name": "region", "value": "eu"}],
    }
    made = either.http(
        authSchemeConfigs=SCHEMES, connections=[connection("prod"), connection("test")], **optional
    )
    assert is_ulid(made["id"]) and made["organisationId"] == either.id
    assert (made["protocol"], made["baseUrl"], made["versions"]) == (
        "http",
        "https://pets.example.com",
        [],
    )
    assert {name: made[name] for name in optional} == optional
    assert [one["id"] for one in made["authSchemeConfigs"]] == [one["id"] for one in SCHEMES]
    assert [one["name"] for one in made["connections"]] == ["prod", "test"]
    assert all(is_ulid(one["id"]) for one in made["connections"])
    assert SECRET not in str(made)
    assert either.get(f"/connectors/{made['id']}") == made


def test_a_bigquery_connector(either):
    made = either.bigquery(tags={"a": ["b"]})
    assert (made["protocol"], made["datasetId"]) == ("bigquery", "project.sales")
    assert "baseUrl" not in made
    assert either.get(f"/connectors/{made['id']}") == made


def test_connections_may_be_left_out(organisation):
    body = http_connector()
    del body["connections"]
    assert organisation.post("/protocols/http/connectors", body)["connections"] == []


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"baseUrl": None}, "baseUrl"),
        ({"baseUrl": "nowhere"}, "baseUrl"),
        ({"authSchemeConfigs": None}, "authSchemeConfigs"),
        ({"authSchemeConfigs": {}}, "authSchemeConfigs"),
        ({"connections": [{"name": "a"}]}, "connections[0].credentials"),
        ({"connections": [connection("a"), connection("a")]}, "connections[1].name"),
        ({"connectionVariables": [{"name": "a"}]}, "connectionVariables[0].value"),
        ({"public": 1}, "public"),
        ({"tags": {"a": "b"}}, "tags.a"),
    ],
)
def test_what_is_wrong_is_named(organisation, members, field):
    body = {name: value for name, value in http_connector(**members).items() if value is not None}
    error = organisation.post("/protocols/http/connectors", body, 400)
    assert field in fields(error)
    assert error["code"] == "400001" and error["message"]
    assert organisation.get("/connectors")["totalCount"] == 0


@pytest.mark.parametrize("dataset", ["project", ".sales", "project.", "pro ject.sales", 7])
def test_a_dataset_is_a_project_and_a_dataset(organisation, dataset):
    body = {"name": "Sales", "datasetId": dataset, "connections": []}
    assert set(fields(organisation.post("/protocols/bigquery/connectors", body, 400))) == {
        "datasetId"
    }


def test_bodies_that_are_no_json_object(organisation):
    path = f"{organisation.root}/protocols/http/connectors"
    for body in [b"{", b"", b"[]", b"7"]:
        response = organisation.client.post(
            path, content=body, headers={"Content-Type": "application/json"}
        )
        assert response.status_code == 400, body
        assert response.json()["code"].startswith("400")


def test_a_connector_is_seen_by_other_dialects_and_theirs_are_seen_here(organisation):
    made = organisation.http(name="Far Away")
    exported = organisation.client.get("/v2/runtime/connector/Far Away/export")
    assert exported.status_code == 200 and exported.json()["name"] == "Far Away"
    imported = organisation.client.post(
        "/v2/runtime/connector/import",
        json={
            "name": "Lake",
            "datasourceType": "BIGQUERY",
            "applications": [
                {
                    "appType": "ACCESS_CONTROL",
                    "deployConfigs": [],
                    "appConfigs": [{"name": "CONNECTOR_BIGQUERY_PROJECT_ID", "value": "p"}],
                }
            ],
        },
    )
    assert imported.status_code == 201, imported.text
    [lake] = organisation.get("/connectors", params={"name": "lake"})["connectors"]
    assert (lake["protocol"], lake["datasetId"]) == ("bigquery", "")
    answered = organisation.put(
        f"/connectors/{lake['id']}", update_of(lake, datasetId="p.d", name="Lake")
    )
    assert answered["datasetId"] == "p.d"
    exported = organisation.client.get("/v2/runtime/connector/Lake/export").json()
    assert exported["applications"], "what this dialect does not show stays"
    assert made["id"] != lake["id"]


# Delete


def test_a_connector_goes_with_all_that_belongs_to_it(organisation):
    made = organisation.http()
    path = f"/connectors/{made['id']}"
    organisation.delete(path)
    assert organisation.get(path, 404)["code"] == "404000"
    organisation.delete(path, 404)


def test_what_is_in_use_is_deleted_by_force_only(organisation):
    made = organisation.http(connections=[connection("prod")])
    path = f"/connectors/{made['id']}"
    error = organisation.delete(path, 409)
    assert error["code"].startswith("409") and "force" in error["message"]
    organisation.delete(path, 409, params={"force": "false"})
    organisation.delete(path, 400, params={"force": "maybe"})
    organisation.delete(path, params={"force": "true"})
    organisation.get(f"{path}/connections/prod", 404)


def test_a_published_version_keeps_its_connector(organisation):
    made = organisation.http()
    organisation.version(made, "1")
    organisation.publish(made, "1")
    path = f"/connectors/{made['id']}"
    organisation.delete(path, 409)
    organisation.post(f"{path}/versions/1/unpublish", None, 200)
    organisation.delete(path)


def test_a_stale_delete_is_refused(organisation):
    made = organisation.http()
    path = f"/connectors/{made['id']}"
    tag = organisation.request("GET", path, 200).headers["etag"]
    organisation.put(path, update_of(made, public=True))
    organisation.delete(path, 412, headers={"If-Match": tag})
    preview = organisation.delete(path, 200, params={"preview": "true"})
    assert preview["operation"] == "delete" and preview["after"] is None
    organisation.get(path)


# Tags and categories


def test_tags_are_replaced(organisation):
    made = organisation.http(tags={"a": ["1"]})
    path = f"/connectors/{made['id']}"
    assert organisation.put(f"{path}/tags", {"tags": {"b": ["2", "3"], "c": []}}, 204) is None
    read = organisation.get(path)
    assert read["tags"] == {"b": ["2", "3"], "c": []}
    assert read["updatedAt"] > made["updatedAt"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "tags"),
        ({"tags": []}, "tags"),
        ({"tags": {"a": "b"}}, "tags.a"),
        ({"tags": {"a,b": []}}, "tags.a,b"),
    ],
)
def test_tags_have_a_form(organisation, body, field):
    made = organisation.http()
    assert field in fields(organisation.put(f"/connectors/{made['id']}/tags", body, 400))


def test_categories_are_replaced(organisation):
    made = organisation.http()
    path = f"/connectors/{made['id']}"
    assert organisation.put(f"{path}/categories", {"categories": CATEGORIES}, 204) is None
    assert organisation.get(path)["categories"] == CATEGORIES
    organisation.put(f"{path}/categories", {"categories": []}, 204)
    assert "categories" not in organisation.get(path)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "categories"),
        ({"categories": "ERP"}, "categories"),
        ({"categories": ["ERP", "Gardening"]}, "categories[1]"),
        ({"categories": ["ERP", "ERP"]}, "categories[1]"),
        ({"categories": [1]}, "categories[0]"),
    ],
)
def test_categories_are_those_of_the_list(organisation, body, field):
    made = organisation.http()
    assert field in fields(organisation.put(f"/connectors/{made['id']}/categories", body, 400))


@pytest.mark.parametrize("prefix", ["", "/api/connect/v1"])
def test_the_list_of_categories(organisation, prefix):
    response = organisation.client.get(f"{prefix}/categories")
    assert response.status_code == 200 and response.json() == CATEGORIES


# Idempotency keys


def test_a_repeated_create_is_answered_as_the_first_time(organisation):
    headers = {"Idempotency-Key": "one"}
    body = http_connector(connections=[connection("a")])
    first = organisation.request(
        "POST", "/protocols/http/connectors", 201, json=body, headers=headers
    )
    again = organisation.request(
        "POST", "/protocols/http/connectors", 201, json=body, headers=headers
    )
    assert again.json() == first.json()
    assert again.headers["etag"] == first.headers["etag"]
    assert organisation.get("/connectors")["totalCount"] == 1
    error = organisation.post(
        "/protocols/http/connectors", http_connector(name="Other"), 400, headers=headers
    )
    assert "Idempotency-Key" in fields(error)


# Access


def test_who_may(organisation, anyone):
    path = f"{organisation.root}/connectors"
    response = anyone.get(path)
    assert response.status_code == 401 and response.json()["code"] == "401000"
    reader = organisation.scope.client_with(organisation.scope.new_key("read")["key"])
    assert reader.get(path).status_code == 200
    response = reader.post(f"{organisation.root}/protocols/http/connectors", json=http_connector())
    assert response.status_code == 403 and response.json()["code"] == "403000"
    key = organisation.scope.key
    assert anyone.get(path, headers={"Authorization": f"JWT {key}"}).status_code == 200
    assert anyone.get(path, headers={"Cookie": f"cookie={key}"}).status_code == 200


def test_methods_and_paths_that_are_not_there(organisation):
    response = organisation.client.patch(f"{organisation.root}/connectors")
    assert response.status_code == 405 and response.json()["code"] == "405000"
    assert organisation.get("/nothing", 404)["code"] == "404000"
