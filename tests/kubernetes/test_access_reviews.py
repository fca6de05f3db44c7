"""What a caller may do, and namespaces."""

import uuid

import pytest

from support.kubernetes import CLASSES, GROUP, connector

REVIEWS = "/apis/authorization.k8s.io/v1"


def may(client, verb, resource, namespace="", **attributes):
    group = "connectors.alauda.io" if resource.startswith("connector") else ""
    asked = {
        "verb": verb,
        "group": group,
        "resource": resource,
        "namespace": namespace,
        **attributes,
    }
    body = {
        "kind": "SelfSubjectAccessReview",
        "apiVersion": "authorization.k8s.io/v1",
        "spec": {"resourceAttributes": asked},
    }
    answer = client.post(f"{REVIEWS}/selfsubjectaccessreviews", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["status"]["allowed"]


def test_reviews_follow_the_permissions_of_a_key(namespace, admin, anyone):
    name = namespace.name

    def client(*permissions):
        return namespace.scope.client_with(namespace.scope.new_key(*permissions)["key"])

    reader, writer, prober = client("read"), client("write"), client("probe")
    assert may(reader, "list", "connectors", name) and not may(
        reader, "list", "connectors", "elsewhere"
    )
    assert not may(reader, "create", "connectors", name) and may(reader, "get", "connectorclasses")
    assert may(writer, "delete", "secrets", name) and not may(writer, "get", "secrets", name)
    assert not may(writer, "create", "connectorclasses") and not may(writer, "create", "namespaces")
    assert may(prober, "create", "connectors", name, subresource="probe") and not may(
        prober, "get", "connectors", name
    )
    assert (
        may(admin, "create", "namespaces")
        and may(admin, "*", "connectors")
        and not may(admin, "get", "pods")
    )
    assert anyone.post(f"{REVIEWS}/selfsubjectaccessreviews", json={}).status_code == 401
    assert reader.post(f"{REVIEWS}/selfsubjectaccessreviews", json={"spec": {}}).status_code == 400


def test_rules_are_listed(namespace):
    body = {
        "kind": "SelfSubjectRulesReview",
        "apiVersion": "authorization.k8s.io/v1",
        "spec": {"namespace": namespace.name},
    }
    key = namespace.scope.new_key("read")["key"]
    answer = namespace.scope.client_with(key).post(f"{REVIEWS}/selfsubjectrulesreviews", json=body)
    assert answer.status_code == 201
    rules = {
        resource: rule["verbs"]
        for rule in answer.json()["status"]["resourceRules"]
        for resource in rule["resources"]
    }
    assert rules["connectors"] == ["get", "list", "watch"] and rules["secrets"] == [
        "get",
        "list",
        "watch",
    ]


def test_namespaces_are_scopes(admin, namespace):
    name = f"t-{uuid.uuid4().hex[:20]}"
    document = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    assert namespace.client.post("/api/v1/namespaces", json=document).status_code == 403
    dry = admin.post("/api/v1/namespaces", json=document, params={"dryRun": "All"})
    assert dry.status_code == 422 and admin.get(f"/api/v1/namespaces/{name}").status_code == 404
    made = admin.post("/api/v1/namespaces", json=document)
    assert made.status_code == 201 and made.json()["metadata"]["name"] == name
    assert admin.get(f"/api/v1/namespaces/{name}").json()["status"]["phase"] == "Active"
    again = admin.post("/api/v1/namespaces", json=document)
    assert (
        again.status_code == 409
        and again.json()["message"] == f'namespaces "{name}" already exists'
    )
    assert (
        admin.post(f"{GROUP}/namespaces/{name}/connectors", json=connector("git")).status_code
        == 201
    )
    for bad in ("a.b", "A", "a" * 64, ""):
        document["metadata"]["name"] = bad
        assert admin.post("/api/v1/namespaces", json=document).status_code == 422


def test_health_is_told_as_an_api_server_does(anyone):
    assert anyone.get("/livez").text == "ok"
    for path in ("livez", "readyz", "healthz"):
        answer = anyone.get(f"/{path}?verbose")
        assert answer.status_code == 200 and answer.text == f"[+]ping ok\n{path} check passed\n"


WORDS = [
    "status",
    "probe",
    "connectors",
    "connectorclasses",
    "namespaces",
    "secrets",
    "apis",
    "api",
    "v1",
    "v1alpha1",
    "details",
    "connectors.alauda.io",
    "openapi",
    "version",
]


@pytest.mark.parametrize("word", WORDS)
def test_names_are_names_even_if_they_are_words_of_paths(admin, namespace, word):
    path = f"{namespace.connectors}/{word}"
    assert namespace.create(connector(word))["metadata"]["name"] == word
    assert namespace.get(word)["kind"] == "Connector"
    assert namespace.client.get(f"{path}/status").json()["metadata"]["name"] == word
    assert (
        namespace.patch(word, {"spec": {"address": "https://b"}})["spec"]["address"] == "https://b"
    )
    missing = namespace.client.get(f"{namespace.secrets}/{word}")
    assert missing.status_code == 404 and missing.json()["details"] == {
        "name": word,
        "kind": "secrets",
    }
    assert namespace.client.delete(path).json()["details"]["name"] == word
    document = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "ConnectorClass",
        "metadata": {"name": word},
        "spec": {},
    }
    assert admin.post(CLASSES, json=document).status_code == 201
    for alias in (
        f"{CLASSES}/{word}",
        f"{GROUP}/namespaces/{namespace.name}/connectorclasses/{word}",
    ):
        assert admin.get(alias).json()["kind"] == "ConnectorClass"
        assert admin.get(f"{alias}/status").json()["metadata"]["name"] == word
    assert admin.delete(f"{CLASSES}/{word}").json()["details"]["kind"] == "connectorclasses"


def test_resources_are_defined_and_events_listed(admin, namespace):
    definitions = {
        item["metadata"]["name"]
        for item in admin.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions").json()[
            "items"
        ]
    }
    assert definitions == {
        "connectors.connectors.alauda.io",
        "connectorclasses.connectors.alauda.io",
    }
    one = admin.get(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/connectors.connectors.alauda.io"
    ).json()
    assert one["spec"]["names"]["shortNames"] == ["conn"] and one["spec"]["scope"] == "Namespaced"
    assert admin.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/x").status_code == 404
    made = namespace.create(connector("git", connectorClassName="not-there"))
    assert namespace.client.post(f"{namespace.connectors}/git/probe").status_code == 200
    path = f"/api/v1/namespaces/{namespace.name}/events"
    selector = f"involvedObject.name=git,involvedObject.namespace={namespace.name},involvedObject.kind=Connector"
    selector += f",involvedObject.uid={made['metadata']['uid']}"
    events = namespace.client.get(path, params={"fieldSelector": selector}).json()["items"]
    assert ("ConnectorClassNotFound", "Warning") in {
        (event["reason"], event["type"]) for event in events
    }
    assert (
        namespace.client.get(path, params={"fieldSelector": "involvedObject.kind=Pod"}).json()[
            "items"
        ]
        == []
    )
    assert namespace.client.get(path, params={"watch": "true"}).status_code == 405
