"""Versions: latest and default, publishing, and what they are made of."""

import pytest
from support.versori import fields


@pytest.fixture
def made(organisation):
    return organisation.http()


def path_of(connector, version=None):
    path = f"/connectors/{connector['id']}/versions"
    return path if version is None else f"{path}/{version}"


def test_a_version_is_a_draft_first(organisation, made):
    version = organisation.version(made, "1.0", description="The first")
    expected = {"name": "1.0", "description": "The first", "isLatest": False, "isDefault": False, "publishedAt": None}
    assert {name: version[name] for name in expected} == expected
    assert version["id"] and version["createdAt"] == version["updatedAt"]
    assert organisation.get(path_of(made, "1.0")) == version
    assert organisation.get(path_of(made)) == {"totalCount": 1, "items": [version]}
    assert organisation.get(f"/connectors/{made['id']}")["versions"] == [version]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "latest"}, "name"),
        ({"name": "default"}, "name"),
        ({"name": "a/b"}, "name"),
        ({"name": "x" * 257}, "name"),
        ({"name": "1", "description": 1}, "description"),
        ({"name": "1", "fromVersion": "0"}, "fromVersion"),
        ({"name": "1", "fromVersion": "latest"}, "fromVersion"),
    ],
)
def test_what_a_version_needs(organisation, made, body, field):
    assert field in fields(organisation.post(path_of(made), body, 400))


def test_names_are_unique_within_a_connector(organisation, made):
    organisation.version(made, "1")
    assert organisation.post(path_of(made), {"name": "1"}, 409)["code"] == "409001"
    organisation.version(organisation.http(), "1")
    organisation.version(made, "2")
    organisation.put(path_of(made, "2"), {"name": "1"}, 409)


def test_latest_and_default(organisation, made):
    for name in ("latest", "default"):
        organisation.get(path_of(made, name), 404)
    for name in ("1", "2", "3"):
        organisation.version(made, name)
    organisation.publish(made, "2")
    organisation.publish(made, "1")
    assert organisation.get(path_of(made, "latest"))["name"] == "1"
    assert organisation.get(path_of(made, "default"))["name"] == "1"
    chosen = organisation.put(path_of(made, "2"), {"isDefault": True})
    assert (chosen["isDefault"], chosen["isLatest"]) == (True, False)
    organisation.publish(made, "3")
    flags = {one["name"]: (one["isLatest"], one["isDefault"]) for one in organisation.get(path_of(made))["items"]}
    assert flags == {"1": (False, False), "2": (False, True), "3": (True, False)}
    organisation.put(path_of(made, "2"), {"isDefault": False})
    assert organisation.get(path_of(made, "default"))["name"] == "3"
    organisation.put(path_of(made, "2"), {"isDefault": True})
    organisation.delete(path_of(made, "2"), params={"force": "true"})
    assert organisation.get(path_of(made, "default"))["name"] == "3"


def test_publishing(organisation, made):
    draft = organisation.version(made, "1")
    published = organisation.publish(made, "1")
    assert published["publishedAt"] and published["isLatest"] and published["isDefault"]
    assert published["updatedAt"] > draft["updatedAt"]
    assert organisation.publish(made, "1") == published
    taken_back = organisation.post(f"{path_of(made, 'latest')}/unpublish", None, 200)["version"]
    assert taken_back["publishedAt"] is None and not taken_back["isLatest"]
    organisation.post(f"{path_of(made, '7')}/publish", None, 404)


def test_a_draft_can_be_changed_and_a_published_version_cannot(organisation, made):
    organisation.version(made, "1", description="a")
    changed = organisation.put(path_of(made, "1"), {"name": "2", "description": "b"})
    assert (changed["name"], changed["description"]) == ("2", "b")
    assert "description" not in organisation.put(path_of(made, "2"), {"name": "2"})
    published = organisation.publish(made, "2")
    organisation.put(path_of(made, "2"), {"name": "3"}, 409)
    organisation.put(path_of(made, "2"), {"name": "2", "description": "c"}, 409)
    organisation.put(path_of(made, "2"), published)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        ("isLatest", True),
        ("createdAt", "2020-01-01T00:00:00.000Z"),
        ("updatedAt", "2020-01-01T00:00:00.000Z"),
        ("publishedAt", "2020-01-01T00:00:00.000Z"),
    ],
)
def test_what_is_only_read_must_not_differ(organisation, made, name, value):
    version = organisation.version(made, "1")
    assert name in fields(organisation.put(path_of(made, "1"), {**version, name: value}, 400))
    organisation.put(path_of(made, "1"), version)


