"""Selectors and the other parameters of lists, watches and deletions of collections."""

import json

import pytest

from support.kubernetes import GROUP, connector, secret


@pytest.fixture
def three(namespace):
    """A namespace with three connectors."""
    for name in ("a", "b", "c"):
        document = connector(name)
        document["metadata"]["labels"] = {"app": name}
        namespace.create(document)
    return namespace


def names(namespace, **query):
    return [item["metadata"]["name"] for item in namespace.list(**query)["items"]]


NOTHING = [
    {"fieldSelector": "metadata.name="},
    {"fieldSelector": "metadata.name=="},
    {"fieldSelector": "metadata.namespace="},
    {"labelSelector": "app="},
    {"labelSelector": "app in (x)"},
    {"labelSelector": "app=a,app=b"},
]
REFUSED = [
    {"fieldSelector": "metadata.name"},
    {"fieldSelector": "metadata.name=a=b"},
    {"fieldSelector": "spec.address=x"},
    {"fieldSelector": "type=Opaque"},
    {"labelSelector": "app in ()"},
    {"labelSelector": "app in (a"},
    {"labelSelector": "app,"},
    {"labelSelector": "app=a b"},
    {"labelSelector": "=a"},
    {"limit": "x"},
    {"resourceVersion": "x"},
]


@pytest.mark.parametrize("query", NOTHING, ids=str)
def test_what_cannot_match_matches_nothing(three, query):
    assert names(three, **query) == []
    deleted = three.client.delete(three.connectors, params=query)
    assert deleted.status_code == 200
    assert names(three) == ["a", "b", "c"]


@pytest.mark.parametrize("query", REFUSED, ids=str)
def test_what_is_not_understood_is_refused(three, query):
    assert three.client.get(three.connectors, params=query).status_code == 400
    assert three.client.delete(three.connectors, params=query).status_code == 400
    assert names(three) == ["a", "b", "c"]


@pytest.mark.parametrize("value", ["true", "True", "TRUE", "t", "1", "", "yes"])
def test_everything_but_false_and_0_is_true(three, value):
    events = list(three.watch(watch=value, timeoutSeconds=1, allowWatchBookmarks=value))
    assert [event["type"] for event in events][:3] == ["ADDED"] * 3 and events[-1][
        "type"
    ] == "BOOKMARK"
    three.apply(connector("new"), "one", status=201)
    body = json.dumps(connector("new", address=f"https://{value or 'empty'}"))
    headers = {"content-type": "application/apply-patch+yaml"}
    forced = {"fieldManager": "two", "force": value}
    assert (
        three.client.patch(
            f"{three.connectors}/new", content=body, headers=headers, params=forced
        ).status_code
        == 200
    )


@pytest.mark.parametrize("value", ["false", "False", "0"])
def test_false_and_0_are_false(three, value):
    assert three.list(watch=value)["kind"] == "ConnectorList"


def test_a_bare_watch_is_a_watch(three):
    answer = three.client.get(f"{three.connectors}?watch&timeoutSeconds=1")
    assert [json.loads(line)["type"] for line in answer.text.splitlines()] == ["ADDED"] * 3


def test_a_namespace_that_is_not_there_is_empty(admin):
    for path in (
        f"{GROUP}/namespaces/not-there/connectors",
        "/api/v1/namespaces/not-there/secrets",
    ):
        listed = admin.get(path)
        assert listed.status_code == 200 and listed.json()["items"] == []
        watched = admin.get(path, params={"watch": "true", "timeoutSeconds": "1"})
        assert watched.status_code == 200 and watched.text == ""
        assert admin.delete(path).status_code == 200
        assert admin.get(f"{path}/x").status_code == 404
    assert (
        admin.post(f"{GROUP}/namespaces/not-there/connectors", json=connector("x")).status_code
        == 404
    )


def test_a_version_of_the_future(three):
    future = {"resourceVersion": "999999999999"}
    answer = three.client.get(three.connectors, params=future)
    assert answer.status_code == 504 and answer.json()["reason"] == "Timeout"
    assert answer.json()["details"]["causes"][0]["reason"] == "ResourceVersionTooLarge"
    [event] = list(three.watch(timeoutSeconds=1, **future))
    assert (
        event["type"] == "ERROR"
        and event["object"]["code"] == 410
        and event["object"]["reason"] == "Expired"
    )


def test_secrets_are_selected_by_type(namespace):
    namespace.create(secret("one", a="b"))
    namespace.create({**secret("two", username="me"), "type": "kubernetes.io/basic-auth"})

    def of_type(selector):
        items = namespace.client.get(namespace.secrets, params={"fieldSelector": selector}).json()[
            "items"
        ]
        return [item["metadata"]["name"] for item in items]

    assert of_type("type=Opaque") == ["one"]
    assert of_type("type!=Opaque") == ["two"]
    assert of_type("type=") == []
