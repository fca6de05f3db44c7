"""Names that are words of other paths: the status and the media type of an answer follow from its route alone."""

import urllib.parse

import pytest

KINDS = ("actions", "triggers", "definitions")
OTHERS = ["a b", "\N{CRAB}", "%2F", "a.b~c", "?x=1#y", ":version", "x" * 253]


@pytest.fixture(scope="session")
def words(routes):
    """Every literal of every path of this dialect, and names that have to be escaped."""
    paths = [route["path"] for route in routes if "/:organisation/" in route["path"]]
    assert paths
    literals = {
        part for path in paths for part in path.split("/") if part and not part.startswith(":")
    }
    assert {"library", "schemas", "tags"} <= literals
    return sorted(literals) + OTHERS


def quoted(word):
    return urllib.parse.quote(word, safe="")


def kind_of(response):
    return response.headers["content-type"]


def test_versions_and_parts(organisation, words):
    made = organisation.http()
    versions = f"/connectors/{made['id']}/versions"
    for word in words:
        created = organisation.request("POST", versions, 201, json={"name": word})
        assert created.json()["name"] == word
        version = f"{versions}/{quoted(word)}"
        assert organisation.get(version)["name"] == word
        for kind in KINDS:
            # The part has the name of the version, so that every segment of the path is the word.
            organisation.request("POST", f"{version}/{kind}", 201, json={"name": word})
            listed = organisation.request("GET", f"{version}/{kind}", 200)
            assert kind_of(listed) == "application/json"
            part = f"{version}/{kind}/{quoted(word)}"
            assert kind_of(organisation.request("GET", part, 200)) == "application/json"
            written = organisation.request("PUT", part, 200, json={"name": word, "schema": {}})
            assert written.json()["name"] == word
        schema = organisation.request(
            "GET", f"/schemas/{made['id']}/{quoted(word)}/{quoted(word)}.json", 200
        )
        assert kind_of(schema) == "application/schema+json"
        published = organisation.request("POST", f"{version}/publish", 200)
        assert published.json()["version"]["name"] == word
        organisation.request("POST", f"{version}/library/import", 200)
        organisation.request("POST", f"{version}/actions", 409, json={"name": "more"})
        organisation.request("DELETE", version, 204, params={"force": "true"})


def test_connections_and_configs(organisation, words):
    made = organisation.http()
    path = f"/connectors/{made['id']}"
    for word in words:
        config = {"id": word, "description": "", "schemeType": "none"}
        answered = organisation.put(f"{path}/auth-scheme-configs/{quoted(word)}", config)
        assert answered["authSchemeConfigs"][-1] == config
        item = {"authSchemeConfig": {"id": word}}
        created = organisation.request(
            "POST",
            f"{path}/connections",
            200,
            json={"name": word, "credentials": {"action": [item]}},
        )
        connection = f"{path}/connections/{quoted(word)}"
        assert organisation.get(connection) == created.json()
        assert (
            organisation.put(connection, {"id": created.json()["id"], "name": word})["name"] == word
        )
        organisation.delete(connection)
        assert (
            organisation.delete(f"{path}/auth-scheme-configs/{quoted(word)}", 200)["id"]
            == made["id"]
        )


def test_connectors(organisation, words):
    for word in words:
        made = organisation.http(name=word)
        path = f"/connectors/{made['id']}"
        assert organisation.put(f"{path}/tags", {"tags": {"a": [word]}}, 204) is None
        assert organisation.put(f"{path}/categories", {"categories": ["ERP"]}, 204) is None
        read = organisation.get(path)
        assert (read["name"], read["tags"], read["categories"]) == (word, {"a": [word]}, ["ERP"])
        organisation.delete(path)