def test_what_is_published_is_deleted_by_force_only(organisation, made):
    organisation.version(made, "1")
    organisation.publish(made, "1")
    assert organisation.delete(path_of(made, "1"), 409)["code"] == "409000"
    organisation.delete(path_of(made, "1"), params={"force": "true"})
    organisation.get(path_of(made, "1"), 404)
    organisation.version(made, "1")
    organisation.delete(path_of(made, "1"))


# What a version is made of


@pytest.mark.parametrize("kind", ["actions", "triggers", "definitions"])
def test_parts_are_made_read_changed_and_deleted(organisation, made, kind):
    organisation.version(made, "1")
    before = organisation.get(path_of(made, "1"))
    path = f"{path_of(made, '1')}/{kind}"
    part = {"name": "get pet", "schema": {"type": "object"}, "more": [1, {"deep": None}]}
    assert organisation.post(path, part) == part
    assert organisation.post(path, part, 409)["code"] == "409001"
    assert organisation.get(path) == {"totalCount": 1, "items": [part]}
    assert organisation.get(f"{path}/get%20pet") == part
    assert organisation.get(path_of(made, "1"))["updatedAt"] > before["updatedAt"]
    changed = {"name": "get pets"}
    assert organisation.put(f"{path}/get%20pet", changed) == changed
    organisation.get(f"{path}/get%20pet", 404)
    organisation.delete(f"{path}/get%20pets")
    organisation.delete(f"{path}/get%20pets", 404)
    for body, field in [({}, "name"), ({"name": "a/b"}, "name"), ({"name": "a", "schema": 1}, "schema")]:
        assert field in fields(organisation.post(path, body, 400))


def test_what_a_version_is_made_of_is_copied(organisation, made):
    organisation.version(made, "1")
    organisation.post(f"{path_of(made, '1')}/actions", {"name": "a"})
    organisation.publish(made, "1")
    organisation.post(f"{path_of(made, '1')}/actions", {"name": "b"}, 409)
    organisation.version(made, "2", fromVersion="latest")
    organisation.post(f"{path_of(made, '2')}/actions", {"name": "b"})
    names = {v: [one["name"] for one in organisation.get(f"{path_of(made, v)}/actions")["items"]] for v in ("1", "2")}
    assert names == {"1": ["a"], "2": ["a", "b"]}


def test_a_definition_that_is_referred_to_stays(organisation, made):
    organisation.version(made, "1")
    path = path_of(made, "1")
    organisation.post(f"{path}/definitions", {"name": "Pet", "schema": {"type": "object"}})
    reference = {"schema": {"$ref": "#/definitions/Pet"}}
    organisation.post(f"{path}/actions", {"name": "get", "responses": [reference]})
    assert organisation.delete(f"{path}/definitions/Pet", 412)["code"] == "412000"
    organisation.delete(f"{path}/actions/get")
    organisation.delete(f"{path}/definitions/Pet")


def test_a_schema_by_its_file(organisation, made):
    organisation.version(made, "1")
    schema = {"type": "object", "properties": {"name": {"type": "string"}}}
    organisation.post(f"{path_of(made, '1')}/definitions", {"name": "Pet", "schema": schema})
    for file in ("Pet", "Pet.json"):
        response = organisation.request("GET", f"/schemas/{made['id']}/1/{file}", 200)
        assert response.headers["content-type"] == "application/schema+json"
        assert response.json() == schema
    organisation.get(f"/schemas/{made['id']}/1/Dog", 404)


# The library


def test_a_public_version_can_be_imported_by_others(organisation, new_scope):
    from support.versori import Organisation, connection

    library = organisation.http(public=True, connections=[connection("prod")])
    organisation.version(library, "1")
    organisation.post(f"{path_of(library, '1')}/actions", {"name": "a"})
    other = Organisation(new_scope())
    path = f"{path_of(library, '1')}/library/import"
    other.post(path, None, 404)
    organisation.publish(library, "1")
    imported = other.post(path, None, 200)
    assert (imported["name"], imported["organisationId"]) == (library["name"], other.id)
    assert imported["connections"] == [] and imported["id"] != library["id"]
    [version] = imported["versions"]
    assert version["name"] == "1" and version["isLatest"]
    assert [one["name"] for one in other.get(f"{path_of(imported, '1')}/actions")["items"]] == ["a"]
    assert organisation.post(f"{path_of(library, '1')}/unpublish", None, 409)["code"] == "409000"
    other.delete(f"/connectors/{imported['id']}", params={"force": "true"})
    organisation.post(f"{path_of(library, '1')}/unpublish", None, 200)


def test_what_is_not_public_cannot_be_imported_by_others(organisation, new_scope):
    from support.versori import Organisation

    library = organisation.http()
    organisation.version(library, "1")
    organisation.publish(library, "1")
    Organisation(new_scope()).post(f"{path_of(library, '1')}/library/import", None, 404)
    organisation.post(f"{path_of(library, '1')}/library/import", None, 200)
