"""Versions: latest and default, publishing, and what they are made of."""

import json

import pytest

from support.versori import fields, without


@pytest.fixture
def made(organisation):
    return organisation.http()


def path_of(connector, version=None):
    path = f"/connectors/{connector['id']}/versions"
    return path if version is None else f"{path}/{version}"


def test_a_version_is_a_draft_first(organisation, made):
    version = organisation.version(made, "1.0", description="The first")
    expected = {
        "name": "1.0",
        "description": "The first",
        "isLatest": False,
        "isDefault": False,
        "publishedAt": None,
    }
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
    flags = {
        one["name"]: (one["isLatest"], one["isDefault"])
        for one in organisation.get(path_of(made))["items"]
    }
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
    created = organisation.post(path, part)
    own = ("accept", "url") if kind == "definitions" else ("type",)
    assert without(created, "id", *own) == part and created["id"]
    assert kind == "definitions" or created["type"] == "http"
    assert organisation.post(path, part, 409)["code"] == "409001"
    assert organisation.get(path) == {"totalCount": 1, kind: [created]}
    assert organisation.get(f"{path}/get%20pet") == created
    assert organisation.get(path_of(made, "1"))["updatedAt"] > before["updatedAt"]
    changed = organisation.put(f"{path}/get%20pet", {"name": "get pets"})
    assert (changed["id"], changed["name"]) == (created["id"], "get pets") and "more" not in changed
    assert organisation.put(f"{path}/get%20pets", changed) == changed
    other = {**changed, "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}
    assert "id" in fields(organisation.put(f"{path}/get%20pets", other, 400))
    organisation.get(f"{path}/get%20pet", 404)
    organisation.delete(f"{path}/get%20pets")
    organisation.delete(f"{path}/get%20pets", 404)
    wrong = [({}, "name"), ({"name": "a/b"}, "name")]
    wrong += (
        [({"name": "a", "schema": 1}, "schema")]
        if kind == "definitions"
        else [({"name": "a", "type": "sql"}, "type")]
    )
    for body, field in wrong:
        assert field in fields(organisation.post(path, body, 400))


def test_parts_have_pages_and_are_found_by_name(organisation, made):
    organisation.version(made, "1")
    path = f"{path_of(made, '1')}/actions"
    for name in ("getPet", "listPets", "addOwner"):
        organisation.post(path, {"name": name})
    page = organisation.get(path, params={"first": 2})
    assert page["totalCount"] == 3 and [one["name"] for one in page["actions"]] == [
        "addOwner",
        "getPet",
    ]
    rest = organisation.get(path, params={"first": 2, "after": page["next"]})
    assert [one["name"] for one in rest["actions"]] == ["listPets"] and "next" not in rest
    found = organisation.get(path, params={"name": "PET"})
    assert found["totalCount"] == 2 and [one["name"] for one in found["actions"]] == [
        "getPet",
        "listPets",
    ]


def definition(name, **members):
    schema = {
        "contentType": "application/schema+json",
        "content": json.dumps(members.pop("schema", {})),
    }
    return {"name": name, "accept": ["application/json"], "schema": schema, **members}


def test_definitions_are_made_and_deleted_together(organisation, made):
    organisation.version(made, "1")
    path = f"{path_of(made, '1')}/definitions"
    owner = {"type": "object", "properties": {"pets": {"$ref": "#/$defs/Pet"}}}
    body = {
        "definitions": [
            definition("Pet", schema={"type": "object"}),
            definition("Owner", schema=owner),
        ]
    }
    created = organisation.post(path, body)["definitions"]
    assert [one["name"] for one in created] == ["Pet", "Owner"]
    reference = {"type": "definition", "id": created[1]["id"], "name": "Owner"}
    assert created[0]["referencedBy"] == [reference] and "referencedBy" not in created[1]
    assert organisation.request("GET", f"/schemas/{made['id']}/1/Owner.json", 200).json() == owner
    organisation.post(path, {"definitions": [definition("New"), definition("Pet")]}, 409)
    error = organisation.post(path, {"definitions": [definition("New"), {}]}, 400)
    assert "definitions[1].name" in fields(error)
    assert organisation.get(path)["totalCount"] == 2, "all of them or none"

    def delete(status, body, **query):
        return organisation.delete(path, status, json=body, params=query)

    for body, field in [
        ({}, "all"),
        ({"all": True, "names": ["Pet"]}, "all"),
        ({"names": ["Dog"]}, "names[0]"),
    ]:
        assert field in fields(delete(400, body))
    refused = delete(412, {"names": ["Pet"]})
    assert refused["code"] == "412000"
    assert refused["definition"] == {
        "id": created[0]["id"],
        "name": "Pet",
        "referencedBy": [reference],
    }
    assert organisation.delete(f"{path}/Pet", 412)["definition"] == refused["definition"]
    organisation.delete(f"{path}/Pet", params={"force": "true"})
    organisation.post(path, definition("Pet"))
    delete(204, {"names": ["Pet"], "ids": [created[1]["id"]]})
    organisation.post(path, definition("Last"))
    delete(204, {"all": True})
    assert organisation.get(path) == {"totalCount": 0, "definitions": []}


def test_what_a_version_is_made_of_is_copied(organisation, made):
    organisation.version(made, "1")
    organisation.post(f"{path_of(made, '1')}/actions", {"name": "a"})
    organisation.publish(made, "1")
    organisation.post(f"{path_of(made, '1')}/actions", {"name": "b"}, 409)
    organisation.version(made, "2", fromVersion="latest")
    organisation.post(f"{path_of(made, '2')}/actions", {"name": "b"})
    names = {
        v: [one["name"] for one in organisation.get(f"{path_of(made, v)}/actions")["actions"]]
        for v in ("1", "2")
    }
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
    assert version["name"] == "1" and version["publishedAt"] is None
    assert [one["name"] for one in other.get(f"{path_of(imported, '1')}/actions")["actions"]] == [
        "a"
    ]
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


def test_a_stale_tag_counts_before_what_is_stale_in_the_body(organisation, made):
    """RFC 9110, section 13.2.1: preconditions are looked at before the content is."""
    draft = organisation.version(made, "1")
    path = path_of(made, "1")
    tag = organisation.request("GET", path, 200).headers["etag"]
    organisation.put(path, {"description": "changed"})
    assert organisation.put(path, draft, 412, headers={"If-Match": tag})["code"] == "412000"
    assert "updatedAt" in fields(organisation.put(path, draft, 400)), (
        "a read-only field that differs"
    )
    assert organisation.put(path, {"name": 7}, 412, headers={"If-Match": tag})["code"] == "412000"
