"""Classes of the catalogue are seen, and a namespace has classes of its own."""

import json

import pytest

from support.kubernetes import APPLY, CLASSES, GROUP, JSON_PATCH, MERGE, TABLE

SOURCE = "patchbay.dev/source"


class Classes:
    """The classes of a namespace, by the paths that have it in them."""

    def __init__(self, namespace):
        self.namespace = namespace
        self.path = f"{GROUP}/namespaces/{namespace.name}/connectorclasses"
        self.client = namespace.client

    def document(self, name, spec=None, **metadata):
        return {
            "apiVersion": "connectors.alauda.io/v1alpha1",
            "kind": "ConnectorClass",
            "metadata": {"name": name, **metadata},
            "spec": spec or {},
        }

    def create(self, document, status=201):
        answer = self.client.post(self.path, json=document)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, name="", status=200, **query):
        answer = self.client.get(f"{self.path}/{name}".rstrip("/"), params=query)
        assert answer.status_code == status, answer.text
        return answer.json()

    def patch(self, name, patch, media_type=MERGE, status=200, **query):
        headers = {"content-type": media_type}
        answer = self.client.patch(
            f"{self.path}/{name}", content=json.dumps(patch), headers=headers, params=query
        )
        assert answer.status_code == status, answer.text
        return answer.json()

    def delete(self, name, status=200):
        answer = self.client.delete(f"{self.path}/{name}")
        assert answer.status_code == status, answer.text
        return answer.json()

    def events(self, after=None, **query):
        if after:
            query["resourceVersion"] = after
        for event in self.namespace.watch(self.path, timeoutSeconds=1, **query):
            metadata = event["object"]["metadata"]
            yield event["type"], metadata["name"], metadata.get("labels", {}).get(SOURCE)


@pytest.fixture
def classes(namespace):
    return Classes(namespace)


def test_a_class_that_a_connector_can_name_is_read_listed_and_shown(admin, namespace):
    listed = {one["metadata"]["name"]: one for one in admin.get(CLASSES).json()["items"]}
    native = admin.get("/v1/scopes/default/classes").json()["classes"]
    assert set(listed) == {one["name"] for one in native}
    for client in (admin, namespace.client):
        for name in ("git", "webhook"):
            shown = client.get(f"{CLASSES}/{name}").json()
            assert shown == listed[name]
            assert shown["metadata"]["labels"] == {SOURCE: "catalogue"}
            assert "namespace" not in shown["metadata"]
            assert shown["metadata"]["creationTimestamp"] and shown["metadata"]["uid"]
    rows = admin.get(CLASSES, headers={"accept": TABLE}).json()["rows"]
    assert {row["cells"][0] for row in rows} == set(listed)
    selected = admin.get(CLASSES, params={"labelSelector": f"{SOURCE}=catalogue"}).json()
    assert "git" in {one["metadata"]["name"] for one in selected["items"]}
    refused = admin.delete(f"{CLASSES}/npm")
    assert refused.status_code == 403 and "npm" in refused.json()["message"]


def told_once(events, name):
    """What is told of a class. Probes may write what they find of it at any time in between."""
    last = None
    for kind, of, source in events:
        if of == name and (kind, source) != last:
            last = (kind, source)
            yield last


def test_a_watch_of_classes_tells_what_becomes_of_a_name(admin, classes):
    everything = list(classes.events())
    assert len(everything) == len(classes.get()["items"])
    assert {kind for kind, *_ in everything} == {"ADDED"}
    start = classes.get()["metadata"]["resourceVersion"]
    assert list(classes.events(start)) == []
    spec = {"params": [{"name": "p"}]}
    shared = f"shared-{classes.namespace.name}"
    classes.create(classes.document("npm", spec))
    classes.create(classes.document("mine", spec))
    classes.patch("npm", {"metadata": {"labels": {"a": "b"}}})
    classes.delete("npm")
    classes.delete("mine")
    classes.patch("git", {"spec": {"params": spec["params"]}}, status=201)
    assert admin.post(CLASSES, json=classes.document(shared, spec)).status_code == 201
    classes.create(classes.document(shared))
    hidden = {"metadata": {"labels": {"a": "b"}}}
    headers = {"content-type": MERGE}
    answer = admin.patch(f"{CLASSES}/{shared}", content=json.dumps(hidden), headers=headers)
    assert answer.status_code == 200
    classes.delete(shared)
    assert admin.delete(f"{CLASSES}/{shared}").status_code == 200
    assert list(told_once(classes.events(start), "npm")) == [
        ("MODIFIED", None),
        ("MODIFIED", "catalogue"),
    ]
    assert list(told_once(classes.events(start), "mine")) == [("ADDED", None), ("DELETED", None)]
    assert list(told_once(classes.events(start), "git")) == [("MODIFIED", None)]
    assert list(told_once(classes.events(start), shared)) == [
        ("ADDED", None),
        ("MODIFIED", None),
        ("DELETED", None),
    ]
    by_label = classes.events(start, labelSelector=f"{SOURCE}=catalogue")
    assert [event for event in by_label if event[1] in ("npm", "git")] == [
        ("DELETED", "npm", "catalogue"),
        ("ADDED", "npm", "catalogue"),
        ("DELETED", "git", "catalogue"),
    ]
    # What was read last is what a write is about.
    again = classes.get("npm")
    assert int(again["metadata"]["resourceVersion"]) > int(start)
    again["spec"] = {}
    assert classes.client.put(f"{classes.path}/npm", json=again).status_code == 201


