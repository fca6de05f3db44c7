"""/v1/scopes/{scope}/classes"""

import pytest


def test_the_catalogue_has_the_classes_of_the_issue(scope):
    listed = scope.client.get(f"/v1/scopes/{scope.name}/classes").json()["classes"]
    classes = {entry["name"]: entry for entry in listed}
    for name in (
        "snowflake",
        "databricks-unity-catalog",
        "postgres",
        "s3",
        "bigquery",
        "http",
        "smtp",
        "git",
    ):
        assert classes[name]["description"]
        assert classes[name]["parameters"]
        assert classes[name]["applicationTypes"]


def test_a_class_is_added_changed_and_removed(scope):
    path = f"/v1/scopes/{scope.name}/classes/mine"
    document = {
        "description": "mine",
        "parameters": [{"name": "A", "type": "string", "sensitive": True}],
        "extra": [1],
    }
    assert scope.client.get(path).status_code == 404
    assert scope.client.put(path, json=document).status_code == 201
    assert scope.client.put(path, json=document).status_code == 200
    assert scope.client.get(path).json() == {"name": "mine", **document}
    changed = {**document, "description": "changed"}
    assert scope.client.put(path, json=changed).json()["description"] == "changed"
    assert scope.client.delete(path).status_code == 204
    assert scope.client.delete(path).status_code == 404
    assert scope.client.get(path).status_code == 404


def test_one_of_the_catalogue_shows_again_when_the_own_one_goes(scope, new_scope):
    path = f"/v1/scopes/{scope.name}/classes/git"
    original = scope.client.get(path).json()
    assert scope.client.put(path, json={"description": "own"}).status_code == 201
    assert scope.client.get(path).json() == {"name": "git", "description": "own"}
    other = new_scope()
    assert other.client.get(f"/v1/scopes/{other.name}/classes/git").json() == original
    assert scope.client.delete(path).status_code == 204
    assert scope.client.get(path).json() == original


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"parameters": {}}, "parameters"),
        ({"parameters": [{"type": "string"}]}, "parameters[0].name"),
        ({"parameters": [{"name": "A", "type": "float"}]}, "parameters[0].type"),
        ({"parameters": [{"name": "A"}, {"name": "A"}]}, "parameters[1].name"),
        ({"parameters": [{"name": "A", "enum": [1]}]}, "parameters[0].enum[0]"),
        ({"applicationTypes": [{"appConfigs": []}]}, "applicationTypes[0].type"),
        (
            {"applicationTypes": [{"type": "A", "appConfigs": [{}]}]},
            "applicationTypes[0].appConfigs[0].name",
        ),
        ({"name": "other"}, "name"),
    ],
)
def test_a_bad_class_is_refused_by_field(scope, document, field):
    refused = scope.client.put(f"/v1/scopes/{scope.name}/classes/mine", json=document)
    assert refused.status_code == 400, refused.text
    assert field in {entry["field"] for entry in refused.json()["error"]["fields"]}


def test_a_reader_cannot_change_classes(scope):
    reader = scope.client_with(scope.new_key("read", "write")["key"])
    assert reader.get(f"/v1/scopes/{scope.name}/classes/git").status_code == 200
    assert reader.put(f"/v1/scopes/{scope.name}/classes/git", json={}).status_code == 403
    assert reader.delete(f"/v1/scopes/{scope.name}/classes/git").status_code == 403