def test_every_way_to_write_makes_a_class_of_the_namespace(admin, classes):
    spec = {"params": [{"name": "p"}]}
    own = classes.document("git", spec, namespace=classes.namespace.name)
    classes.create(own)
    classes.create(own, status=409)
    answer = classes.client.put(f"{classes.path}/npm", json=classes.document("npm", spec))
    assert answer.status_code == 201, answer.text
    applied = classes.document("pypi", spec)
    classes.patch("pypi", applied, APPLY, status=201, fieldManager="me")
    classes.patch("maven", {"spec": {"params": spec["params"]}}, status=201)
    add = [{"op": "add", "path": "/spec/params", "value": spec["params"]}]
    classes.patch("oci", add, JSON_PATCH, status=201)
    for name in ("git", "npm", "pypi", "maven", "oci"):
        assert classes.get(name)["spec"]["params"] == spec["params"]
        assert SOURCE not in classes.get(name)["metadata"].get("labels", {})
        assert admin.get(f"{CLASSES}/{name}").json()["spec"].get("params") != spec["params"]
        native = classes.client.get(f"/v1/scopes/{classes.namespace.name}/classes/{name}").json()
        assert native["params"] == spec["params"]
        classes.delete(name)
        assert classes.get(name)["metadata"]["labels"] == {SOURCE: "catalogue"}
        assert classes.delete(name, status=403)["reason"] == "Forbidden"


@pytest.mark.parametrize("media_type", [None, MERGE, APPLY])
def test_a_document_of_another_namespace_is_refused(classes, media_type):
    other = classes.document("git", namespace="elsewhere")
    if media_type is None:
        said = classes.create(other, status=400)
        answer = classes.client.put(f"{classes.path}/git", json=other)
        assert answer.status_code == 400 and answer.json()["message"] == said["message"]
    else:
        said = classes.patch("git", other, media_type, status=400, fieldManager="me")
    assert said["message"] == (
        "the namespace of the provided object does not match the namespace sent on the request"
    )


def test_what_a_key_may_do_with_classes_is_what_reviews_say(namespace, new_scope, admin):
    path = f"{GROUP}/namespaces/{namespace.name}/connectorclasses"
    other = new_scope()

    def client(*permissions):
        return namespace.scope.client_with(namespace.scope.new_key(*permissions)["key"])

    def may(client, verb, where):
        asked = {
            "verb": verb,
            "group": "connectors.alauda.io",
            "resource": "connectorclasses",
            "namespace": where,
        }
        body = {"spec": {"resourceAttributes": asked}}
        review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        return client.post(review, json=body).json()["status"]["allowed"]

    document = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "ConnectorClass",
        "spec": {},
    }
    everybody = {
        "reader": client("read"),
        "writer": client("write"),
        "stranger": other.client,
        "admin": admin,
    }
    for who, caller in everybody.items():
        for where, collection in (("", CLASSES), (namespace.name, path)):
            read = caller.get(collection).status_code
            assert (read == 200) == may(caller, "list", where), (who, where, read)
            name = f"may-{namespace.name}-{who}"
            made = caller.post(
                collection, json={**document, "metadata": {"name": name}}
            ).status_code
            assert (made == 201) == may(caller, "create", where), (who, where, made)
            gone = caller.delete(f"{collection}/{name}").status_code
            assert (gone == 200) == may(caller, "delete", where), (who, where, gone)


def test_classes_of_no_namespace(admin):
    path = f"{GROUP}/namespaces/no-such-namespace/connectorclasses"
    assert admin.get(path).json()["items"] == []
    assert admin.get(f"{path}/git").status_code == 404
    before = len(admin.get(CLASSES).json()["items"])
    assert admin.delete(path).status_code == 200
    assert len(admin.get(CLASSES).json()["items"]) >= before


def test_kubectl_makes_and_unmakes_an_own_class(kubectl):
    spec = {"address": {"name": "address"}, "auth": {"types": [{"name": "mine"}]}}
    document = {
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "ConnectorClass",
        "metadata": {"name": "gitlab"},
        "spec": spec,
    }
    assert "catalogue" in kubectl.run("get", "connectorclass", "gitlab", "--show-labels")

    def shown():
        return json.loads(kubectl.run("get", "connectorclass", "gitlab", "-o", "json"))

    original = shown()
    kubectl.run("apply", document=document)
    assert shown()["spec"] == spec
    kubectl.run("delete", "connectorclass", "gitlab")
    assert shown()["spec"] == original["spec"] and shown()["metadata"]["labels"]
    assert "forbidden" in kubectl.run("delete", "connectorclass", "gitlab", status=1).lower()
    kubectl.run("apply", "--server-side", document=document)
    assert shown()["spec"] == spec
    kubectl.run("delete", "connectorclass", "gitlab")
    kubectl.run("create", document=document)
    assert shown()["spec"] == spec
    kubectl.run("delete", "connectorclass", "gitlab")
    kubectl.run("label", "connectorclass", "gitlab", "a=b")
    labelled = shown()
    assert labelled["spec"] == original["spec"] and labelled["metadata"]["labels"] == {"a": "b"}
    kubectl.run("delete", "connectorclass", "gitlab")
    assert shown()["spec"] == original["spec"]
